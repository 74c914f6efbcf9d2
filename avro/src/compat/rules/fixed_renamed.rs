//! # What it does
//!
//! Finds fixed whose simple names differ without an alias of the reader that says so.
//!
//! # Why is this bad
//!
//! The reader refuses every value, though the values themselves are the same.
//!
//! # Example
//!
//! The writer has the fixed `shop.Old`, the reader calls it `shop.New`. Name the former name:
//!
//! ```json
//! {"type": "fixed", "name": "shop.New", "aliases": ["shop.Old"], "size": 16}
//! ```

use super::{Draft, Place, SchemaRule, names};
use crate::schema::Kind as Type;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if matches!(place.kinds(), (Type::Fixed(_), Type::Fixed(_))) {
        names::renamed(place, SchemaRule::FixedRenamed, found);
    }
}
