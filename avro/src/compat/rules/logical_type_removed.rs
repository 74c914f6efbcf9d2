//! # What it does
//!
//! Finds values to which the writer gives a logical type and the reader none. For a decimal it is
//! an error, since its bytes mean nothing without the scale; otherwise it is a warning.
//!
//! # Why is this bad
//!
//! The reader gets the bare number or the bare bytes and does not know what they count.
//!
//! # Example
//!
//! The writer has `{"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}`, the
//! reader
//!
//! ```json
//! {"name": "total", "type": "bytes"}
//! ```
//!
//! 12.50 reads as the two bytes 04 e2. Keep the logical type.

use super::super::Kind;
use super::super::draft::Leaf;
use super::logical::{self, Change};
use super::{Draft, Error, Place, SchemaRule, Warning};
use crate::schema::Logical;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some(Change::Removed(removed)) = logical::change(place) else {
        return;
    };
    let severity = match removed {
        Logical::Decimal { .. } | Logical::BigDecimal => Error,
        _ => Warning,
    };
    let leaf = logical::one(place).map_or(Leaf::Blank, Leaf::Value);
    let (writer, reader) = place.sides();
    let message = format!("the writer's {writer} is a plain {reader} to the reader");
    let draft = place.draft(SchemaRule::LogicalTypeRemoved, message);
    found.push(draft.kind(Kind::Misread).severity(severity).leaf(leaf));
}
