//! # What it does
//!
//! Finds numbers that the reader expects in a narrower type: `long` read as `int`, `double` read
//! as `float`, `long` or `int`, `float` read as an integer.
//!
//! # Why is this bad
//!
//! Avro promotes to wider types only. The reader refuses every value, even one that would fit.
//!
//! # Example
//!
//! The writer has `{"name": "count", "type": "long"}`, the reader
//!
//! ```json
//! {"name": "count", "type": "int"}
//! ```
//!
//! Keep the wider type.

use super::super::describe::describe;
use super::{Draft, Place, SchemaRule};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    if let Some(r) = place.clash().filter(|r| place.narrows(*r)) {
        let (writer, _) = place.sides();
        let reader = describe(place.reader, r);
        let message = format!("the writer's {writer} does not fit the reader's narrower {reader}");
        let draft = place.unreadable(SchemaRule::TypeNarrowed, message);
        found.push(draft.sides(Some(writer), Some(reader)));
    }
}
