//! # What it does
//!
//! Finds streams that join, or look up in, an event whose topic has another number of partitions
//! than the stream's source, in any environment.
//!
//! # Why is this bad
//!
//! Both sides are read partition by partition. With different numbers the same key lies in
//! different partitions, the two sides never meet, and nothing says so.
//!
//! # Example
//!
//! ```yaml
//! topic: payments.payments
//! events: [PaymentAuthorized]
//! partitions: 3
//! ---
//! topic: ordering.orders
//! events: [OrderPlaced]
//! partitions: 12
//! ---
//! stream: paid-orders
//! doc: Orders that are paid for.
//! domain: ordering
//! owner: ordering-team
//! from: OrderPlaced
//! join: PaymentAuthorized on order_id within 10m
//! map: { order_id: event.order_id }
//! emit: OrderPaid
//! ```
//!
//! Give both topics one number:
//!
//! ```yaml
//! topic: payments.payments
//! events: [PaymentAuthorized]
//! partitions: 12
//! ```

use crate::{
    lint::{Finding, Index, Place, Scene},
    model::{Deployment, Model, Stream, Topic},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (scene, deployment) in index.deployments() {
        for stream in index.model.streams.values() {
            findings.extend(unequal(index.model, deployment, stream, scene));
        }
    }
}

fn topic<'a>(model: &Model, deployment: &'a Deployment, event: &str) -> Option<&'a Topic> {
    deployment.topics.get(&model.events.get(event)?.topic)
}

fn unequal(
    model: &Model,
    deployment: &Deployment,
    stream: &Stream,
    scene: Scene<'_>,
) -> Option<Finding> {
    let other = stream.input.other.as_ref()?;
    let right = topic(model, deployment, &other.event)?;
    let mut sources = stream.input.events.iter();
    let left = sources.find_map(|event| {
        topic(model, deployment, event).filter(|t| t.partitions != right.partitions)
    })?;
    let message = format!(
        "`{}` has {} partitions and `{}` has {}, so the sides of `{}` do not meet{}",
        left.name,
        left.partitions,
        right.name,
        right.partitions,
        stream.name,
        scene.words()
    );
    let at = Place::new(&stream.source, [other.event.as_str()]);
    Some(
        Finding::new(at, message)
            .label("the other side")
            .also(
                scene.setting(left, "partitions:"),
                format!("`{}`", left.name),
            )
            .also(
                scene.setting(right, "partitions:"),
                format!("`{}`", right.name),
            )
            .help("give both topics the same number of `partitions`")
            .about(&other.event),
    )
}
