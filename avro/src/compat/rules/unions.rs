//! Branches of unions.

use super::Place;
use crate::resolve::{Action, Rule};
use crate::schema::{Kind, TypeId};

/// The writer's branches that the reader takes nowhere: positions and types. Those that
/// another rule explains are left out: null, and types of another name.
pub(super) fn refused(place: &Place<'_, '_>) -> Vec<(usize, TypeId)> {
    let Some((branches, actions)) = place.branches() else {
        return Vec::new();
    };
    let fails = |at: &usize| match place.action_of(actions[*at]) {
        Action::Fail(mismatch) => matches!(mismatch.rule, Rule::Branch | Rule::Type),
        _ => false,
    };
    let is_null = |at: &usize| matches!(place.writer.kind(branches[*at]), Kind::Null);
    (0..branches.len())
        .filter(|at| fails(at) && !is_null(at))
        .map(|at| (at, branches[at]))
        .filter(|(_, w)| place.candidate(*w, Some(place.w)).is_none())
        .collect()
}
