//! # What it does
//!
//! Finds topics, dead-letter and redrive topics included, that Kafka will not create: two whose
//! names differ in `.` and `_` only, and names above 249 characters.
//!
//! # Why is this bad
//!
//! Kafka names metrics after topics and writes `_` for `.` in them, so the broker refuses a topic
//! that would share its metrics with another (`InvalidTopicException: … collides with existing
//! topics`). The generated configuration looks right, and applying it stops halfway.
//!
//! # Example
//!
//! ```yaml
//! topic: ordering.orders
//! events: [OrderPlaced]
//! ---
//! topic: ordering_orders
//! events: [OrderArchived]
//! ```
//!
//! Give one of them another name:
//!
//! ```yaml
//! topic: ordering.archive
//! events: [OrderArchived]
//! ```

use std::collections::HashMap;

use crate::{
    lint::{Finding, Index, Place},
    model::Topic,
};

/// Kafka's limit: the name with its partition must fit into a folder's name.
const LONGEST: usize = 249;

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut first: HashMap<String, &Topic> = HashMap::new();
    for topic in index.model.topics().values() {
        let name = &topic.name;
        if name.len() > LONGEST {
            let message = format!("the topic name `{name}` has {} characters", name.len());
            let finding = Finding::new(place(topic), message)
                .label(format!("Kafka takes {LONGEST}"))
                .help("shorten the name of the topic or of the group");
            findings.push(finding);
        }
        let before = *first.entry(name.replace('.', "_")).or_insert(topic);
        if before.name != *name {
            let message = format!(
                "Kafka takes the topics `{}` and `{name}` for one",
                before.name
            );
            let finding = Finding::new(place(topic), message)
                .label("refused by the broker")
                .also(place(before), "the other")
                .help("use either `.` or `_` in names of topics, not both");
            findings.push(finding);
        }
    }
}

fn place(topic: &Topic) -> Place {
    Place::new(&topic.source, [topic.name.as_str()])
}
