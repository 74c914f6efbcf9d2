//! # What it does
//!
//! Finds decimals of which the reader's has more digits than the writer's, at the same scale.
//!
//! # Why is this bad
//!
//! It is not, in this direction: every amount arrives. The other way around amounts may be too
//! large, so consumers are to be deployed before producers.
//!
//! # Example
//!
//! The writer has `decimal(12, 2)`, the reader
//!
//! ```json
//! {"type": "bytes", "logicalType": "decimal", "precision": 14, "scale": 2}
//! ```

use super::super::Kind;
use super::logical::{self, Change};
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(Change::PrecisionRaised) = logical::change(place) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} is read as {reader}, which has more digits");
        found.push(place.draft(SchemaRule::DecimalPrecisionRaised, message).kind(Kind::Advice));
    }
}
