//! # What it does
//!
//! Finds types that are nullable to the reader and not to the writer.
//!
//! # Why is this bad
//!
//! It is not, in this direction. The other way around, a reader that does not know null fails on
//! it, so consumers are to be deployed before producers.
//!
//! # Example
//!
//! The writer has `{"name": "coupon", "type": "string"}`, the reader
//!
//! ```json
//! {"name": "coupon", "type": ["null", "string"]}
//! ```

use super::super::Kind;
use super::super::place::is_nullable;
use super::{Draft, Place, SchemaRule};
use crate::schema::Kind as Type;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let is_union = matches!(place.reader.kind(place.r), Type::Union(_));
    if !is_union || place.branch_of.is_some() || place.is_dead() {
        return;
    }
    if is_nullable(place.reader, place.r) && !is_nullable(place.original, place.w) {
        let (writer, reader) = place.sides();
        let message = format!("the reader's {reader} may be null, the writer's {writer} never is");
        found.push(place.draft(SchemaRule::NullableAdded, message).kind(Kind::Advice));
    }
}
