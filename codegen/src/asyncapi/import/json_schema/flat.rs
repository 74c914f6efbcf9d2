//! A schema put together from all that applies to it: itself, what it refers to, and `allOf`.

use std::collections::HashMap;

use super::{
    super::{
        context::{Id, id},
        refs::{self, Target},
    },
    Schemas, unwrapped,
};
use crate::{
    source::Span,
    syntax::{Entry, Node},
};

/// Most schemas that one is put together from.
const MAX_PARTS: usize = 400;

/// Keywords that say nothing about which values there are.
const ANNOTATIONS: &[&str] = &[
    "$id",
    "$schema",
    "$comment",
    "$defs",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$vocabulary",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "nullable",
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "allOf",
    "xml",
    "contentMediaType",
];

/// Schemas that all apply to one value, the nearest first.
#[derive(Clone)]
pub(super) struct Flat<'t> {
    /// None of them is a reference.
    pub(super) parts: Vec<&'t Node<'t>>,
    /// The schema that is meant by its name, where nothing else says what values there are.
    pub(super) named: Option<Target<'t>>,
    /// Where it stands.
    pub(super) at: Span,
    /// Bases that are only inherited from, whose alternatives do not count.
    bases: Vec<Id>,
    /// Alternatives, which require nothing.
    alternatives: Vec<Id>,
}

impl<'t> Flat<'t> {
    /// Adds schemas that apply to some values only.
    pub(super) fn add_alternatives(&mut self, parts: Vec<&'t Node<'t>>) {
        for part in parts {
            if !self.parts.iter().any(|p| id(p) == id(part)) {
                self.alternatives.push(id(part));
                self.bases.push(id(part));
                self.parts.push(part);
            }
        }
    }

    /// The nearest value of a keyword.
    pub(super) fn get(&self, key: &str) -> Option<&'t Node<'t>> {
        let alternatives = matches!(key, "oneOf" | "anyOf" | "discriminator");
        let parts = self.parts.iter();
        parts
            .filter(|p| !(alternatives && self.bases.contains(&id(p))))
            .find_map(|p| p.get(key))
    }

    /// The text of a keyword.
    pub(super) fn text(&self, key: &str) -> Option<&'t str> {
        self.get(key)?
            .text()
            .map(str::trim)
            .filter(|t| !t.is_empty())
    }

    /// The node that this is, where it is one.
    pub(super) fn id(&self) -> Option<Id> {
        self.parts.first().map(|p| id(p))
    }

    /// Words of `type` but `null`; those that every part with a `type` allows.
    pub(super) fn kinds(&self) -> Vec<&'t str> {
        let mut kinds: Option<Vec<&'t str>> = None;
        for part in self.parts.iter().filter_map(|p| p.get("type")) {
            let listed = part.items().iter().filter_map(Node::text);
            let of_part: Vec<&'t str> = part.text().into_iter().chain(listed).collect();
            kinds = Some(match kinds {
                None => of_part,
                Some(known) => {
                    let both = known.iter().filter(|k| of_part.contains(k));
                    let both: Vec<&'t str> = both.copied().collect();
                    if both.is_empty() { known } else { both }
                }
            });
        }
        let mut kinds = kinds.unwrap_or_default();
        kinds.retain(|k| *k != "null");
        kinds.dedup();
        kinds
    }

    /// Whether null is allowed.
    pub(super) fn nullable(&self) -> bool {
        self.parts.iter().any(|p| {
            let words = p.get("type").map_or(&[][..], |t| t.items());
            let null = p
                .get("type")
                .is_some_and(|t| t.is_null() || t.text() == Some("null"));
            // A bare `null` in a list of types is null for YAML.
            let listed = words
                .iter()
                .any(|w| w.is_null() || w.text() == Some("null"));
            let values = p.get("enum").map_or(&[][..], |e| e.items());
            null || listed
                || values.iter().any(Node::is_null)
                || p.get("nullable").and_then(Node::flag) == Some(true)
                || p.get("x-nullable").and_then(Node::flag) == Some(true)
        })
    }

    /// Properties in order, each with all schemas that apply to it, the nearest first. What is
    /// inherited comes first, what only some alternatives have comes last.
    pub(super) fn properties(&self) -> Vec<(&'t Entry<'t>, Vec<&'t Node<'t>>)> {
        let mut parts: Vec<(usize, &'t Node<'t>)> =
            self.parts.iter().copied().enumerate().collect();
        parts.sort_by_key(|(_, part)| {
            let alternative = self.alternatives.contains(&id(part));
            (alternative, !self.bases.contains(&id(part)))
        });
        let mut found: Vec<(&'t Entry<'t>, Vec<(usize, &'t Node<'t>)>)> = Vec::new();
        let mut known: HashMap<&'t str, usize> = HashMap::new();
        for (near, part) in parts {
            for entry in part.get("properties").map_or(&[][..], |p| p.entries()) {
                let at = *known.entry(&entry.key).or_insert(found.len());
                match found.get_mut(at) {
                    Some((_, schemas)) => schemas.push((near, &entry.value)),
                    None => found.push((entry, vec![(near, &entry.value)])),
                }
            }
        }
        let nearest = |mut schemas: Vec<(usize, &'t Node<'t>)>| {
            schemas.sort_by_key(|(near, _)| *near);
            schemas.into_iter().map(|(_, schema)| schema).collect()
        };
        let found = found.into_iter();
        found
            .map(|(entry, schemas)| (entry, nearest(schemas)))
            .collect()
    }

    /// Whether a property must be there.
    pub(super) fn requires(&self, property: &str) -> bool {
        let parts = self.parts.iter();
        let parts = parts.filter(|p| !self.alternatives.contains(&id(p)));
        let lists = parts.filter_map(|p| p.get("required"));
        lists
            .flat_map(Node::items)
            .any(|n| n.text() == Some(property))
    }
}

