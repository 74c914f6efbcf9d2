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
    for (scene, deployment) in index.deployments() {
        let topics = deployment.topics.values();
        for topic in topics.filter(|t| t.cleanup == Cleanup::Compact) {
            let events = topic.events.iter();
            let events = events.filter_map(|name| index.model.events.get(name));
            for message in events.map(|e| &e.message).filter(|m| m.key.is_none()) {
                let name = &message.name;
                if !reported.insert(name) {
                    continue;
                }
                let (topic_name, scene_words) = (&topic.name, scene.words());
                let text = format!(
                    "`{name}` has no key, and its topic `{topic_name}` is compacted{scene_words}"
                );
                let at = Place::new(&message.source, [name.as_str()]);
                let finding = Finding::new(at, text)
                    .label("the broker refuses its records")
                    .also(scene.setting(topic, "cleanup:"), "compacted")
                    .help("add `key:` with the field whose last record is to be kept");
                findings.push(finding.about(name));
            }
        }
    }
}
