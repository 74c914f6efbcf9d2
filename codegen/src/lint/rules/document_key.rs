//! # What it does
//!
//! Finds events that a service with `store: mongodb` publishes under another key than its
//! documents': without a key, with a key of a type that no document id has, or keyed by another
//! field although the event carries the document's id.
//!
//! # Why is this bad
//!
//! Such a service keeps what it is about to publish inside the document, and the order of
//! publication is promised within one document only. Two documents that publish under one key may
//! overtake each other: the consumer of that key sees their events in no defined order.
//!
//! # Example
//!
//! ```yaml
//! event: OrderPlaced
//! domain: ordering
//! doc: A customer's order was accepted.
//! key: customer_id
//! fields: { order_id: uuid, customer_id: string }
//! ---
//! event: PaymentAuthorized
//! domain: payments
//! doc: The provider holds the order's total.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders; an order is a document.
//! store: mongodb
//! consumes: [PaymentAuthorized]
//! publishes: [OrderPlaced]
//! ```
//!
//! Key it by the document's id; a service that needs the order per customer keeps a document a
//! customer:
//!
//! ```yaml
//! event: OrderPlaced
//! domain: ordering
//! doc: A customer's order was accepted.
//! key: order_id
//! fields: { order_id: uuid, customer_id: string }
//! ```

use crate::{
    lint::{Finding, Index, Place, keys::Key},
    model::{Message, Method, Model, Request, RequestKey, Service, Store, Type, TypeKind},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let services = index.model.services().values();
    for service in services.filter(|s| s.store == Store::Mongodb) {
        let ids = document_ids(index.model, service);
        for name in &service.publishes {
            let Some(event) = index.model.events.get(name) else {
                continue;
            };
            findings.extend(finding(service, &event.message, &ids));
        }
    }
}

/// What names the documents of a service: the keys of all that reaches its handlers.
fn document_ids<'a>(model: &'a Model, service: &'a Service) -> Vec<Key<'a>> {
    let events = service
        .consumes
        .iter()
        .filter_map(|c| model.events.get(&c.event));
    let commands = service
        .receives
        .iter()
        .filter_map(|r| model.commands.get(&r.command));
    let messages = events
        .map(|e| &e.message)
        .chain(commands.map(|c| &c.message));
    let timers = service.timers.iter().map(|t| Key {
        name: &t.key,
        ty: t.key_ty.unboxed(),
    });
    let requests = service.requests.iter().filter(|r| r.method != Method::Get);
    messages
        .filter_map(Key::of)
        .chain(timers)
        .chain(requests.filter_map(|r| request_key(model, r)))
        .collect()
}

fn request_key<'a>(model: &'a Model, request: &'a Request) -> Option<Key<'a>> {
    match request.key.as_ref()? {
        RequestKey::Param(name) => {
            let param = request.params.iter().find(|p| p.name == *name)?;
            Some(Key {
                name,
                ty: &param.ty,
            })
        }
        RequestKey::Body(name) => {
            let Some(Type::Named(body)) = &request.body else {
                return None;
            };
            let TypeKind::Record(record) = &model.types.get(body)?.kind else {
                return None;
            };
            Some(Key {
                name,
                ty: record.field(name)?.ty.unboxed(),
            })
        }
    }
}

fn finding(service: &Service, message: &Message, ids: &[Key<'_>]) -> Option<Finding> {
    let first = ids.first()?;
    let what = match Key::of(message) {
        None => "without a key".to_owned(),
        Some(key) if ids.iter().any(|id| id.name == key.name && id.ty == key.ty) => return None,
        Some(key) => {
            let carried = ids.iter().any(|id| id.is_carried_by(message));
            let other_type = ids.iter().all(|id| id.ty != key.ty);
            if !carried && !other_type {
                return None;
            }
            format!("under the key `{}`", key.name)
        }
    };
    let (name, of) = (&message.name, &service.name);
    let at = match &message.key {
        Some(key) => Place::new(&message.source, ["key:", key]),
        None => Place::new(&message.source, [name.as_str()]),
    };
    let text = format!(
        "`{of}` publishes `{name}` {what}, and its documents go by `{}`",
        first.name
    );
    let finding = Finding::new(at, text)
        .label("no order is promised here")
        .also(
            Place::new(&service.source, ["publishes:", name]),
            "published here",
        )
        .help(format!("key the event by `{}`", first.name));
    Some(finding.about(name))
}
