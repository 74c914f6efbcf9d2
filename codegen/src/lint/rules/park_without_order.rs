//! # What it does
//!
//! Finds entries with `after_dead_letter: park` that cannot park: the message has no key, the entry
//! says `order: none`, or it says `dead_letter: false`.
//!
//! # Why is this bad
//!
//! Parking makes the later messages of a key wait behind a dead letter of that key. Without a key
//! there are no later messages of it, without order they need not wait, and without a dead letter
//! there is nothing that they could wait for. The catalog promises an order that does not hold.
//!
//! # Example
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { order: none, after_dead_letter: park }
//! ```
//!
//! Keep the order that parking is for:
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { after_dead_letter: park }
//! ```

use std::collections::HashSet;

use crate::{
    lint::{Entry, Finding, Index, Place, entries},
    model::AfterDeadLetter,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (scene, deployment) in index.deployments() {
        let parking = |e: &Entry<'_>| e.policy.after_dead_letter == AfterDeadLetter::Park;
        for entry in entries(deployment).filter(parking) {
            let Some(obstacle) = obstacle(index, entry) else {
                continue;
            };
            let (service, name) = (&entry.service.name, entry.message);
            if !reported.insert((service, name)) {
                continue;
            }
            let (reason, words) = (obstacle.reason, scene.words());
            let text = format!("`{service}` cannot park `{name}`: {reason}{words}");
            let mut finding =
                Finding::new(Place::new(entry.source, [name, "after_dead_letter:"]), text)
                    .help(obstacle.help)
                    .about(name);
            if let Some(key) = obstacle.key {
                finding = finding.also(Place::new(entry.source, [name, key]), "contradicts it");
            }
            findings.push(finding);
        }
    }
}

/// What stands against parking.
struct Obstacle {
    reason: &'static str,
    /// The key of the entry that says so.
    key: Option<&'static str>,
    help: &'static str,
}

fn obstacle(index: &Index<'_>, entry: Entry<'_>) -> Option<Obstacle> {
    if index.model.message(entry.message)?.key.is_none() {
        return Some(Obstacle {
            reason: "it has no key",
            key: None,
            help: "give it a `key:`, or remove `after_dead_letter: park`",
        });
    }
    if !entry.policy.order_by_key {
        return Some(Obstacle {
            reason: "it is not worked off in order",
            key: Some("order:"),
            help: "write `order: key`, or remove `after_dead_letter: park`",
        });
    }
    (!entry.policy.dead_letter).then_some(Obstacle {
        reason: "it never becomes a dead letter",
        key: Some("dead_letter:"),
        help: "remove `dead_letter: false`, or `after_dead_letter: park`",
    })
}
