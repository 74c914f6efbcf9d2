//! # What it does
//!
//! Finds types that differ and of which the writer's is not promoted to the reader's.
//!
//! # Why is this bad
//!
//! The bytes of one are not those of the other: no value of the writer can be read.
//!
//! # Example
//!
//! The writer has `{"name": "zip", "type": "int"}`, the reader
//!
//! ```json
//! {"name": "zip", "type": "string"}
//! ```
//!
//! Add a field of the new type beside the old one, fill both, and remove the old one when nobody
//! reads it.

use super::{Draft, Place, SchemaRule};
use super::super::describe::describe;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(r) = place.clash().filter(|r| !place.narrows(*r)) {
        let (writer, _) = place.sides();
        let reader = describe(place.reader, r);
        let message = format!("the writer's {writer} cannot be read as {reader}");
        let draft = place.unreadable(SchemaRule::TypeChanged, message);
        found.push(draft.sides(Some(writer), Some(reader)));
    }
}
