//! # What it does
//!
//! Finds fixed types of different sizes.
//!
//! # Why is this bad
//!
//! A fixed has no length in its encoding: the reader would take bytes of the next value. It
//! refuses every value.
//!
//! # Example
//!
//! The writer has a fixed `Hash` of 16 bytes, the reader
//!
//! ```json
//! {"type": "fixed", "name": "Hash", "size": 32}
//! ```
//!
//! Add a field with a fixed of another name, or use `bytes`.

use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.fixed() else {
        return;
    };
    if writer.size != reader.size {
        let message = format!(
            "the writer's {} has {} byte(s), the reader's {}",
            writer.name, writer.size, reader.size
        );
        let sides = (format!("fixed({})", writer.size), format!("fixed({})", reader.size));
        let draft = place.unreadable(SchemaRule::FixedSizeChanged, message);
        found.push(draft.sides(Some(sides.0), Some(sides.1)));
    }
}
