//! # What it does
//!
//! Finds topics that several events share while not all have the same key: an event without one,
//! with one of another type, or keyed by another field although it carries the field that the
//! others are keyed by.
//!
//! # Why is this bad
//!
//! Events share a topic so that their mutual order is kept, and order is kept within a partition
//! only. An `OrderPlaced` keyed by the order and an `OrderPaid` keyed by the payment land on
//! different partitions, and consumers see the payment of an order that they have not seen.
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
//! event: OrderPaid
//! domain: ordering
//! doc: The order's money was taken.
//! key: payment_id
//! fields: { payment_id: uuid, order_id: uuid }
//! ---
//! topic: ordering.orders
//! events: [OrderPlaced, OrderPaid]
//! ```
//!
//! One key for what has to keep its order:
//!
//! ```yaml
//! event: OrderPaid
//! domain: ordering
//! doc: The order's money was taken.
//! key: order_id
//! fields: { payment_id: uuid, order_id: uuid }
//! ```

use crate::{
    lint::{
        Finding, Index, Place,
        keys::{Key, describe},
    },
    model::{Event, Topic},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for topic in index.model.topics().values().filter(|t| t.events.len() > 1) {
        let events: Vec<&Event> = topic
            .events
            .iter()
            .filter_map(|name| index.model.events.get(name))
            .collect();
        let Some((key, model)) = usual_key(&events) else {
            findings.push(no_keys(topic));
            continue;
        };
        for event in &events {
            findings.extend(odd_one_out(topic, event, key, model));
        }
    }
}

/// The key that most events of a topic have, with the first event that has it.
fn usual_key<'a>(events: &[&'a Event]) -> Option<(Key<'a>, &'a Event)> {
    let mut kinds: Vec<(Key<'_>, &Event, usize)> = Vec::new();
    for &event in events {
        let Some(key) = Key::of(&event.message) else {
            continue;
        };
        match kinds.iter_mut().find(|(k, ..)| *k == key) {
            Some((_, _, count)) => *count += 1,
            None => kinds.push((key, event, 1)),
        }
    }
    let most = kinds.iter().map(|(_, _, count)| *count).max()?;
    let usual = kinds.into_iter().find(|(_, _, count)| *count == most);
    usual.map(|(key, event, _)| (key, event))
}

fn no_keys(topic: &Topic) -> Finding {
    let at = Place::new(&topic.source, [topic.name.as_str()]);
    let message = format!("none of the events of the topic `{}` has a key", topic.name);
    Finding::new(at, message)
        .label("shared for an order that is not kept")
        .help("give each event the `key:` within which their order matters")
}

fn odd_one_out(topic: &Topic, event: &Event, key: Key<'_>, model: &Event) -> Option<Finding> {
    let message = &event.message;
    let name = &message.name;
    let (at, what) = match Key::of(message) {
        None => (
            Place::new(&message.source, [name.as_str()]),
            "has no key".to_owned(),
        ),
        Some(own) if own.ty != key.ty => {
            let at = Place::new(&message.source, ["key:", own.name]);
            (
                at,
                format!("is keyed by `{}`, a `{}`", own.name, describe(own.ty)),
            )
        }
        Some(own) if own.name != key.name && key.is_carried_by(message) => {
            let at = Place::new(&message.source, ["key:", own.name]);
            (at, format!("is keyed by `{}`", own.name))
        }
        Some(_) => return None,
    };
    let usual = &model.message;
    let text = format!(
        "`{name}` {what}, and shares the topic `{}` with events keyed by `{}`, a `{}`",
        topic.name,
        key.name,
        describe(key.ty)
    );
    let finding = Finding::new(at, text)
        .label("another partition than theirs")
        .also(
            Place::new(&usual.source, ["key:", key.name]),
            format!("`{}`", usual.name),
        )
        .help(format!(
            "key it by `{}` too, or give it a topic of its own",
            key.name
        ));
    Some(finding.about(name))
}