/// Whether a schema says which values there are.
fn is_structural(node: &Node<'_>) -> bool {
    node.entries()
        .iter()
        .any(|e| !ANNOTATIONS.contains(&&*e.key) && !e.key.starts_with("x-"))
}

impl<'t> Schemas<'_, 't> {
    /// Puts a schema together.
    pub(super) fn flat(&self, schema: &'t Node<'t>) -> Flat<'t> {
        self.flat_all(&[schema])
    }

    /// Puts several schemas together that apply to one value.
    pub(super) fn flat_all(&self, schemas: &[&'t Node<'t>]) -> Flat<'t> {
        let at = schemas
            .first()
            .map_or_else(|| Span::start_of(crate::source::FileId(0)), |s| s.span);
        let mut flat = Flat {
            parts: Vec::new(),
            named: None,
            at,
            bases: Vec::new(),
            alternatives: Vec::new(),
        };
        let mut referred = Vec::new();
        for schema in schemas {
            self.shallow(unwrapped(schema), &mut flat.parts, &mut referred);
        }
        let structural = flat.parts.iter().any(|p| is_structural(p));
        if let ([only], false) = (referred.as_slice(), structural) {
            flat.named = Some(Target {
                node: unwrapped(only.node),
                last: only.last,
            });
            return flat;
        }
        for target in referred {
            flat.bases.push(id(unwrapped(target.node)));
            self.deep(unwrapped(target.node), &mut flat);
        }
        flat
    }

    /// A schema and the members of its `allOf`, references not followed.
    fn shallow(
        &self,
        schema: &'t Node<'t>,
        parts: &mut Vec<&'t Node<'t>>,
        referred: &mut Vec<Target<'t>>,
    ) {
        if parts.len() > MAX_PARTS || parts.iter().any(|p| id(p) == id(schema)) {
            return;
        }
        if refs::reference(schema).is_some() {
            let target = self.cx.follow(schema);
            referred.extend(target.filter(|t| !referred.iter().any(|r| id(r.node) == id(t.node))));
            // Keywords beside a reference apply too.
            if schema.entries().len() > 1 {
                parts.push(schema);
            }
            return;
        }
        parts.push(schema);
        for member in schema.get("allOf").map_or(&[][..], |a| a.items()) {
            self.shallow(unwrapped(member), parts, referred);
        }
    }

    /// A schema with everything it is made of.
    fn deep(&self, schema: &'t Node<'t>, flat: &mut Flat<'t>) {
        let mut referred = Vec::new();
        self.shallow(schema, &mut flat.parts, &mut referred);
        for target in referred {
            let node = unwrapped(target.node);
            if !flat.parts.iter().any(|p| id(p) == id(node)) {
                flat.bases.push(id(node));
                self.deep(node, flat);
            }
        }
    }
}
