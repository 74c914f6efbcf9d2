//! # What it does
//!
//! Finds records whose simple names differ without an alias of the reader that says so.
//!
//! # Why is this bad
//!
//! The specification refuses it. Inside a union the reader finds no branch and fails. Elsewhere
//! some libraries, Java's among them, do not look at the name and decode by luck; others refuse.
//!
//! # Example
//!
//! The writer has the record `shop.Order`, the reader
//!
//! ```json
//! {"type": "record", "name": "shop.Purchase", "fields": []}
//! ```
//!
//! Name the former name:
//!
//! ```json
//! {"type": "record", "name": "shop.Purchase", "aliases": ["shop.Order"], "fields": []}
//! ```

use super::{Draft, Place, SchemaRule, names};
use crate::schema::Kind as Type;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if matches!(place.kinds(), (Type::Record(_), Type::Record(_))) {
        names::renamed(place, SchemaRule::RecordRenamed, found);
    }
}
