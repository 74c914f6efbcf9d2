//! # What it does
//!
//! Finds services that consume, and streams that read, an event which no service publishes and no
//! stream emits. Deprecated events are left alone: their records are still in the topic.
//!
//! # Why is this bad
//!
//! The handler never runs, and no test of the service alone shows it: the group is up, its lag is
//! zero, and what it waits for does not come.
//!
//! # Example
//!
//! ```yaml
//! event: PaymentSettled
//! domain: payments
//! doc: The money arrived.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: postgres
//! consumes: [PaymentSettled]
//! ```
//!
//! Let a service publish it, or consume the event that it does publish:
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! publishes: [PaymentSettled]
//! ```

use crate::{
    lint::{Finding, Index, Place},
    model::Event,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (service, entry, event) in index.consumes() {
        let name = &entry.event;
        if is_unpublished(index, event) {
            let service = &service.name;
            let at = Place::new(&entry.source, [name.as_str()]);
            let message = format!("`{service}` consumes `{name}`, which no service publishes");
            let finding = Finding::new(at, message)
                .label("this handler never runs")
                .also(
                    Place::new(&event.message.source, [name.as_str()]),
                    "declared here",
                )
                .help(format!(
                    "list `{name}` under `publishes` of the service whose fact it is"
                ));
            findings.push(finding.about(name));
        }
    }
    for stream in index.model.streams.values() {
        let read = stream.reads().filter_map(|e| index.model.events.get(e));
        for event in read.filter(|e| is_unpublished(index, e)) {
            let name = &event.message.name;
            let at = Place::new(&stream.source, [name.as_str()]);
            let stream = &stream.name;
            let message =
                format!("the stream `{stream}` reads `{name}`, which no service publishes");
            let declared = Place::new(&event.message.source, [name.as_str()]);
            let finding = Finding::new(at, message)
                .label("nothing comes from here")
                .also(declared, "declared here")
                .help(format!(
                    "list `{name}` under `publishes` of the service whose fact it is"
                ));
            findings.push(finding.about(name));
        }
    }
}

fn is_unpublished(index: &Index<'_>, event: &Event) -> bool {
    let name = &event.message.name;
    index.producers(name).is_empty() && index.emitter(name).is_none() && event.deprecated.is_none()
}
