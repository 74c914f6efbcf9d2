//! Names of many fields and many branches, so that finding one does not take a look at
//! each. Few are compared faster than they are hashed.

use super::{Field, Kind, Schema, TypeId};
use std::collections::HashMap;

/// More than this many are indexed.
const FEW: usize = 16;

/// Positions of a record's fields by name, if there are many.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldIndex(pub(super) Option<HashMap<String, usize>>);

impl FieldIndex {
    pub(crate) fn of(fields: &[Field]) -> Self {
        if fields.len() <= FEW {
            return Self(None);
        }
        let mut positions = HashMap::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            positions.entry(field.name.clone()).or_insert(at);
        }
        Self(Some(positions))
    }
}

/// Positions of a union's branches.
#[derive(Clone, Debug, Default)]
pub(crate) struct BranchIndex {
    /// Of named types, by simple name.
    by_simple: HashMap<String, Vec<usize>>,
    /// Of named types, by the full names of their aliases.
    by_alias: HashMap<String, Vec<usize>>,
    /// Of all other types.
    unnamed: Vec<usize>,
}

impl BranchIndex {
    /// The indices of all large unions.
    pub(super) fn of_all(schema: &Schema) -> HashMap<TypeId, Self> {
        let all = (0..).map(TypeId).zip(&schema.types);
        all.filter_map(|(id, one)| match &one.kind {
            Kind::Union(branches) if branches.len() > FEW => Some((id, Self::of(schema, branches))),
            _ => None,
        })
        .collect()
    }

    fn of(schema: &Schema, branches: &[TypeId]) -> Self {
        let mut index = Self::default();
        for (at, branch) in branches.iter().enumerate() {
            let kind = schema.kind(*branch);
            let Some(name) = kind.name() else {
                index.unnamed.push(at);
                continue;
            };
            let simple = name.simple().to_owned();
            index.by_simple.entry(simple).or_default().push(at);
            for alias in kind.aliases() {
                let alias = alias.full().to_owned();
                index.by_alias.entry(alias).or_default().push(at);
            }
        }
        index
    }

    /// Positions, in order, of the branches that a type may be read as: for a named
    /// type those that share its simple name or have it as an alias, else all that are
    /// not named.
    pub(crate) fn candidates(&self, kind: &Kind) -> Vec<usize> {
        let Some(name) = kind.name() else {
            return self.unnamed.clone();
        };
        let found = [
            self.by_simple.get(name.simple()),
            self.by_alias.get(name.full()),
        ];
        let mut all: Vec<usize> = found.into_iter().flatten().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Schema {
    /// Positions of the branches of a union that a type of another schema may be read
    /// as: all, unless there are many.
    pub(crate) fn candidates(
        &self,
        union: TypeId,
        branches: &[TypeId],
        kind: &Kind,
    ) -> impl Iterator<Item = usize> + use<> {
        let (all, some) = match self.large_unions.get(&union) {
            Some(index) => (0, index.candidates(kind)),
            None => (branches.len(), Vec::new()),
        };
        (0..all).chain(some)
    }

    /// Whether [`candidates`](Self::candidates) leaves out any branch.
    pub(crate) fn is_large(&self, union: TypeId) -> bool {
        self.large_unions.contains_key(&union)
    }
}
