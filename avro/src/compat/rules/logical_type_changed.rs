//! # What it does
//!
//! Finds values to which the two sides give different logical types.
//!
//! # Why is this bad
//!
//! Reading succeeds, since logical types are no part of the encoding, and yields something else
//! than was written.
//!
//! # Example
//!
//! The writer has `{"type": "long", "logicalType": "local-timestamp-millis"}`, the reader
//!
//! ```json
//! {"type": "long", "logicalType": "timestamp-millis"}
//! ```
//!
//! A wall clock reads as an instant of UTC. Add a field of the new type beside the old one.

use super::super::Kind;
use super::super::draft::Leaf;
use super::logical::{self, Change};
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(Change::Changed) = logical::change(place) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} means {reader} to the reader");
        let leaf = logical::one(place).map_or(Leaf::Blank, Leaf::Value);
        let draft = place.draft(SchemaRule::LogicalTypeChanged, message);
        found.push(draft.kind(Kind::Misread).leaf(leaf));
    }
}
