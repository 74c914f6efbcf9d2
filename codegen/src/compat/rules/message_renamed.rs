//! # What it does
//!
//! Finds events and commands that go by another name and have their former one under `aliases`.
//!
//! # Why is this bad
//!
//! The alias lets new readers read old data. But the full name is also the type by which a record
//! is recognised (`ce_type`): deployed consumers pass over records of the new name without an error.
//!
//! # What to do
//!
//! Deploy every consumer before the producer, or add the new event beside the old one and remove
//! that when nobody consumes it.

use crate::{
    compat::{finding::Finding, impact, judged::Judged},
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for (before, now) in judged.scene.messages() {
        if before.name == now.name {
            continue;
        }
        let (old, new) = (&before.name, &now.name);
        let why = format!(
            "its deployed code passes over records of the type `{}`",
            now.full_name()
        );
        findings.push(
            Finding::new(format!("`{old}` is called `{new}` now"))
                .about(new, "")
                .now(Place::new(&now.source, [new.as_str()]), "now")
                .before(Place::new(&before.source, [old.as_str()]), "before")
                .impact(impact::deployed(judged.scene, new, &why))
                .help("deploy every consumer before the producer"),
        );
    }
}
