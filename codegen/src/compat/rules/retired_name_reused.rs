//! # What it does
//!
//! Finds names that a version dropped and that are back: a field with another type (an error), a
//! symbol of an enum (a warning).
//!
//! # Why is this bad
//!
//! Avro compares names alone. Old records still have the name with its old meaning, and the new
//! reader takes it for the new one: 250 cents become 250 euros, and no error tells.
//!
//! # What to do
//!
//! Take a name that has no past.

use serde_json::Value;

use crate::{
    compat::{
        finding::{Finding, Severity},
        history::{Known, known},
        impact,
        judged::Judged,
        place,
    },
    frozen,
    lint::members::{Kind, Member, Members, members},
    schema,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for change in judged.changes.values() {
        let json = frozen::json(&judged.now.model, change.message);
        let known = known(judged.scene, change.message, &schema::text(&json));
        if known.len() < 2 {
            continue;
        }
        let past: Vec<(&Known<'_>, Members)> = known
            .iter()
            .map(|version| (version, of(&version.schema)))
            .collect();
        for (member, ty) in members(&json) {
            if let Some((had, dropped)) = returned(&past, &member, &ty) {
                findings.push(finding(judged, &change.message.name, &member, had, dropped));
            }
        }
    }
}

fn of(schema: &str) -> Members {
    let json: Result<Value, _> = serde_json::from_str(schema);
    json.map(|json| members(&json)).unwrap_or_default()
}

/// The last version that had a member which is back as something else, and the one that dropped it.
fn returned<'k, 'a>(
    past: &'k [(&'k Known<'a>, Members)],
    member: &Member,
    ty: &String,
) -> Option<(&'k Known<'a>, &'k Known<'a>)> {
    let at = past.iter().rposition(|(_, m)| m.contains_key(member))?;
    let (had, before) = past.get(at)?;
    // A type that is not there at all did not drop anything.
    let (dropped, _) = past
        .get(at + 1..)?
        .iter()
        .find(|(_, m)| m.keys().any(|other| other.of == member.of))?;
    let same = member.kind == Kind::Field && before.get(member) == Some(ty);
    (!same).then_some((had, dropped))
}

fn finding(
    judged: &Judged<'_>,
    event: &str,
    member: &Member,
    had: &Known<'_>,
    dropped: &Known<'_>,
) -> Finding {
    let Member { of, kind, name } = member;
    let (what, severity) = match kind {
        Kind::Field => ("field", Severity::Error),
        Kind::Symbol => ("symbol", Severity::Warning),
    };
    let text = format!(
        "the {what} `{name}` of `{}` was dropped in {} and is back",
        of.rsplit('.').next().unwrap_or(of),
        dropped.words
    );
    let mut finding = Finding::new(text).about(event, name).severity(severity);
    if let Some(at) = place::member(&judged.now.model, of, Some(name)) {
        finding = finding.now(at, "back as something else");
    }
    let (when, target) = had.place(of, Some(name));
    finding
        .mark(when, target, format!("{} had it", had.words))
        .impact(impact::readers_of(judged.scene, event, name))
        .help("take a name that has no past: records of the old versions are still read")
}
