//! Inheritance: which schemas say `allOf` with a reference to another one.

use std::collections::HashMap;

use super::{
    super::{
        context::{Context, Id, id},
        refs,
    },
    Schemas, constraints,
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
    /// extends it. Nothing where the alternatives only narrow what is there without them.
    pub(super) fn branches(&self, flat: &Flat<'t>) -> Option<Vec<Branch<'t>>> {
        let listed = flat.get("oneOf").or_else(|| flat.get("anyOf"));
        if let Some(listed) = listed {
            let branches: Vec<&'t Node<'t>> = listed.items().iter().collect();
            let own = flat.properties();
            let own: Vec<&str> = own.iter().map(|(e, _)| &*e.key).collect();
            let says = |n: &&Node<'t>| !only_narrows(n, &own);
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

/// Whether an alternative says only which of the values that are described beside it are meant:
/// which properties must be there, and what those hold.
fn only_narrows(node: &Node<'_>, own: &[&str]) -> bool {
    const ANNOTATIONS: [&str; 4] = ["required", "not", "title", "description"];
    let narrows = |value: &Node<'_>| {
        let known = |key: &str| ANNOTATIONS.contains(&key) || constraints::is_keyword(key);
        value
            .map()
            .is_some_and(|m| m.entries.iter().all(|e| known(&e.key) || e.key == "enum"))
    };
    node.map().is_some_and(|map| {
        map.entries.iter().all(|e| match &*e.key {
            "type" => !own.is_empty() && e.value.text() == Some("object"),
            "properties" => {
                let properties = e.value.entries().iter();
                !own.is_empty()
                    && properties
                        .clone()
                        .all(|p| own.contains(&&*p.key) && narrows(&p.value))
            }
            key => ANNOTATIONS.contains(&key),
        })
    })
}
