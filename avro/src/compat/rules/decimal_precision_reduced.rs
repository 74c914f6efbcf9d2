//! # What it does
//!
//! Finds decimals of which the reader's has fewer digits than the writer's, at the same scale.
//!
//! # Why is this bad
//!
//! The reader gets amounts that its type says cannot be: a column of that precision refuses them,
//! an overflow check fails, or nothing is checked and they go on.
//!
//! # Example
//!
//! The writer has `decimal(12, 2)`, the reader
//!
//! ```json
//! {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
//! ```
//!
//! Keep the precision.

use super::super::Kind;
use super::super::draft::Leaf;
use super::logical::{self, Change};
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(Change::PrecisionReduced(precision)) = logical::change(place) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} may have more digits than the reader's {reader}");
        let leaf = logical::beyond(place, precision).map_or(Leaf::Blank, Leaf::Value);
        let draft = place.draft(SchemaRule::DecimalPrecisionReduced, message);
        found.push(draft.kind(Kind::Misread).leaf(leaf));
    }
}
