//! # What it does
//!
//! Finds times and timestamps that the two sides count in different units.
//!
//! # Why is this bad
//!
//! Reading succeeds, and every time is off by a factor of a thousand or a million: an order of
//! today reads as one of January 1970.
//!
//! # Example
//!
//! The writer has `{"type": "long", "logicalType": "timestamp-millis"}`, the reader
//!
//! ```json
//! {"type": "long", "logicalType": "timestamp-micros"}
//! ```
//!
//! Add a field of the new unit beside the old one, fill both, and remove the old one when nobody
//! reads it.

use super::super::Kind;
use super::super::draft::Leaf;
use super::logical::{self, Change};
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(Change::Unit) = logical::change(place) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} is read as {reader}: the same count in another unit");
        let leaf = logical::one(place).map_or(Leaf::Blank, Leaf::Value);
        let draft = place.draft(SchemaRule::TimeUnitChanged, message);
        found.push(draft.kind(Kind::Misread).leaf(leaf));
    }
}
