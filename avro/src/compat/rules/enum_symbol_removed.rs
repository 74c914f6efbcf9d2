//! # What it does
//!
//! Finds enums of the reader that lack symbols of the writer's and have no default.
//!
//! # Why is this bad
//!
//! The reader fails on every datum with such a symbol, and on no other: that may be long after
//! it was deployed.
//!
//! # Example
//!
//! The writer has the symbols `NEW`, `PAID`, `LOST`; the reader has
//!
//! ```json
//! {"type": "enum", "name": "State", "symbols": ["NEW", "PAID"]}
//! ```
//!
//! Give the enum a default, a symbol for whatever the reader does not know:
//!
//! ```json
//! {"type": "enum", "name": "State", "symbols": ["NEW", "PAID", "UNKNOWN"], "default": "UNKNOWN"}
//! ```

use super::{Draft, Place, SchemaRule, symbols};
use super::super::draft::Leaf;
use crate::value::Value;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((_, reader)) = place.enums() else {
        return;
    };
    let lost = symbols::lost(place);
    if let (Some((first, _)), None) = (lost.first(), &reader.default) {
        let message = format!(
            "the reader's enum {} lacks {} and has no default",
            reader.name,
            symbols::names(&lost)
        );
        let draft = place.unreadable(SchemaRule::EnumSymbolRemoved, message);
        found.push(draft.leaf(Leaf::Value(Value::Enum(*first))));
    }
}
