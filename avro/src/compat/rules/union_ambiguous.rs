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
//! The writer has `int`, the reader
//!
//! ```json
//! ["float", "long"]
//! ```
//!
//! An int is read as a float, since that comes first. Put `int` among the branches, or the wider
//! integer first.

use super::super::Kind;
use super::super::describe::describe;
use super::{Draft, Place, SchemaRule};
use crate::resolve::{Action, names_match, promotes};
use crate::schema::{Kind as Type, TypeId};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let (Some(id), Type::Union(theirs)) = (place.action, place.reader.kind(place.r)) else {
        return;
    };
    let Action::Into(chosen, _) = place.action_of(id) else {
        return;
    };
    let kind = place.original.kind(place.w);
    let takes = |id: TypeId| {
        let other = place.reader.kind(id);
        promotes(kind, other) || names_match(other, kind)
    };
    let is_same = |id: TypeId| {
        let other = place.reader.kind(id);
        std::mem::discriminant(other) == std::mem::discriminant(kind)
            && other.name() == place.writer.kind(place.w).name()
    };
    let taking = theirs.iter().filter(|id| takes(**id)).count();
    if is_same(theirs[*chosen]) || taking < 2 {
        return;
    }
    let (writer, reader) = place.sides();
    let message = format!(
        "the reader's {reader} takes the writer's {writer} as {}, the first branch of several that could",
        describe(place.reader, theirs[*chosen])
    );
    found.push(place.draft(SchemaRule::UnionAmbiguous, message).kind(Kind::Misread));
}
