//! # What it does
//!
//! Finds decimals of different scales.
//!
//! # Why is this bad
//!
//! Only the digits are encoded; the scale is in the schema. Reading succeeds, and every amount is
//! off by a power of ten. Java's checker does not look at it.
//!
//! # Example
//!
//! The writer has `decimal(12, 2)`, the reader
//!
//! ```json
//! {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3}
//! ```
//!
//! 12.50 reads as 1.250. Add a field of the new scale beside the old one.

use super::super::Kind;
use super::super::draft::Leaf;
use super::logical::{self, Change};
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(Change::Scale) = logical::change(place) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} is read as {reader}: the same digits with the point elsewhere");
        let leaf = logical::one(place).map_or(Leaf::Blank, Leaf::Value);
        let draft = place.draft(SchemaRule::DecimalScaleChanged, message);
        found.push(draft.kind(Kind::Misread).leaf(leaf));
    }
}
