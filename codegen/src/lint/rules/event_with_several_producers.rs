//! # What it does
//!
//! Finds events that more than one service publishes, or a service and a stream.
//!
//! # Why is this bad
//!
//! A fact has one witness. With two producers nobody can say which of them is right about a key,
//! records of that key come in no defined order (each outbox keeps its own), and a new version has
//! to be rolled out in both at once.
//!
//! # Example
//!
//! ```yaml
//! event: OrderCancelled
//! domain: ordering
//! doc: The order ended without a sale.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: postgres
//! publishes: [OrderCancelled]
//! ---
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! publishes: [OrderCancelled]
//! ```
//!
//! Let each say what it knows; the owner draws the conclusion:
//!
//! ```yaml
//! event: PaymentDeclined
//! domain: payments
//! doc: The provider refused the payment.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders, and cancels those whose payment is declined.
//! store: postgres
//! publishes: [OrderCancelled]
//! consumes: [PaymentDeclined]
//! ---
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! publishes: [PaymentDeclined]
//! ```

use crate::lint::{Finding, Index, Place};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (name, event) in &index.model.events {
        let producers = index.producers(name);
        let emitter = index.emitter(name);
        if producers.len() + usize::from(emitter.is_some()) < 2 {
            continue;
        }
        let at = Place::new(&event.message.source, [name.as_str()]);
        let message = match emitter {
            Some(stream) => format!(
                "the stream `{}` emits the event `{name}`, which services publish too",
                stream.name
            ),
            None => format!("{} services publish the event `{name}`", producers.len()),
        };
        let mut finding = Finding::new(at, message)
            .label("whose fact is it?")
            .help("let one service publish it, and the others say what they know in events of their own")
            .about(name);
        for service in producers {
            let place = Place::new(&service.source, ["publishes:", name]);
            finding = finding.also(place, format!("by `{}`", service.name));
        }
        findings.push(finding);
    }
}
