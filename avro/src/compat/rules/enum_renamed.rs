//! # What it does
//!
//! Finds enums whose simple names differ without an alias of the reader that says so.
//!
//! # Why is this bad
//!
//! The reader refuses every value, though the values themselves are the same.
//!
//! # Example
//!
//! The writer has the enum `shop.Old`, the reader calls it `shop.New`. Name the former name:
//!
//! ```json
//! {"type": "enum", "name": "shop.New", "aliases": ["shop.Old"], "symbols": ["A"]}
//! ```

use super::{Draft, Place, SchemaRule, names};
use crate::schema::Kind as Type;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if matches!(place.kinds(), (Type::Enum(_), Type::Enum(_))) {
        names::renamed(place, SchemaRule::EnumRenamed, found);
    }
}
