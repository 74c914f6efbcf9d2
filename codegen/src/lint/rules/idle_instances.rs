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

use crate::{
    lint::{Finding, Index, Place, Scene},
    model::{Consume, Service, Topic},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (scene, deployment) in index.deployments() {
        for service in deployment.services.values() {
            for entry in &service.consumes {
                let Some(topic) = deployment.topics.get(&entry.topic) else {
                    continue;
                };
                if let Some(finding) = finding(service, entry, topic, scene)
                    && reported.insert((&service.name, &topic.name))
                {
                    findings.push(finding);
                }
            }
        }
    }
}

fn finding(service: &Service, entry: &Consume, topic: &Topic, scene: Scene<'_>) -> Option<Finding> {
    let partitions = topic.partitions;
    let instances = entry.policy.instances.filter(|n| *n > partitions)?;
    let (event, name, words) = (&entry.event, &topic.name, scene.words());
    let text = format!(
        "`{}` runs up to {instances} instances on `{name}`, which has {partitions} partitions{words}",
        service.name
    );
    let at = Place::new(&entry.source, [event, "instances:"]);
    let finding = Finding::new(at, text)
        .label(format!(
            "{} of them have nothing to do",
            instances - partitions
        ))
        .also(
            scene.setting(topic, "partitions:"),
            format!("the topic `{name}`"),
        )
        .help(format!(
            "raise `partitions` to {instances}, or lower `instances` to {partitions}"
        ));
    Some(finding.about(event))
}
