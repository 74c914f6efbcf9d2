//! # What it does
//!
//! Finds events that get another `key`, a key for the first time, or none any more.
//!
//! # Why is this bad
//!
//! The key decides the partition, and order holds per key alone. After the change, records about
//! one thing lie in several partitions and are worked off in any order; a compacted topic keeps
//! both the last record of the old key and that of the new one.
//!
//! # What to do
//!
//! Give the event with the new key a new name and a topic of its own.

use crate::{
    compat::{finding::Finding, impact, judged::Judged},
    lint::Place,
    model::Message,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for (before, now) in judged.scene.messages() {
        if before.key == now.key || is_renamed(before, now) {
            continue;
        }
        let name = &now.name;
        let words = |key: &Option<String>| match key {
            Some(key) => format!("`{key}`"),
            None => "no field".to_owned(),
        };
        let (old, new) = (words(&before.key), words(&now.key));
        let text = format!("the key of `{name}` is {new} instead of {old}");
        let why = "records about one thing reach it in any order";
        findings.push(
            Finding::new(text)
                .about(name, "key")
                .now(Place::new(&now.source, ["key:"]), "now")
                .before(Place::new(&before.source, ["key:"]), "before")
                .impact(impact::deployed(judged.scene, name, why))
                .help(format!(
                    "keep the key {old}, or give the event with the new key a new name"
                )),
        );
    }
}

/// Whether the key is the same field under another name.
fn is_renamed(before: &Message, now: &Message) -> bool {
    let field = now.key_field();
    field.is_some_and(|f| {
        before
            .key
            .as_ref()
            .is_some_and(|key| f.aliases.contains(key))
    })
}
