//! # What it does
//!
//! Finds messages whose declared `compatibility` promises less than before.
//!
//! # Why is this bad
//!
//! The mode is a promise to consumers, and what this gate judges by. A change that lowers it and
//! breaks a payload at once passes unseen.
//!
//! # What to do
//!
//! Lower the mode in a pull request of its own, seen by the consumers' owners.

use std::collections::BTreeMap;

use crate::{
    compat::{
        finding::{Direction, Finding},
        history::directions,
        judged::Judged,
        topics::about_events,
    },
    lint::Place,
    model::{Compatibility, Message, Model},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    // One line of the system's defaults lowers many.
    let mut lowered: BTreeMap<(String, Compatibility), Vec<(&Message, &Message)>> = BTreeMap::new();
    for (before, now) in judged.scene.messages() {
        let kept = promises(now.compatibility);
        if !promises(before.compatibility)
            .iter()
            .all(|p| kept.contains(p))
        {
            let at = place(model, now);
            let key = (format!("{}{:?}", at.source, at.path), before.compatibility);
            lowered.entry(key).or_default().push((before, now));
        }
    }
    for messages in lowered.values() {
        findings.extend(finding(judged, old_model, model, messages));
    }
}

fn finding(
    judged: &Judged<'_>,
    old_model: &Model,
    model: &Model,
    messages: &[(&Message, &Message)],
) -> Option<Finding> {
    let (before, now) = messages.first()?;
    let names: Vec<String> = messages.iter().map(|(_, now)| now.name.clone()).collect();
    let text = format!(
        "the mode of `{}` goes from {} to {}, which promises less",
        now.name,
        before.compatibility.as_str(),
        now.compatibility.as_str()
    );
    let readers = names.iter().flat_map(|name| judged.scene.readers(name));
    let why = "nothing that it reads changes by this alone";
    Some(
        about_events(Finding::new(text), &names, "compatibility")
            .now(place(model, now), "now")
            .before(place(old_model, before), "before")
            .impact(readers.map(|r| (r.service, Err(why.to_owned()))))
            .help("lower it in a pull request of its own, seen by the consumers' owners"),
    )
}

/// What a mode promises: directions, and whether to every version.
fn promises(mode: Compatibility) -> Vec<(Direction, bool)> {
    let transitive = mode.as_str().ends_with("_TRANSITIVE");
    let directions = directions(mode).iter();
    directions
        .flat_map(|d| [Some((*d, false)), transitive.then_some((*d, true))])
        .flatten()
        .collect()
}

/// The message, unless it has the system's mode.
fn place(model: &Model, message: &Message) -> Place {
    if message.compatibility == model.system.compatibility {
        Place::new(&model.system.source, ["defaults:", "compatibility:"])
    } else {
        Place::new(&message.source, ["compatibility:"])
    }
}
