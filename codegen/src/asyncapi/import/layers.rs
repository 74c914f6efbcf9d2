//! An object and the traits applied to it: what the object says wins, then the later trait
//! (AsyncAPI 3.1, "Traits Merge Mechanism").

use super::context::Context;
use crate::syntax::Node;

/// Objects, the strongest first.
#[derive(Clone)]
pub(super) struct Layers<'t>(pub(super) Vec<&'t Node<'t>>);

impl<'t> Layers<'t> {
    /// An object with its `traits`.
    pub(super) fn with_traits(cx: &Context<'t>, node: &'t Node<'t>) -> Self {
        let traits = cx.items(node, "traits").iter().rev();
        let traits = traits.filter_map(|t| Some(cx.follow(t)?.node));
        Self(std::iter::once(node).chain(traits).collect())
    }

    /// The strongest value of a key, references followed.
    pub(super) fn get(&self, cx: &Context<'t>, key: &str) -> Option<&'t Node<'t>> {
        let node = self.0.iter().find_map(|n| n.get(key))?;
        Some(cx.follow(node)?.node)
    }

    /// The mappings under a key, merged.
    pub(super) fn inside(&self, cx: &Context<'t>, key: &str) -> Self {
        let nodes = self.0.iter().filter_map(|n| n.get(key));
        Self(
            nodes
                .filter_map(|n| Some(cx.follow(n)?.node))
                .filter(|n| n.map().is_some())
                .collect(),
        )
    }

    /// The text of a key.
    pub(super) fn text(&self, cx: &Context<'t>, key: &str) -> Option<&'t str> {
        self.get(cx, key)?.text()
    }

    /// Every key with its strongest value, in the order of the objects.
    pub(super) fn entries(&self) -> Vec<&'t crate::syntax::Entry<'t>> {
        let mut entries: Vec<&crate::syntax::Entry<'t>> = Vec::new();
        for entry in self.0.iter().flat_map(|n| n.entries()) {
            if !entries.iter().any(|e| e.key == entry.key) {
                entries.push(entry);
            }
        }
        entries
    }
}
