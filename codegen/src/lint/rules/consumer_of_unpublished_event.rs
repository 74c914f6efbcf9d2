//! # What it does
//!
//! Finds services that consume an event which no service publishes. Deprecated events are left
//! alone: their records are still in the topic.
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

use crate::lint::{Finding, Index, Place};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (service, entry, event) in index.consumes() {
        let name = &entry.event;
        if index.producers(name).is_empty() && event.deprecated.is_none() {
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
}
