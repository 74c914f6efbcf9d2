//! # What it does
//!
//! Finds topics that get more partitions: an error where an event of the topic has a key, a
//! warning where none has.
//!
//! # Why is this bad
//!
//! A record's partition is the hash of its key modulo the number of partitions. After the number
//! changed, new records of a key go to another partition than its old ones, and a consumer may work
//! on the new one first. Joins and state kept by partition break without an error.
//!
//! # What to do
//!
//! Make a topic of another name with the partitions that you need, let producers write to it, and
//! let consumers drain the old one first. Where order across the change does not matter, raise the
//! number while nothing is written, and waive the finding:
//!
//! ```yaml
//! waiver: more-partitions
//! event: OrderPlaced
//! rule: partitions-raised
//! reason: Producers are stopped until consumers have drained the topic.
//! owner: ordering-team
//! until: 2027-01-31
//! ```

use crate::compat::{
    finding::{Finding, Severity},
    judged::Judged,
    topics::{self, Once},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    for pair in topics::pairs(judged) {
        let (old, new, name) = (pair.before.partitions, pair.now.partitions, &pair.now.name);
        if new <= old || !once.first(format!("{name} {old} {new}")) {
            continue;
        }
        let keyed = pair.is_keyed(&judged.now.model);
        let words = pair.setting.words();
        let text = format!("the topic `{name}` goes from {old} to {new} partitions{words}");
        let finding = topics::finding(judged, &pair, "partitions", text);
        findings.push(if keyed {
            let why = "later records of a key overtake earlier ones that wait in another partition";
            finding
                .severity(Severity::Error)
                .impact(topics::readers(judged, pair.now, why))
                .help(format!("keep `partitions: {old}`, or make a new topic, let producers write to it, and drain `{name}` first"))
        } else {
            let why = Err("its records have no key, so no order is lost".to_owned());
            let readers = topics::readers(judged, pair.now, "");
            finding
                .severity(Severity::Warning)
                .impact(readers.into_iter().map(|(service, _)| (service, why.clone())))
                .help("consumers see the new partitions after their next metadata refresh")
        });
    }
}
