//! # What it does
//!
//! Finds messages with `compatibility: NONE` whose payload changed so that neither side reads the
//! other's data, under the old name, while services read them.
//!
//! # Why is this bad
//!
//! The mode allows it, so this is a warning. But records of both kinds lie in one topic, and no
//! version of any consumer reads both.
//!
//! # What to do
//!
//! Give what is new a new name, such as `OrderPlacedV2`, with a topic of its own; publish both until
//! the last consumer has moved; then remove the old one.

use crate::{
    compat::{finding::Finding, impact, judged::Judged},
    lint::Place,
    model::Compatibility,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for change in judged.changes.values() {
        let message = change.message;
        let promised = message.compatibility != Compatibility::None;
        let readers = judged.scene.readers(&message.name);
        if promised || change.backward || change.forward || readers.is_empty() {
            continue;
        }
        let name = &message.name;
        let text = format!(
            "`{name}` breaks with {} under its old name, and its mode NONE promises nothing",
            change.from.words
        );
        let why = "neither its old nor its new code reads all that lies in the topic";
        let (when, target) = change.from.place(&message.full_name(), None);
        findings.push(
            Finding::new(text)
                .about(name, "")
                .now(
                    Place::new(&message.source, [name.as_str()]),
                    "under the old name",
                )
                .mark(when, target, change.from.words.clone())
                .impact(impact::all(judged.scene, name, why))
                .help(format!(
                    "name what is new `{name}V{}`, and publish both until everybody has moved",
                    message.version
                )),
        );
    }
}
