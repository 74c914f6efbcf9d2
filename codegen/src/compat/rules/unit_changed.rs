//! # What it does
//!
//! Finds fields whose `unit` changes, begins or ends.
//!
//! # Why is this bad
//!
//! The number stays readable and means something else: 250 seconds are taken for 250 milliseconds.
//! Old records keep the old unit under the same name.
//!
//! # What to do
//!
//! Add a field of another name with the new unit, and keep the old one until nobody reads it.

use crate::compat::{attributes, finding::Finding, judged::Judged};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let changed = attributes::changed(judged, "unit");
    findings.extend(changed.into_iter().map(|finding| {
        finding.help("add a field of another name with the new unit, and keep this one")
    }));
}
