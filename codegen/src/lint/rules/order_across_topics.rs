//! # What it does
//!
//! Finds consumers that work events off in order per key although the events lie in different
//! topics: events of one domain and one producer, with the same key, consumed by one group.
//! `order: none` at an entry says that its order does not matter, and silences the rule.
//!
//! # Why is this bad
//!
//! Kafka keeps order within a partition of one topic. An event in no `topic:` document has a topic
//! of its own, so it is easy to publish `OrderPlaced` before `OrderCancelled` and to consume them
//! the other way round: after a restart the one topic is read further than the other.
//!
//! # Example
//!
//! ```yaml
//! event: OrderPlaced
//! domain: ordering
//! doc: A customer's order was accepted.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! event: OrderCancelled
//! domain: ordering
//! doc: The order ended without a sale.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes: [OrderPlaced, OrderCancelled]
//! ```
//!
//! Let them share a topic:
//!
//! ```yaml
//! topic: ordering.orders
//! events: [OrderPlaced, OrderCancelled]
//! ```

use std::collections::HashMap;

use crate::{
    lint::{Finding, Index, Place, keys::Key},
    model::{Consume, Service},
};

/// Events that somebody may expect in order: group, producer, domain, and key's name.
type Together<'a> = (&'a str, &'a str, &'a str, &'a str);

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for service in index.model.services().values() {
        let mut first: HashMap<Together<'_>, &Consume> = HashMap::new();
        for entry in service.consumes.iter().filter(|c| c.policy.order_by_key) {
            let Some(together) = together(index, entry) else {
                continue;
            };
            let before = *first.entry(together).or_insert(entry);
            if before.topic != entry.topic {
                findings.push(finding(service, before, entry, together));
            }
        }
    }
}

fn together<'a>(index: &Index<'a>, entry: &'a Consume) -> Option<Together<'a>> {
    let event = index.model.events.get(&entry.event)?;
    let [producer] = index.producers(&entry.event) else {
        return None;
    };
    let key = Key::of(&event.message)?;
    Some((&entry.group, &producer.name, &event.domain, key.name))
}

fn finding(
    service: &Service,
    before: &Consume,
    entry: &Consume,
    together: Together<'_>,
) -> Finding {
    let (.., key) = together;
    let (one, other) = (&before.event, &entry.event);
    let message = format!(
        "`{}` expects `{one}` and `{other}` in order of `{key}`, but they lie in different topics",
        service.name
    );
    Finding::new(Place::new(&entry.source, [other.as_str()]), message)
        .label(format!("in topic `{}`", entry.topic))
        .also(
            Place::new(&before.source, [one.as_str()]),
            format!("in topic `{}`", before.topic),
        )
        .help("list both under `events` of one `topic:`, or write `order: none` here")
        .about(other)
}
