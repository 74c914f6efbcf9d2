//! # What it does
//!
//! Finds two services that consume from one topic in one consumer group.
//!
//! # Why is this bad
//!
//! Within a group each record goes to one member. Two services in one group do not both see every
//! record: each sees the partitions that fall to it, commits offsets for the other, and skips what
//! it does not consume. Half of the events are lost to each of them, and which half changes with
//! every restart.
//!
//! # Example
//!
//! ```yaml
//! service: analytics
//! owner: insight-team
//! doc: Keeps figures.
//! store: postgres
//! consumes:
//!   OrderPlaced: { group: readers }
//! ---
//! service: search
//! owner: insight-team
//! doc: Finds orders.
//! store: postgres
//! consumes:
//!   OrderPlaced: { group: readers }
//! ```
//!
//! Leave `group` out; it is the service's name then:
//!
//! ```yaml
//! service: analytics
//! owner: insight-team
//! doc: Keeps figures.
//! store: postgres
//! consumes: [OrderPlaced]
//! ---
//! service: search
//! owner: insight-team
//! doc: Finds orders.
//! store: postgres
//! consumes: [OrderPlaced]
//! ```

use std::collections::{HashMap, HashSet};

use crate::{
    lint::{Finding, Index, Place},
    model::{Consume, Service},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut first: HashMap<(&str, &str), (&Service, &Consume)> = HashMap::new();
    let mut reported = HashSet::new();
    for (service, entry, _) in index.consumes() {
        let place = (entry.topic.as_str(), entry.group.as_str());
        let (other, before) = *first.entry(place).or_insert((service, entry));
        if other.name == service.name || !reported.insert((place, &service.name)) {
            continue;
        }
        let (topic, group) = place;
        let message = format!(
            "`{}` and `{}` read the topic `{topic}` in one group, `{group}`",
            other.name, service.name
        );
        let finding = Finding::new(
            Place::new(&entry.source, [entry.event.as_str(), "group:"]),
            message,
        )
        .label("each record reaches only one of them")
        .also(
            Place::new(&before.source, [before.event.as_str(), "group:"]),
            format!("`{}`", other.name),
        )
        .help("remove `group`, so that each service has a group of its own");
        findings.push(finding.about(&entry.event));
    }
}
