//! # What it does
//!
//! Finds fields whose default the newer schema lacks.
//!
//! # Why is this bad
//!
//! Data of these two schemas are read as before. But data of schemas that lack the field, older
//! ones or later ones, cannot be read any more.
//!
//! # Example
//!
//! The older schema has `{"name": "coupon", "type": ["null", "string"], "default": null}` and the
//! newer one
//!
//! ```json
//! {"name": "coupon", "type": ["null", "string"]}
//! ```
//!
//! Keep the default: it costs nothing.

use super::super::Kind;
use super::{Draft, Place, SchemaRule, aliases};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.records() else {
        return;
    };
    for field in reader.fields.iter().filter(|field| field.default.is_none()) {
        let written = writer.position(&field.name).map(|at| &writer.fields[at]);
        if let Some(default) = written.and_then(|field| field.default.as_ref()) {
            let message = format!(
                "{:?} has lost its default {default}: data without the field cannot be read",
                field.name
            );
            let draft = aliases::at_field(place, SchemaRule::DefaultRemoved, message, field);
            found.push(draft.kind(Kind::Advice));
        }
    }
}
