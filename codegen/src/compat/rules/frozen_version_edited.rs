//! # What it does
//!
//! Finds versions that were released and are not as they were: the payload or the headers in the
//! catalog differ from those frozen as the same version, or a file in `released/` was changed or
//! deleted. Documentation may change.
//!
//! # Why is this bad
//!
//! Others have data and code of a released version under its number. Two schemas of one number
//! cannot be told apart any more, neither by people nor by the gate.
//!
//! # What to do
//!
//! Undo the change, or raise `version`; bring files in `released/` back as they were.

use rayon::prelude::*;

use crate::{
    compat::{
        finding::{Finding, Target, When},
        fix,
        judged::Judged,
        scene::Scene,
    },
    frozen,
    lint::Place,
    model::{Message, ReleasedVersion},
    schema,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let scene = judged.scene;
    if !scene.has_our_numbers() {
        return;
    }
    let when = scene.frozen_when();
    let messages: Vec<&Message> = scene.now.model.messages().collect();
    let found = messages.par_iter().filter_map(|message| {
        let full_name = message.full_name();
        let frozen = scene.frozen().get(&message.name).into_iter().flatten();
        let same = |f: &&ReleasedVersion| f.version == message.version && f.full_name == full_name;
        let frozen = frozen.into_iter().find(same)?;
        let edited_now = is_edited(scene, message, frozen);
        edited_now.then(|| edited(scene, message, frozen, when))
    });
    findings.extend(found.collect::<Vec<Finding>>());
    if scene.before().is_some() {
        files(scene, findings);
    }
}

/// Whether the catalog's version differs from the frozen one in more than documentation.
fn is_edited(scene: &Scene<'_>, message: &Message, frozen: &ReleasedVersion) -> bool {
    let json = frozen::json(&scene.now.model, message);
    if schema::text(&json) == frozen.schema {
        return false;
    }
    let frozen = serde_json::from_str(&frozen.schema).unwrap_or_default();
    schema::without_docs(json) != schema::without_docs(frozen)
}

fn edited(scene: &Scene<'_>, message: &Message, frozen: &ReleasedVersion, when: When) -> Finding {
    let (name, version) = (&message.name, message.version);
    let target = Target::Json {
        file: frozen.path.clone(),
        pointer: String::new(),
    };
    let mut finding = Finding::new(format!(
        "version {version} of `{name}` was released and differs now"
    ))
    .about(name, "")
    .now(
        Place::new(&message.source, [name.as_str()]),
        "changed since",
    )
    .mark(when, target, format!("version {version}, as released"))
    .impact(scene.readers(name).iter().map(|reader| {
        let why = format!("its code of version {version} expects the released schema");
        (reader.service, Ok(why))
    }))
    .help(format!(
        "undo the change, or write `version: {}`",
        version + 1
    ));
    finding.fix = Some(fix::version(message));
    finding
}

/// Frozen files that were changed or deleted since.
fn files(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let now: std::collections::HashMap<&str, &ReleasedVersion> = scene
        .now
        .model
        .released
        .values()
        .flatten()
        .map(|r| (r.path.as_str(), r))
        .collect();
    for (name, versions) in scene.frozen() {
        for was in versions {
            let (what, when) = match now.get(was.path.as_str()) {
                None => ("deleted", When::Before),
                Some(is) if !same(&is.schema, &was.schema) => ("changed", When::Now),
                Some(_) => continue,
            };
            let target = Target::Json {
                file: was.path.clone(),
                pointer: String::new(),
            };
            findings.push(
                Finding::new(format!("the frozen file `{}` was {what}", was.path))
                    .about(name, "")
                    .mark(
                        when,
                        target,
                        format!("version {}, as released", was.version),
                    )
                    .help("bring it back as it was"),
            );
        }
    }
}

/// Whether two files hold the same but for documentation and layout.
fn same(a: &str, b: &str) -> bool {
    let json = |text: &str| serde_json::from_str(text).map(schema::without_docs).ok();
    a == b || json(a).is_some_and(|a| Some(a) == json(b))
}
