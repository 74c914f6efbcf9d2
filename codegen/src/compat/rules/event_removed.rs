//! # What it does
//!
//! Finds events that are removed although services consumed them until this very change.
//!
//! # Why is this bad
//!
//! Deployed consumers wait for a fact that nobody states any more, and what still lies in the topic
//! has no declaration: it cannot be decoded, listed or redriven.
//!
//! # What to do
//!
//! First remove the event from its consumers and deploy them, then from its producer, then from the
//! catalog: three changes, each harmless.

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        scene::{former, writers},
    },
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((before, now)) = judged.scene.both() else {
        return;
    };
    let kept: std::collections::BTreeSet<&str> = now
        .messages()
        .filter_map(|message| former(before, message))
        .map(|message| message.name.as_str())
        .collect();
    for event in before.events.values() {
        let name = &event.message.name;
        let readers = judged.scene.readers(name);
        if kept.contains(name.as_str()) || readers.is_empty() {
            continue;
        }
        let producers = writers(before, name);
        let producers: Vec<&str> = producers.iter().map(|s| s.name.as_str()).collect();
        let consumers: Vec<&str> = readers.iter().map(|r| r.service).collect();
        let why = "its deployed code waits for it";
        findings.push(
            Finding::new(format!("`{name}` is removed while it is consumed"))
                .about(name, "")
                .before(
                    Place::new(&event.message.source, [name.as_str()]),
                    "was declared here",
                )
                .impact(readers.iter().map(|r| (r.service, Ok(why.to_owned()))))
                .help(format!(
                    "keep it; remove it from `consumes` of {} and deploy",
                    consumers.join(", ")
                ))
                .help(format!(
                    "then remove it from `publishes` of {} and deploy",
                    producers.join(", ")
                ))
                .help("then remove the event"),
        );
    }
}
