//! # What it does
//!
//! Finds enums of the reader that lack symbols of the writer's and read their default instead.
//!
//! # Why is this bad
//!
//! It is what the default is for, and nothing fails. But the reader cannot tell such a value from
//! a real one of the default's symbol; what it does then should be harmless.
//!
//! # Example
//!
//! The writer has the symbols `NEW`, `PAID`, `LOST`; the reader has
//!
//! ```json
//! {"type": "enum", "name": "State", "symbols": ["NEW", "PAID"], "default": "NEW"}
//! ```
//!
//! A lost order reads as a new one. A symbol such as `UNKNOWN` is the better default.

use super::super::Kind;
use super::super::draft::Leaf;
use super::{Draft, Place, SchemaRule, symbols};
use crate::value::Value;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((_, reader)) = place.enums() else {
        return;
    };
    let lost = symbols::lost(place);
    if let (Some((first, _)), Some(default)) = (lost.first(), &reader.default) {
        let message = format!(
            "the reader's enum {} lacks {}, which it reads as its default {default}",
            reader.name,
            symbols::names(&lost)
        );
        let draft = place.draft(SchemaRule::EnumSymbolDefaulted, message);
        let leaf = Leaf::Value(Value::Enum(*first));
        found.push(draft.kind(Kind::Misread).leaf(leaf));
    }
}
