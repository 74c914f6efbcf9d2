//! # What it does
//!
//! Finds enums whose default the newer schema changes or lacks.
//!
//! # Why is this bad
//!
//! The default is what a reader takes for a symbol that it does not know. Without one it fails on
//! the first symbol that is added; with another one, unknown symbols mean something else than
//! before.
//!
//! # Example
//!
//! The older schema has the default `UNKNOWN`, the newer one
//!
//! ```json
//! {"type": "enum", "name": "State", "symbols": ["UNKNOWN", "NEW"]}
//! ```
//!
//! Keep the default.

use super::super::Kind;
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.enums() else {
        return;
    };
    let Some(before) = writer.default.as_ref().filter(|_| writer.default != reader.default) else {
        return;
    };
    let after = match &reader.default {
        Some(after) => format!("is {after}"),
        None => "is gone".to_owned(),
    };
    let message = format!("the default {before} of the enum {} {after}", reader.name);
    found.push(place.draft(SchemaRule::EnumDefaultChanged, message).kind(Kind::Advice));
}
