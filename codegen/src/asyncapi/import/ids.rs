//! Names that JSON Schema gives to schemas: `$id`, `$anchor`, `$dynamicAnchor`, and what a reference
//! inside of a schema with an `$id` is relative to. All of it is known before anything is followed.

use std::collections::{BTreeMap, HashMap};

use super::{
    context::{Id, id},
    trees::Trees,
};
use crate::{
    source::Sources,
    syntax::{Node, Value},
};

/// Keywords with values that are no schemas.
const DATA: [&str; 5] = ["const", "enum", "default", "examples", "example"];

/// Scheme of the address of a file without an absolute `$id`.
const FILES: &str = "file://";

/// A schema with an `$id` of its own, or a whole file.
#[derive(Clone)]
pub(super) struct Resource<'t> {
    pub(super) root: &'t Node<'t>,
    /// Absolute address.
    uri: String,
}

/// All names of schemas.
#[derive(Default)]
pub(super) struct Ids<'t> {
    /// Schemas by their address.
    by_uri: HashMap<String, &'t Node<'t>>,
    /// By the resource they are in and their name.
    anchors: HashMap<Id, BTreeMap<&'t str, &'t Node<'t>>>,
    /// Where each name of `$dynamicAnchor` stands; `""` for `$recursiveAnchor`.
    dynamic: HashMap<&'t str, Vec<&'t Node<'t>>>,
    /// What the reference at a node is relative to, inside of a schema with an `$id`.
    scopes: HashMap<Id, Resource<'t>>,
    /// References with a target that may depend on where one comes from.
    late: HashMap<Id, &'t str>,
}

impl<'t> Ids<'t> {
    pub(super) fn find(sources: &Sources, trees: &'t Trees<'t>) -> Self {
        let mut ids = Self::default();
        for (file, root) in &trees.roots {
            let path = sources.get(*file).map_or("", |f| f.path.as_str());
            let whole = Resource {
                root,
                uri: format!("{FILES}/{path}"),
            };
            ids.visit(root, &whole, false);
        }
        ids
    }

    fn visit(&mut self, node: &'t Node<'t>, inside: &Resource<'t>, scoped: bool) {
        let map = match &node.value {
            Value::Scalar { .. } => return,
            Value::List(items) => {
                return items.iter().for_each(|n| self.visit(n, inside, scoped));
            }
            Value::Map(map) => map,
        };
        let text = |key| node.get(key).and_then(Node::text);
        let mut own = None;
        if let Some(written) = text("$id") {
            let (uri, anchor) = written.split_once('#').unwrap_or((written, ""));
            if !uri.is_empty() {
                let uri = resolved(&inside.uri, uri);
                self.by_uri.entry(uri.clone()).or_insert(node);
                own = Some(Resource { root: node, uri });
            } else if !anchor.is_empty() {
                // Up to draft 7 this was how an anchor was written.
                self.anchor(inside, anchor, node);
            }
        }
        let scoped = scoped || own.is_some();
        let inside = own.as_ref().unwrap_or(inside);
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = text(key) {
                self.anchor(inside, name, node);
            }
        }
        if let Some(name) = text("$dynamicAnchor") {
            self.dynamic.entry(name).or_default().push(node);
        }
        if node.get("$recursiveAnchor").and_then(Node::flag) == Some(true) {
            self.dynamic.entry("").or_default().push(node);
        }
        for entry in &map.entries {
            match (&*entry.key, entry.value.text()) {
                (key @ ("$ref" | "$dynamicRef" | "$recursiveRef"), Some(reference)) => {
                    if scoped {
                        self.scopes.insert(id(&entry.value), inside.clone());
                    }
                    if key != "$ref" {
                        let name = reference.split_once('#').map_or("", |(_, name)| name);
                        self.late.insert(id(&entry.value), name);
                    }
                }
                (key, _) if DATA.contains(&key) || key.starts_with("x-") => {}
                _ => self.visit(&entry.value, inside, scoped),
            }
        }
    }

    fn anchor(&mut self, inside: &Resource<'t>, name: &'t str, node: &'t Node<'t>) {
        let of = self.anchors.entry(id(inside.root)).or_default();
        of.entry(name).or_insert(node);
    }

    /// The schema with an `$id` that a reference stands in.
    pub(super) fn scope(&self, reference: &Node<'_>) -> Option<&Resource<'t>> {
        self.scopes.get(&id(reference))
    }

    /// The schema that a reference names by its `$id`; the fragment does not count. `file` is the
    /// path of the file with the reference.
    pub(super) fn named(
        &self,
        reference: &Node<'_>,
        file: &str,
        text: &str,
    ) -> Option<&'t Node<'t>> {
        let whole = || format!("{FILES}/{file}");
        let base = self.scope(reference).map_or_else(whole, |s| s.uri.clone());
        self.by_uri.get(&resolved(&base, text)).copied()
    }

    /// The schema with an anchor.
    pub(super) fn anchored(&self, root: &Node<'_>, name: &str) -> Option<&'t Node<'t>> {
        self.anchors.get(&id(root))?.get(name).copied()
    }

    /// Names of the anchors of a schema with an `$id`, or of a file.
    pub(super) fn anchors(&self, root: &Node<'_>) -> impl Iterator<Item = &'t str> {
        let of = self.anchors.get(&id(root)).into_iter();
        of.flat_map(|names| names.keys().copied())
    }

    /// Whether the target of a reference depends on the schema that one begins with: a
    /// `$dynamicRef` to a name that several schemas give.
    pub(super) fn depends(&self, reference: &Node<'_>) -> bool {
        let name = self.late.get(&id(reference));
        name.and_then(|name| self.dynamic.get(name))
            .is_some_and(|given| given.len() > 1)
    }
}

/// An address relative to another (RFC 3986, section 5.2), without fragment.
fn resolved(base: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or_default();
    if reference.is_empty() {
        return base.to_owned();
    }
    if super::refs::is_remote(reference) {
        return reference.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else {
        return reference.to_owned();
    };
    if let Some(host) = reference.strip_prefix("//") {
        return format!("{scheme}://{host}");
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut parts: Vec<&str> = Vec::new();
    if !reference.starts_with('/') {
        parts.extend(path.split('/'));
        parts.pop();
    }
    for part in reference.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("{scheme}://{host}/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn addresses_are_resolved() {
        let base = "https://a.example/schemas/events/order.json";
        for (reference, expected) in [
            ("#/x", base),
            ("line.json#/x", "https://a.example/schemas/events/line.json"),
            ("../money.json", "https://a.example/schemas/money.json"),
            ("/money.json", "https://a.example/money.json"),
            ("//b.example/c.json", "https://b.example/c.json"),
            ("urn:x:y", "urn:x:y"),
        ] {
            assert_eq!(resolved(base, reference), expected, "{reference}");
        }
        assert_eq!(resolved("urn:x:y", "z.json"), "z.json");
        assert_eq!(
            resolved("https://a.example", "z.json"),
            "https://a.example/z.json"
        );
    }
}
