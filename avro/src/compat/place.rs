//! Where a type of the writer meets a type of the reader.

use super::describe::describe;
use super::draft::{Draft, Leaf};
use super::trail::{Trail, others};
use super::{Kind, SchemaRule};
use crate::resolve::{Action, ActionId, Graph, Rule, names_match, promotes};
use crate::schema::{Enum, Fixed, Kind as Type, Record, Schema, TypeId};

/// A pair of types that values pass, and how they got there.
pub(super) struct Place<'p, 'a> {
    /// The writer's schema as it was written.
    pub(super) original: &'a Schema,
    /// The writer's schema under the names that the reader's aliases give it.
    pub(super) writer: &'p Schema,
    pub(super) reader: &'a Schema,
    pub(super) graph: &'p Graph<'a>,
    /// The writer's type.
    pub(super) w: TypeId,
    /// The reader's type.
    pub(super) r: TypeId,
    /// What the reader does; `None` where bytes are copied or no value gets through.
    pub(super) action: Option<ActionId>,
    /// The writer's union whose branch this is.
    pub(super) branch_of: Option<TypeId>,
    /// The reader's union whose branch has been chosen.
    pub(super) taken_by: Option<TypeId>,
    /// No value gets through, since the reader's union does not take it.
    pub(super) is_refused: bool,
    /// Reading fails before the first value.
    pub(super) is_fatal: bool,
    pub(super) trail: &'p Trail,
}

impl<'p, 'a> Place<'p, 'a> {
    pub(super) fn kinds(&self) -> (&'p Type, &'a Type) {
        (self.writer.kind(self.w), self.reader.kind(self.r))
    }

    pub(super) fn records(&self) -> Option<(&'p Record, &'a Record)> {
        match self.kinds() {
            (Type::Record(a), Type::Record(b)) => Some((a, b)),
            _ => None,
        }
    }

    pub(super) fn enums(&self) -> Option<(&'p Enum, &'a Enum)> {
        match self.kinds() {
            (Type::Enum(a), Type::Enum(b)) => Some((a, b)),
            _ => None,
        }
    }

    pub(super) fn fixed(&self) -> Option<(&'p Fixed, &'a Fixed)> {
        match self.kinds() {
            (Type::Fixed(a), Type::Fixed(b)) => Some((a, b)),
            _ => None,
        }
    }

    /// The writer's record as it was written.
    pub(super) fn original_record(&self) -> Option<&'a Record> {
        match self.original.kind(self.w) {
            Type::Record(record) => Some(record),
            _ => None,
        }
    }

    /// The rule of resolution that fails here for every value.
    pub(super) fn failure(&self) -> Option<Rule> {
        match self.action_of(self.action?) {
            Action::Fail(mismatch) => Some(mismatch.rule),
            _ => None,
        }
    }

    pub(super) fn action_of(&self, id: ActionId) -> &'p Action {
        &self.graph.nodes[id].action
    }

    /// What becomes of the branches of the writer's union.
    pub(super) fn branches(&self) -> Option<(&'p [TypeId], &'p [ActionId])> {
        let Type::Union(branches) = self.writer.kind(self.w) else {
            return None;
        };
        match self.action_of(self.action?) {
            Action::Branches(actions) => Some((branches, actions)),
            _ => None,
        }
    }

    /// Whether values end here as unreadable, names aside.
    pub(super) fn is_dead(&self) -> bool {
        self.is_refused || self.is_fatal || self.failure().is_some()
    }

    /// The reader's type that cannot hold a value of the writer's type `w`, where
    /// both sides have one type to compare, null aside.
    pub(super) fn clash(&self) -> Option<TypeId> {
        let failure = self.failure()?;
        if let Some(union) = self.branch_of
            && (matches!(self.kinds().0, Type::Null) || count(self.writer, union) > 1)
        {
            return None;
        }
        match failure {
            Rule::Type => Some(self.r),
            Rule::Branch => {
                let only = only(self.reader, self.r)?;
                self.candidate(self.w, self.branch_of)
                    .is_none()
                    .then_some(only)
            }
            _ => None,
        }
    }

    /// The branch of the reader's union that a refused value of `w` was likely meant
    /// for: a named type of that name, or the only one there is if `union`, whose branch
    /// the value is, has no other either.
    pub(super) fn candidate(&self, w: TypeId, union: Option<TypeId>) -> Option<TypeId> {
        let Type::Union(branches) = self.reader.kind(self.r) else {
            return None;
        };
        let kind = self.original.kind(w);
        kind.name()?;
        let alike = |id: &TypeId| {
            std::mem::discriminant(self.reader.kind(*id)) == std::mem::discriminant(kind)
        };
        let named = |id: &TypeId| alike(id) && names_match(self.reader.kind(*id), kind);
        let lonely = union.is_none_or(|union| count(self.writer, union) == 1);
        let mut likely = self.reader.candidates(self.r, branches, kind);
        let found = likely.find_map(|at| Some(branches[at]).filter(|id| named(id)));
        found.or_else(|| only(self.reader, self.r).filter(|id| lonely && alike(id)))
    }

    /// Whether the writer's type is promoted to the reader's only the other way around.
    pub(super) fn narrows(&self, r: TypeId) -> bool {
        let (writer, reader) = (self.writer.kind(self.w), self.reader.kind(r));
        promotes(reader, writer) && !promotes(writer, reader)
    }

    /// How the two sides are written in a message.
    pub(super) fn sides(&self) -> (String, String) {
        (
            describe(self.original, self.w),
            describe(self.reader, self.r),
        )
    }

    /// A finding at this place.
    pub(super) fn draft(&self, rule: SchemaRule, message: String) -> Draft {
        let (writer, reader) = self.sides();
        Draft::new(rule, self.trail.path(None), message)
            .field(self.trail.field().cloned())
            .sides(Some(writer), Some(reader))
            .witnessed_by(self.trail, (self.w, self.action), Leaf::Blank)
    }

    /// A finding at this place that no value gets past.
    pub(super) fn unreadable(&self, rule: SchemaRule, message: String) -> Draft {
        self.draft(rule, message).kind(Kind::Unreadable)
    }
}

/// Branches of a union that are not null: none, one, or two for all that are more.
pub(super) fn count(schema: &Schema, id: TypeId) -> usize {
    match schema.kind(id) {
        Type::Union(branches) => others(schema, branches).take(2).count(),
        _ => 1,
    }
}

/// The only branch of a union that is not null; of any other type, itself.
pub(super) fn only(schema: &Schema, id: TypeId) -> Option<TypeId> {
    let Type::Union(branches) = schema.kind(id) else {
        return Some(id);
    };
    let mut others = others(schema, branches);
    let only = others.next()?;
    others.next().is_none().then_some(only)
}

/// Whether null is a value of the type.
pub(super) fn is_nullable(schema: &Schema, id: TypeId) -> bool {
    match schema.kind(id) {
        Type::Null => true,
        Type::Union(branches) => branches
            .iter()
            .any(|branch| matches!(schema.kind(*branch), Type::Null)),
        _ => false,
    }
}
