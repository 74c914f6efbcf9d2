//! # What it does
//!
//! Finds promotions to a type that cannot hold every value: `int` or `long` to `float`, `long` to
//! `double`, `bytes` to `string`.
//!
//! # Why is this bad
//!
//! Avro allows them, and reading succeeds. But large integers are rounded, and bytes that are no
//! UTF-8 become replacement characters. An identifier that is rounded is another identifier.
//!
//! # Example
//!
//! The writer has `{"name": "id", "type": "long"}`, the reader
//!
//! ```json
//! {"name": "id", "type": "double"}
//! ```
//!
//! 9007199254740993 reads as 9007199254740992. Keep `long`.

use super::super::Kind;
use super::super::draft::Leaf;
use super::{Draft, Place, SchemaRule, promotions};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if !promotions::is_promoted(place) {
        return;
    }
    if let Some(value) = promotions::lost(place) {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} is read as {reader}, which cannot hold every value");
        let draft = place.draft(SchemaRule::PromotionLossy, message);
        found.push(draft.kind(Kind::Misread).leaf(Leaf::Value(value)));
    }
}
