//! # What it does
//!
//! Finds topics that get fewer partitions.
//!
//! # Why is this bad
//!
//! Kafka cannot take partitions away. The topic would have to be deleted and made anew, with every
//! record in it and every group's offsets.
//!
//! # What to do
//!
//! Keep the number, or make a topic of another name and move producers, then consumers, to it.

use crate::compat::{
    finding::Finding,
    judged::Judged,
    topics::{self, Once},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    for pair in topics::pairs(judged) {
        let (old, new, name) = (pair.before.partitions, pair.now.partitions, &pair.now.name);
        if new >= old || !once.first(format!("{name} {old} {new}")) {
            continue;
        }
        let words = pair.setting.words();
        let text = format!("the topic `{name}` goes from {old} to {new} partitions{words}");
        let why = "the topic must be deleted with its records and offsets to get fewer partitions";
        findings.push(
            topics::finding(judged, &pair, "partitions", text)
                .impact(topics::readers(judged, pair.now, why))
                .help(format!(
                    "keep `partitions: {old}`, or make a new topic and move to it"
                )),
        );
    }
}
