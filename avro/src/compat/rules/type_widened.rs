//! # What it does
//!
//! Finds types that are promoted to another one that holds all their values: `int` to `long` or
//! `double`, `float` to `double`, `string` to `bytes`.
//!
//! # Why is this bad
//!
//! It is not, in this direction: every value arrives. The other way around nothing can be read,
//! so consumers are to be deployed before producers.
//!
//! # Example
//!
//! The writer has `{"name": "count", "type": "int"}`, the reader
//!
//! ```json
//! {"name": "count", "type": "long"}
//! ```

use super::super::Kind;
use super::{Draft, Place, SchemaRule, promotions, unions};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let is_lossless = promotions::is_promoted(place) && promotions::lost(place).is_none();
    // A logical type on either side has a rule of its own.
    let logical = place.original.get(place.w).logical.or(place.reader.get(place.r).logical);
    // So has a branch that was chosen among several.
    let is_chosen = place.taken_by.is_some_and(|union| unions::is_ambiguous(place, place.w, union));
    if is_lossless && logical.is_none() && !is_chosen {
        let (writer, reader) = place.sides();
        let message = format!("the writer's {writer} is read as {reader}, which holds every value");
        found.push(place.draft(SchemaRule::TypeWidened, message).kind(Kind::Advice));
    }
}
