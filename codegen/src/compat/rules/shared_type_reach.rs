//! # What it does
//!
//! Says which events and commands a changed shared type reaches, where there are several.
//!
//! # Why does it matter
//!
//! One line of YAML changes them all: each gets a new schema, each needs its own version and its own
//! order of deployment, and the owners may be other teams. What breaks is reported by the rules
//! about payloads.
//!
//! # What to do
//!
//! Read the list, raise the `version` of each, and tell their owners.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    compat::{finding::Finding, judged::Judged},
    lint::{
        Place,
        members::{Members, members},
    },
    model::TypeDef,
    schema,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut reached: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for change in judged.changes.values() {
        let now = members(&schema::of_message(&judged.now.model, change.message));
        let before: Value = serde_json::from_str(&change.from.schema).unwrap_or_default();
        for of in changed(&members(&before), &now) {
            reached
                .entry(of)
                .or_default()
                .insert(change.message.name.clone());
        }
    }
    for (full_name, messages) in reached {
        let def = judged.now.model.type_of(&full_name);
        if let Some(def) = def.filter(|def| def.owner.is_none() && messages.len() > 1) {
            findings.push(finding(def, &messages.into_iter().collect::<Vec<_>>()));
        }
    }
}

/// Named types that both schemas declare, with other members.
fn changed(before: &Members, now: &Members) -> BTreeSet<String> {
    let types =
        |members: &Members| -> BTreeSet<String> { members.keys().map(|m| m.of.clone()).collect() };
    let both = types(before);
    let both = both.intersection(&types(now)).cloned().collect::<Vec<_>>();
    let of = |members: &Members, of: &str| -> Vec<_> {
        let of = members.iter().filter(|(m, _)| m.of == of);
        of.map(|(m, ty)| (m.name.clone(), ty.clone())).collect()
    };
    both.into_iter()
        .filter(|name| of(before, name) != of(now, name))
        .collect()
}

fn finding(def: &TypeDef, messages: &[String]) -> Finding {
    let name = &def.name;
    let text = format!(
        "the shared type `{name}` changed and reaches {}",
        messages.join(", ")
    );
    Finding::new(text)
        .about(messages.first().map_or("", String::as_str), "")
        .now(Place::new(&def.source, [name.as_str()]), "changed")
        .help("raise the `version` of each, and tell their owners")
}
