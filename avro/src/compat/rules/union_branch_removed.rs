//! # What it does
//!
//! Finds types in a union of the writer that the reader does not take.
//!
//! # Why is this bad
//!
//! The reader fails on every datum that holds such a value, and on no other: that may be long
//! after it was deployed.
//!
//! # Example
//!
//! The writer has `["null", "string", "long"]`, the reader
//!
//! ```json
//! ["null", "string"]
//! ```
//!
//! Keep the branch as long as such data exist.

use super::super::describe::describe;
use super::super::draft::Leaf;
use super::super::place::{count, only};
use super::{Draft, Place, SchemaRule, unions};
use crate::resolve::Rule;
use crate::schema::{Kind, TypeId};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    // With one type on each side, null aside, it is the type that has changed.
    let is_single = count(place.writer, place.w) < 2;
    if place.branches().is_some() {
        if is_single && only(place.reader, place.r).is_some() {
            return;
        }
        for (at, w) in unions::refused(place) {
            found.push(draft(place, w).leaf(Leaf::Branch(at)));
        }
        return;
    }
    let refused = place.branch_of.is_none() && place.failure() == Some(Rule::Branch);
    let is_real = matches!(place.reader.kind(place.r), Kind::Union(_))
        && only(place.reader, place.r).is_none();
    if refused && is_real && place.candidate(place.w, None).is_none() {
        found.push(draft(place, place.w));
    }
}

fn draft(place: &Place<'_, '_>, w: TypeId) -> Draft {
    let (writer, reader) = (describe(place.original, w), describe(place.reader, place.r));
    let message = format!("the reader's {reader} does not take the writer's {writer}");
    place.unreadable(SchemaRule::UnionBranchRemoved, message)
        .sides(Some(describe(place.original, place.w)), Some(reader))
}
