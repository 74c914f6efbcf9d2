//! # What it does
//!
//! Finds events, commands, shared types and services without `doc`. Types that come from `.avsc`
//! files are left alone: their text belongs to somebody else.
//!
//! # Why is this bad
//!
//! A name says less than its author thinks. Whether `OrderConfirmed` means that the money was
//! taken or that it may be taken decides what a consumer does with it, and the catalog is where
//! everybody in the company looks that up.
//!
//! # Example
//!
//! ```yaml
//! event: OrderConfirmed
//! domain: ordering
//! key: order_id
//! fields: { order_id: uuid }
//! ```
//!
//! One sentence that a newcomer can act on:
//!
//! ```yaml
//! event: OrderConfirmed
//! domain: ordering
//! doc: Stock is reserved and the payment authorised; goods may leave.
//! key: order_id
//! fields: { order_id: uuid }
//! ```

use crate::{
    lint::{Finding, Index, Place},
    model::Source,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let model = index.model;
    let mut look = |what: Item<'_>| findings.extend(what.finding());
    for (name, event) in &model.events {
        let (doc, source) = (&event.message.doc, &event.message.source);
        look(Item {
            kind: "event",
            asked: "what happened",
            name,
            doc,
            source,
        });
    }
    for (name, command) in &model.commands {
        let (doc, source) = (&command.message.doc, &command.message.source);
        look(Item {
            kind: "command",
            asked: "what shall be done",
            name,
            doc,
            source,
        });
    }
    for (name, def) in model.types.iter().filter(|(_, def)| def.owner.is_none()) {
        if !def.source.file.ends_with(".avsc") {
            let (doc, source) = (&def.doc, &def.source);
            look(Item {
                kind: "type",
                asked: "what it describes",
                name,
                doc,
                source,
            });
        }
    }
    for (name, service) in model.services() {
        let (doc, source) = (&service.doc, &service.source);
        look(Item {
            kind: "service",
            asked: "what it is there for",
            name,
            doc,
            source,
        });
    }
}

struct Item<'a> {
    kind: &'static str,
    asked: &'static str,
    name: &'a str,
    doc: &'a Option<String>,
    source: &'a Source,
}

impl Item<'_> {
    fn finding(&self) -> Option<Finding> {
        let Item {
            kind,
            asked,
            name,
            doc,
            source,
        } = self;
        if doc.as_ref().is_some_and(|text| !text.trim().is_empty()) {
            return None;
        }
        let at = Place::new(source, [*name]);
        let finding = Finding::new(at, format!("the {kind} `{name}` has no documentation"))
            .help(format!("add `doc:` with one sentence that says {asked}"));
        Some(if matches!(*kind, "event" | "command") {
            finding.about(name)
        } else {
            finding
        })
    }
}
