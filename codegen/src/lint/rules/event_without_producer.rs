//! # What it does
//!
//! Finds events that no service publishes, no stream emits, and none consumes. (Where somebody consumes such an
//! event, `consumer-of-unpublished-event` speaks up at the consumer.) Deprecated events may be
//! without a producer: their records are still read.
//!
//! # Why is this bad
//!
//! The topic is created, the types are generated and documented, and nothing ever happens. Often
//! the line under `publishes` was forgotten, or a service was removed and its events stayed.
//!
//! # Example
//!
//! ```yaml
//! event: OrderArchived
//! domain: ordering
//! doc: An order was moved to the archive.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: postgres
//! ```
//!
//! Let the service whose fact it is publish it, or remove the event:
//!
//! ```yaml
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: postgres
//! publishes: [OrderArchived]
//! ```

use crate::lint::{Finding, Index, Place};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (name, event) in &index.model.events {
        let unused = index.producers(name).is_empty()
            && index.consumers(name).is_empty()
            && index.emitter(name).is_none();
        if unused && event.deprecated.is_none() {
            let at = Place::new(&event.message.source, [name.as_str()]);
            let message = format!("no service publishes the event `{name}`, and none consumes it");
            let help = format!(
                "list `{name}` under `publishes` of the service whose fact it is, or remove it"
            );
            findings.push(
                Finding::new(at, message)
                    .label("nothing happens to it")
                    .help(help)
                    .about(name),
            );
        }
    }
}
