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
    model::{Message, Service, Source, Store},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (service, entry, event) in index.consumes() {
        findings.extend(finding(service, &event.message, &entry.source, "consumed"));
    }
    for (service, entry) in index.receives() {
        let Some(command) = index.model.commands.get(&entry.command) else { continue };
        findings.extend(finding(service, &command.message, &entry.source, "received"));
    }
}

fn finding(service: &Service, message: &Message, by: &Source, how: &str) -> Option<Finding> {
    if service.store != Store::Mongodb || message.key.is_some() {
        return None;
    }
    let (name, service) = (&message.name, &service.name);
    let at = Place::new(&message.source, [name.as_str()]);
    let text = format!("`{name}` has no key, so `{service}` cannot tell which document it is about");
    let finding = Finding::new(at, text)
        .also(Place::new(by, [name.as_str()]), format!("{how} here"))
        .help("add `key:` with the field that holds the document's id");
    Some(finding.about(name))
}
