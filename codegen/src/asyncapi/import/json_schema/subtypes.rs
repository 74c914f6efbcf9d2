//! Inheritance: which schemas say `allOf` with a reference to another one.

use std::collections::HashMap;

use super::{
    super::{
        context::{Context, Id, id},
        refs,
    },
    Schemas,
    flat::Flat,
    unwrapped,
};
use crate::syntax::Node;

/// The schemas that extend each schema.
#[derive(Default)]
pub(super) struct Subtypes<'t> {
    of: HashMap<Id, Vec<Branch<'t>>>,
}

/// One of several alternatives.
#[derive(Clone, Copy)]
pub(super) struct Branch<'t> {
    pub(super) node: &'t Node<'t>,
    /// What the document calls it, where it is found by its name.
    pub(super) key: Option<&'t str>,
}

impl<'t> Subtypes<'t> {
    /// Looks at the components of all documents.
    pub(super) fn find(cx: &Context<'t>) -> Self {
        let mut found = Self::default();
        for root in cx.trees.roots.values() {
            let declared = root.get("components").and_then(|c| c.get("schemas"));
            for entry in declared.map_or(&[][..], |s| s.entries()) {
                let schema = unwrapped(&entry.value);
                for member in schema.get("allOf").map_or(&[][..], |a| a.items()) {
                    if refs::reference(member).is_some()
                        && let Some(target) = cx.follow(member)
                    {
                        let of = found.of.entry(id(unwrapped(target.node))).or_default();
                        of.push(Branch {
                            node: &entry.value,
                            key: Some(&entry.key),
                        });
                    }
                }
            }
        }
        found
    }
}

impl<'t> Schemas<'_, 't> {
    /// The alternatives of a schema: of `oneOf` or `anyOf`; of a discriminator without them, what
    /// extends it. Nothing where the alternatives only say what is required.
    pub(super) fn branches(&self, flat: &Flat<'t>) -> Option<Vec<Branch<'t>>> {
        let listed = flat.get("oneOf").or_else(|| flat.get("anyOf"));
        if let Some(listed) = listed {
            let branches: Vec<&'t Node<'t>> = listed.items().iter().collect();
            let says = |n: &&Node<'t>| {
                n.entries()
                    .iter()
                    .any(|e| !matches!(&*e.key, "required" | "not" | "title" | "description"))
                    || n.map().is_none()
            };
            let branch = |node| Branch { node, key: None };
            return branches
                .iter()
                .any(says)
                .then(|| branches.iter().copied().map(branch).collect());
        }
        flat.get("discriminator")?;
        let own = flat
            .parts
            .iter()
            .find(|p| p.get("discriminator").is_some())?;
        let extending = self.subtypes.of.get(&id(own))?;
        Some(extending.clone())
    }
}
