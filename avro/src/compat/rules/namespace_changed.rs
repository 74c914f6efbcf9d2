//! # What it does
//!
//! Finds types whose simple names agree and whose namespaces do not, without an alias.
//!
//! # Why is this bad
//!
//! Most libraries, Java's among them, compare simple names, so data are read; libraries that
//! compare full names refuse them. Inside a union Java's reader wants the full name of an enum or
//! a fixed too, and fails: then it is an error.
//!
//! # Example
//!
//! The writer has the record `shop.Order`, the reader
//!
//! ```json
//! {"type": "record", "name": "store.Order", "fields": []}
//! ```
//!
//! Name the former name:
//!
//! ```json
//! {"type": "record", "name": "store.Order", "aliases": ["shop.Order"], "fields": []}
//! ```

use super::super::{Kind, Severity};
use super::{Draft, Place, SchemaRule, names};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = names::both(place) else {
        return;
    };
    let moved = writer.simple() == reader.simple() && writer.full() != reader.full();
    if !moved || names::is_bridged(place, writer) {
        return;
    }
    let message = format!("the writer's {writer} is {reader} to the reader, without an alias");
    let draft = place.draft(SchemaRule::NamespaceChanged, message);
    found.push(if place.is_refused {
        draft.kind(Kind::Unreadable).severity(Severity::Error)
    } else {
        draft.kind(Kind::Advice).severity(Severity::Warning)
    });
}
