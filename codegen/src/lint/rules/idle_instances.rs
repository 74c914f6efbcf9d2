//! # What it does
//!
//! Finds consumers whose `instances` are more than the partitions of the topic, in any environment.
//!
//! # Why is this bad
//!
//! Within a group a partition is read by one instance. Instances beyond the number of partitions
//! stand by and do nothing: scaling out stops helping exactly when it is needed, and partitions of
//! a topic whose order matters cannot be added without moving keys.
//!
//! # Example
//!
//! ```yaml
//! topic: ordering.orders
//! events: [OrderPlaced]
//! partitions: 4
//! ---
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { instances: 8 }
//! ```
//!
//! Give every instance a partition:
//!
//! ```yaml
//! topic: ordering.orders
//! events: [OrderPlaced]
//! partitions: 8
//! ```

use std::collections::HashSet;

use crate::lint::{Finding, Index, Place};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (of, deployment) in index.deployments() {
        for service in deployment.services.values() {
            for entry in &service.consumes {
                let Some(topic) = deployment.topics.get(&entry.topic) else { continue };
                let Some(instances) = entry.policy.instances else { continue };
                if instances <= topic.partitions || !reported.insert((&service.name, &topic.name)) {
                    continue;
                }
                let (event, partitions) = (&entry.event, topic.partitions);
                let message = format!(
                    "`{}` runs up to {instances} instances on `{}`, which has {partitions} partitions{of}",
                    service.name, topic.name
                );
                let finding = Finding::new(Place::new(&entry.source, [event, "instances:"]), message)
                    .label(format!("{} of them have nothing to do", instances - partitions))
                    .also(Place::new(&topic.source, ["partitions:"]), format!("the topic `{}`", topic.name))
                    .help(format!("raise `partitions` to {instances}, or lower `instances` to {partitions}"))
                    .about(event);
                findings.push(finding);
            }
        }
    }
}
