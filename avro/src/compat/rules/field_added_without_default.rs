//! # What it does
//!
//! Finds fields of the reader that the writer lacks and that have no default.
//!
//! # Why is this bad
//!
//! The reader has nothing to put into the field, so it fails on every datum of the writer, not
//! only on some.
//!
//! # Example
//!
//! The writer has `{"name": "Order", "fields": [{"name": "id", "type": "string"}]}`; the reader
//! adds
//!
//! ```json
//! {"name": "coupon", "type": ["null", "string"]}
//! ```
//!
//! Say what stands for the field where it is missing:
//!
//! ```json
//! {"name": "coupon", "type": ["null", "string"], "default": null}
//! ```

use super::{Draft, Place, SchemaRule, renames};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.records() else {
        return;
    };
    let missing = |name: &str| writer.position(name).is_none();
    for field in &reader.fields {
        let is_plain = field.default.is_none() && missing(&field.name);
        if is_plain && renames::written_as(place, field).is_none() {
            let message = format!(
                "the writer has no field {:?} and the reader no default for it",
                field.name
            );
            let rule = SchemaRule::FieldAddedWithoutDefault;
            found.push(renames::added(place, rule, message, field, None));
        }
    }
}
