//! # What it does
//!
//! Finds types in a union of the reader that the writer does not have.
//!
//! # Why is this bad
//!
//! It is not, in this direction. The other way around, a reader without the branch fails on it,
//! so consumers are to be deployed before producers.
//!
//! # Example
//!
//! The writer has `["null", "string"]`, the reader
//!
//! ```json
//! ["null", "string", "long"]
//! ```

use super::super::Kind;
use super::super::describe::describe;
use super::super::place::only;
use super::{Draft, Place, SchemaRule, symbols, unions};
use crate::resolve::Action;
use crate::schema::{Kind as Type, TypeId};
use std::collections::HashSet;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Type::Union(theirs) = place.reader.kind(place.r) else {
        return;
    };
    if place.branch_of.is_some() || only(place.reader, place.r).is_some() {
        return;
    }
    let taken: HashSet<usize> = match (place.branches(), place.action) {
        (Some((_, actions)), _) => actions
            .iter()
            .filter_map(|id| target(place.action_of(*id)))
            .collect(),
        (None, Some(id)) => match target(place.action_of(id)) {
            Some(branch) => HashSet::from([branch]),
            None => return,
        },
        (None, None) => return,
    };
    let is_null = |at: &usize| matches!(place.reader.kind(theirs[*at]), Type::Null);
    // A branch that only the order keeps from taking a value is not new.
    let ours = place.branches().map_or(std::slice::from_ref(&place.w), |(ours, _)| ours);
    let torn = ours
        .iter()
        .filter(|w| unions::is_ambiguous(place, **w, place.r));
    let writes: HashSet<TypeId> = torn
        .flat_map(|w| unions::takers(place, *w, place.r))
        .collect();
    let is_known = |at: &usize| taken.contains(at) || writes.contains(&theirs[*at]);
    let new = (0..theirs.len()).filter(|at| !is_known(at) && !is_null(at));
    let names = symbols::few(new.map(|at| describe(place.reader, theirs[at])));
    if !names.is_empty() {
        let message = format!("the reader's union takes {names}, which the writer never writes");
        let draft = place.draft(SchemaRule::UnionBranchAdded, message);
        found.push(draft.kind(Kind::Advice));
    }
}

fn target(action: &Action) -> Option<usize> {
    match action {
        Action::Into(branch, _) => Some(*branch),
        _ => None,
    }
}
