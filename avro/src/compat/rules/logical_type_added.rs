//! # What it does
//!
//! Finds values to which the reader gives a logical type and the writer none. It is an error
//! where the writer's type has values that are none of the logical type's: text that is no UUID,
//! more digits than a decimal has, a negative time of day. Otherwise it is a warning.
//!
//! # Why is this bad
//!
//! The bytes are read as before, but the reader takes a meaning from them that the writer did not
//! promise. If the writer meant it all along, its schema should have said so, and its next
//! version can.
//!
//! # Example
//!
//! The writer has `{"name": "id", "type": "string"}`, the reader
//!
//! ```json
//! {"name": "id", "type": {"type": "string", "logicalType": "uuid"}}
//! ```
//!
//! `n/a` is a string and no UUID. Add a field beside the old one instead.

use super::super::Kind;
use super::super::draft::Leaf;
use super::logical::{self, Change};
use super::{Draft, Error, Place, SchemaRule, Warning};
use crate::schema::{Kind as Type, Logical};
use crate::value::Value;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some(Change::Added(added)) = logical::change(place) else {
        return;
    };
    let stranger = stranger(place, added);
    let severity = if stranger.is_some() { Error } else { Warning };
    let leaf = stranger.or_else(|| logical::one(place)).map_or(Leaf::Blank, Leaf::Value);
    let (writer, reader) = place.sides();
    let message = format!("the writer's plain {writer} means {reader} to the reader");
    let draft = place.draft(SchemaRule::LogicalTypeAdded, message);
    found.push(draft.kind(Kind::Misread).severity(severity).leaf(leaf));
}

/// The smallest value of the writer's that is none of the logical type.
fn stranger(place: &Place<'_, '_>, added: Logical) -> Option<Value> {
    match (added, place.kinds().0) {
        (Logical::Uuid, Type::String) => Some(Value::String(String::new())),
        (Logical::BigDecimal, Type::Bytes) => Some(Value::Bytes(Vec::new())),
        (Logical::Decimal { precision, .. }, _) => logical::beyond(place, precision),
        (Logical::TimeMillis | Logical::TimeMicros, _) => logical::number(place, -1),
        _ => None,
    }
}
