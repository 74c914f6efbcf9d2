//! # What it does
//!
//! Finds `receives` entries with `order: key` on a queue that cannot keep order: without
//! `single_active_consumer: true`, with a `prefetch` above 1, with more than one attempt, or for a
//! command without a key.
//!
//! # Why is this bad
//!
//! RabbitMQ hands the messages of a queue to all its consumers in turn, so two instances work on
//! one key at the same time. With prefetch, messages that are handed back come again behind later
//! ones. And a retry passes through a wait queue, from which it returns behind everything that
//! came in the meantime.
//!
//! # Example
//!
//! ```yaml
//! command: MoveStock
//! to: inventory
//! doc: Put pieces on another shelf.
//! key: sku
//! fields: { sku: string, shelf: string }
//! ---
//! service: inventory
//! owner: warehouse-team
//! doc: Knows what lies where.
//! store: postgres
//! receives:
//!   MoveStock: { order: key }
//! ```
//!
//! One consumer, one message, one attempt (or an event, whose topic keeps order by itself):
//!
//! ```yaml
//! service: inventory
//! owner: warehouse-team
//! doc: Knows what lies where.
//! store: postgres
//! receives:
//!   MoveStock:
//!     order: key
//!     single_active_consumer: true
//!     prefetch: 1
//!     retry: { attempts: 1 }
//! ```

use std::collections::HashSet;

use crate::{
    lint::{Finding, Index, Place},
    model::{Queue, Receive},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (scene, deployment) in index.deployments() {
        for service in deployment.services.values() {
            for entry in service.receives.iter().filter(|r| r.policy.order_by_key) {
                let name = &entry.command;
                let Some(queue) = deployment.queues.get(&entry.queue) else {
                    continue;
                };
                let obstacles = obstacles(index, entry, queue);
                if obstacles.is_empty() || !reported.insert(name) {
                    continue;
                }
                let message = format!(
                    "`{name}` cannot be received in order of its key{}",
                    scene.words()
                );
                let finding = Finding::new(Place::new(&entry.source, [name, "order:"]), message)
                    .label("is not kept")
                    .help(format!(
                        "add {}, or remove `order: key`",
                        obstacles.join(", ")
                    ))
                    .about(name);
                findings.push(finding);
            }
        }
    }
}

/// What to type against each thing that breaks the order.
fn obstacles(index: &Index<'_>, entry: &Receive, queue: &Queue) -> Vec<&'static str> {
    let keyless = index
        .model
        .message(&entry.command)
        .is_some_and(|m| m.key.is_none());
    let all = [
        (keyless, "`key:` at the command"),
        (
            !queue.single_active_consumer,
            "`single_active_consumer: true`",
        ),
        (entry.policy.prefetch > 1, "`prefetch: 1`"),
        (entry.policy.attempts > 1, "`retry: { attempts: 1 }`"),
    ];
    all.into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, text)| text)
        .collect()
}
