//! # What it does
//!
//! Finds consumers that kept dead letters and keep them no more: `dead_letter: false`.
//!
//! # Why is this bad
//!
//! A message that fails for good is dropped: nobody can look at it or try it again. What lies in
//! the dead-letter topic or queue already is no longer listed.
//!
//! # What to do
//!
//! Keep dead letters. If they are really not wanted, redrive or discard what lies there first.

use crate::compat::{entries, finding::Finding, judged::Judged};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for pair in entries::lost(judged, |policy| policy.dead_letter) {
        let (service, message) = (pair.service, pair.message);
        let words = pair.setting.words();
        let text = format!("`{service}` keeps no dead letters of `{message}` any more{words}");
        let why = "what fails for good is dropped";
        findings.push(
            entries::finding(judged, &pair, "dead_letter", text)
                .impact(pair.alone(judged, why))
                .help("remove `dead_letter: false`"),
        );
    }
}
