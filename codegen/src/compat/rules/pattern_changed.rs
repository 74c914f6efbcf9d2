//! # What it does
//!
//! Finds fields whose `pattern` changes, begins or ends.
//!
//! # Why is this bad
//!
//! No schema checks a pattern: readers rely on what the catalog says. A wider pattern lets through
//! what they never met (lower-case currency codes, longer numbers); a narrower one refuses old data.
//!
//! # What to do
//!
//! Look at what each consumer does with the text; a wider pattern is a change of meaning.

use crate::compat::{attributes, finding::Finding, judged::Judged};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let changed = attributes::changed(judged, "pattern");
    findings.extend(changed.into_iter().map(|finding| {
        finding
            .help("look at what each consumer does with texts that only the other pattern allows")
    }));
}
