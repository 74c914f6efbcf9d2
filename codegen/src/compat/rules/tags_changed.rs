//! # What it does
//!
//! Finds fields that begin or cease to be marked as personal data (`pii`), and events that lose a
//! word of `tags` (a note).
//!
//! # Why is this bad
//!
//! Who stores or shows a field decides by its mark whether it must be protected, and for how long it
//! may be kept. A mark that changes silently is found at the next audit.
//!
//! # What to do
//!
//! Tell the services that read the field.

use crate::{
    compat::{
        attributes,
        finding::{Finding, Severity},
        judged::Judged,
    },
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let pii = attributes::changed(judged, "pii");
    findings.extend(
        pii.into_iter()
            .map(|f| f.help("tell the services that read the field")),
    );
    let Some((before, now)) = judged.scene.both() else {
        return;
    };
    for event in now.events.values() {
        let name = &event.message.name;
        let Some(old) = before.events.get(name) else {
            continue;
        };
        let lost = old.tags.iter().filter(|tag| !event.tags.contains(tag));
        for tag in lost {
            findings.push(
                Finding::new(format!("`{name}` loses the tag `{tag}`"))
                    .severity(Severity::Note)
                    .about(name, "tags")
                    .now(Place::new(&event.message.source, ["tags:"]), "now")
                    .before(Place::new(&old.message.source, ["tags:", tag]), "before")
                    .help("who looks for it by that word finds it no more"),
            );
        }
    }
}
