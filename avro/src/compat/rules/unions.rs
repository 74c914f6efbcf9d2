//! Branches of unions.

use super::Place;
use crate::resolve::{Action, Rule, names_match, promotes};
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

/// The branches of the reader's union that could take values of the writer's type `w`.
pub(super) fn takers<'a>(
    place: &Place<'_, 'a>,
    w: TypeId,
    union: TypeId,
) -> impl Iterator<Item = TypeId> + use<'a> {
    let (kind, reader) = (place.original.kind(w), place.reader);
    let branches = match reader.kind(union) {
        Kind::Union(branches) => &branches[..],
        _ => &[],
    };
    let likely = reader.candidates(union, branches, kind);
    likely.map(|at| branches[at]).filter(move |id| {
        let other = reader.kind(*id);
        promotes(kind, other) || names_match(other, kind)
    })
}

/// Whether the order of the reader's branches decides which one takes a value of the
/// writer's type `w`: none is of that type, several take it.
pub(super) fn is_ambiguous(place: &Place<'_, '_>, w: TypeId, union: TypeId) -> bool {
    let kind = place.writer.kind(w);
    let is_same = |id: TypeId| {
        let other = place.reader.kind(id);
        std::mem::discriminant(other) == std::mem::discriminant(kind) && other.name() == kind.name()
    };
    takers(place, w, union).nth(1).is_some() && !takers(place, w, union).any(is_same)
}
