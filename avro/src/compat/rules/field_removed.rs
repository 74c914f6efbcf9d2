//! # What it does
//!
//! Finds fields of the writer that the reader does not have.
//!
//! # Why is this bad
//!
//! It is not: the reader skips them. But what they hold is lost to everything behind this reader,
//! and once the writer stops sending them, readers that still have them need a default.
//!
//! # Example
//!
//! The writer's `Order` has `note`, the reader's has not. Keep the field as long as somebody
//! reads it; before removing it, give it a default in a version of its own.

use super::{Draft, Place, renames};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.records() else {
        return;
    };
    let renamed = renames::pairs(place);
    for (at, field) in writer.fields.iter().enumerate() {
        let is_gone = reader.position(&field.name).is_none();
        if is_gone && !renamed.iter().any(|(_, w)| *w == at) {
            found.push(renames::dropped(place, at));
        }
    }
}
