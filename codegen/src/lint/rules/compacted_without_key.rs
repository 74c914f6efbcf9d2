//! # What it does
//!
//! Finds topics with `cleanup: compact`, in any environment, that carry an event without a key.
//!
//! # Why is this bad
//!
//! Compaction keeps the last record of each key. Kafka refuses a record without one on such a
//! topic (`InvalidRecordException`), so every publication fails and the outbox fills up.
//!
//! # Example
//!
//! ```yaml
//! event: StockCounted
//! domain: inventory
//! doc: Somebody counted what lies on a shelf.
//! fields: { sku: string, pieces: int }
//! ---
//! topic: inventory.counts
//! events: [StockCounted]
//! cleanup: compact
//! ```
//!
//! Say of what the last record is to be kept:
//!
//! ```yaml
//! event: StockCounted
//! domain: inventory
//! doc: Somebody counted what lies on a shelf.
//! key: sku
//! fields: { sku: string, pieces: int }
//! ```

use std::collections::HashSet;

use crate::{
    lint::{Finding, Index, Place},
    model::Cleanup,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (of, deployment) in index.deployments() {
        let compacted = |cleanup| cleanup == Cleanup::Compact;
        for topic in deployment.topics.values().filter(|t| compacted(t.cleanup)) {
            for name in &topic.events {
                let Some(event) = index.model.events.get(name) else { continue };
                if event.message.key.is_some() || !reported.insert(name) {
                    continue;
                }
                let message =
                    format!("`{name}` has no key, and its topic `{}` is compacted{of}", topic.name);
                let finding = Finding::new(Place::new(&event.message.source, [name.as_str()]), message)
                    .label("the broker refuses its records")
                    .also(Place::new(&topic.source, ["cleanup:"]), "compacted")
                    .help("add `key:` with the field whose last record is to be kept")
                    .about(name);
                findings.push(finding);
            }
        }
    }
}
