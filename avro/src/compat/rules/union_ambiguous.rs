//! # What it does
//!
//! Finds values that the reader's union takes as another type than the writer's, where more than
//! one branch would take them: the order of the branches decides.
//!
//! # Why is this bad
//!
//! Reading succeeds, but a later change of the order, which looks harmless, changes what is read.
//! Other libraries decide otherwise already now.
//!
//! # Example
//!
//! The writer has `["string", "int"]`, the reader
//!
//! ```json
//! ["string", "double", "long"]
//! ```
//!
//! An int is read as a double, since that comes first. Put `int` among the branches, or the wider
//! integer first.

use super::super::Kind;
use super::super::describe::describe;
use super::{Draft, Place, SchemaRule, unions};
use crate::resolve::Action;
use crate::schema::Kind as Type;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let (Some(id), Type::Union(theirs)) = (place.action, place.reader.kind(place.r)) else {
        return;
    };
    let Action::Into(chosen, _) = place.action_of(id) else {
        return;
    };
    if !unions::is_ambiguous(place, place.w, place.r) {
        return;
    }
    let (writer, reader) = place.sides();
    let message = format!(
        "the reader's {reader} takes the writer's {writer} as {}, the first branch of several that could",
        describe(place.reader, theirs[*chosen])
    );
    found.push(place.draft(SchemaRule::UnionAmbiguous, message).kind(Kind::Misread));
}
