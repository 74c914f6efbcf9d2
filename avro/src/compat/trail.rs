//! The way from the root to a place, along the writer's types: its path in the
//! reader's names, and what a datum must hold to get there.

use super::FieldRef;
use crate::resolve::ActionId;
use crate::schema::{Kind, Schema, TypeId};

/// One step from a type of the writer into a part of it.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// The type that is left.
    pub(super) from: TypeId,
    /// What the reader does with it, where that is known.
    pub(super) action: Option<ActionId>,
    pub(super) into: Into,
}

/// Into which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Into {
    /// The field of that position.
    Field(usize),
    Item,
    Value,
    /// The branch of that position.
    Branch(usize),
}

/// All steps from the root.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    pub(super) hops: Vec<Hop>,
    /// The path's parts, one a hop.
    parts: Vec<String>,
    /// The fields passed, outermost first.
    fields: Vec<FieldRef>,
}

impl Trail {
    pub(super) fn push(&mut self, hop: Hop, part: String) {
        self.hops.push(hop);
        self.parts.push(part);
    }

    pub(super) fn push_field(&mut self, hop: Hop, field: FieldRef) {
        let name = field.reader_field.as_ref().or(field.writer_field.as_ref());
        let part = format!(".{}", name.map_or("", String::as_str));
        self.push(hop, part);
        self.fields.push(field);
    }

    pub(super) fn pop(&mut self) {
        if let Some(hop) = self.hops.pop()
            && matches!(hop.into, Into::Field(_))
        {
            self.fields.pop();
        }
        self.parts.pop();
    }

    /// The dotted path, with the field `last` behind it if there is one.
    pub(super) fn path(&self, last: Option<&str>) -> String {
        let mut path = self.parts.concat();
        if let Some(name) = last {
            path.push('.');
            path.push_str(name);
        }
        match path.strip_prefix('.') {
            Some(path) => path.to_owned(),
            None => path,
        }
    }

    /// The innermost field.
    pub(super) fn field(&self) -> Option<&FieldRef> {
        self.fields.last()
    }
}

/// How the step into a branch of the writer's union shows in a path: not at all where
/// the union is null or one other type.
pub(super) fn branch_part(schema: &Schema, branches: &[TypeId], branch: TypeId) -> String {
    if others(schema, branches).nth(1).is_none() {
        return String::new();
    }
    format!("<{}>", schema.type_name(branch))
}

/// The branches that are not null.
pub(super) fn others<'a>(
    schema: &'a Schema,
    branches: &'a [TypeId],
) -> impl Iterator<Item = TypeId> + 'a {
    let mut all = branches.iter().copied();
    std::iter::from_fn(move || all.find(|id| !matches!(schema.kind(*id), Kind::Null)))
}
