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
    let renamed = renames::pairs(place);
    for (at, field) in reader.fields.iter().enumerate() {
        let is_plain = field.default.is_none() && writer.position(&field.name).is_none();
        if is_plain && !renamed.iter().any(|(r, _)| *r == at) {
            let message = format!(
                "the writer has no field {:?} and the reader no default for it",
                field.name
            );
            let rule = SchemaRule::FieldAddedWithoutDefault;
            found.push(renames::added(place, rule, message, field, None));
        }
    }
}
