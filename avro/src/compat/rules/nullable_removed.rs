//! # What it does
//!
//! Finds types that are nullable to the writer and not to the reader.
//!
//! # Why is this bad
//!
//! The reader fails on the first datum that holds null, however rare that is.
//!
//! # Example
//!
//! The writer has `{"name": "coupon", "type": ["null", "string"]}`, the reader
//!
//! ```json
//! {"name": "coupon", "type": "string"}
//! ```
//!
//! Keep the union: data with null exist, and a retention period is their only end.

use super::super::draft::Leaf;
use super::super::place::is_nullable;
use super::{Draft, Place, SchemaRule};
use crate::schema::Kind;
use crate::value::Value;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Kind::Union(branches) = place.writer.kind(place.w) else {
        return;
    };
    let null = branches
        .iter()
        .position(|branch| matches!(place.writer.kind(*branch), Kind::Null));
    if let Some(branch) = null.filter(|_| !is_nullable(place.reader, place.r)) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} may be null, the reader's {reader} may not");
        let leaf = Leaf::Value(Value::Union(branch, Box::new(Value::Null)));
        found.push(place.unreadable(SchemaRule::NullableRemoved, message).leaf(leaf));
    }
}
