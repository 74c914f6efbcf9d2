//! # What it does
//!
//! Finds topics whose `cleanup` changes between `delete` and `compact`.
//!
//! # Why is this bad
//!
//! From `delete` to `compact`, Kafka begins to remove all but the last record of each key: whoever
//! counts, sums or audits misses the others. From `compact` to `delete`, the last record of a key
//! goes when it is old: whoever rebuilds state from the topic loses quiet keys.
//!
//! # What to do
//!
//! Make a topic of another name with the cleanup that you need, and fill it from the old one.

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        topics::{self, Once},
    },
    model::Cleanup,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    for pair in topics::pairs(judged) {
        let (old, new, name) = (pair.before.cleanup, pair.now.cleanup, &pair.now.name);
        if new == old || !once.first(format!("{name} {}", new.as_str())) {
            continue;
        }
        let words = pair.setting.words();
        let (old, word) = (old.as_str(), new.as_str());
        let text = format!("the topic `{name}` goes from `{old}` to `{word}`{words}");
        let why = match new {
            Cleanup::Compact => "all but the last record of each key go away",
            Cleanup::Delete => "the last record of a key goes away when it is old",
        };
        findings.push(
            topics::finding(judged, &pair, "cleanup", text)
                .impact(topics::readers(judged, pair.now, why))
                .help(format!(
                    "keep `cleanup: {old}`, or make a new topic with `cleanup: {word}` and fill it from `{name}`"
                )),
        );
    }
}
