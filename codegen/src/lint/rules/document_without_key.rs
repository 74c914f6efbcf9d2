//! # What it does
//!
//! Finds services with `store: mongodb` that consume an event, or receive a command, without a
//! key.
//!
//! # Why is this bad
//!
//! A handler of such a service works on exactly one document, and the message's key is the
//! document's id. Without a key there is no document that it could be given.
//!
//! # Example
//!
//! ```yaml
//! command: CancelOrder
//! to: order
//! doc: End the order without a sale.
//! fields: { order_id: uuid, reason: string }
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: mongodb
//! ```
//!
//! Name the document:
//!
//! ```yaml
//! command: CancelOrder
//! to: order
//! doc: End the order without a sale.
//! key: order_id
//! fields: { order_id: uuid, reason: string }
//! ```

use crate::{
    lint::{Finding, Index, Place},
    model::{Message, Service, Store},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (service, entry, event) in index.consumes() {
        let by = Place::new(&entry.source, [entry.event.as_str()]);
        findings.extend(finding(service, &event.message, by, "consumed here"));
    }
    for (service, entry) in index.receives() {
        let Some(command) = index.model.commands.get(&entry.command) else {
            continue;
        };
        let message = &command.message;
        let by = Place::new(&message.source, ["to:", service.name.as_str()]);
        findings.extend(finding(service, message, by, "received here"));
    }
}

fn finding(service: &Service, message: &Message, by: Place, how: &str) -> Option<Finding> {
    if service.store != Store::Mongodb || message.key.is_some() {
        return None;
    }
    let (name, service) = (&message.name, &service.name);
    let at = Place::new(&message.source, [name.as_str()]);
    let text =
        format!("`{name}` has no key, so `{service}` cannot tell which document it is about");
    let finding = Finding::new(at, text)
        .also(by, how)
        .help("add `key:` with the field that holds the document's id");
    Some(finding.about(name))
}
