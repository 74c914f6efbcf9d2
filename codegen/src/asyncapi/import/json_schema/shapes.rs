//! What a schema describes, by its keywords.

use super::{Schemas, flat::Flat, subtypes::Branch};
use crate::syntax::Node;

/// What a schema describes.
pub(super) enum Shape<'t> {
    Enum,
    Union(Vec<Branch<'t>>),
    Record,
    /// Values; none where they may be anything.
    Map(Option<&'t Node<'t>>),
    Array(Option<&'t Node<'t>>),
    Scalar(&'t str),
    /// Several of `type`'s words.
    Several(Vec<&'t str>),
    Any,
}

impl<'t> Schemas<'_, 't> {
    /// What a schema that is no reference describes.
    pub(super) fn shape(&self, flat: &Flat<'t>) -> Shape<'t> {
        if flat.get("enum").is_some() || flat.get("const").is_some() {
            return Shape::Enum;
        }
        if let Some(branches) = self.branches(flat) {
            return Shape::Union(branches);
        }
        let kinds = flat.kinds();
        let object = kinds.contains(&"object");
        match kinds.as_slice() {
            [] => Self::without_type(flat),
            ["object"] => Self::object(flat),
            ["array"] => Shape::Array(Self::items(flat)),
            [only] => Shape::Scalar(only),
            _ if object && kinds.len() > 6 => Shape::Any,
            _ => Shape::Several(kinds),
        }
    }

    /// Keywords show what is meant where `type` is left out.
    fn without_type(flat: &Flat<'t>) -> Shape<'t> {
        let has = |key: &str| flat.get(key).is_some();
        if has("properties") || has("additionalProperties") || has("patternProperties") {
            return Self::object(flat);
        }
        if has("items") {
            return Shape::Array(Self::items(flat));
        }
        if has("pattern") || has("minLength") || has("maxLength") || has("format") {
            return Shape::Scalar("string");
        }
        if has("minimum") || has("maximum") || has("multipleOf") {
            return Shape::Scalar("number");
        }
        Shape::Any
    }

    fn object(flat: &Flat<'t>) -> Shape<'t> {
        if flat.get("properties").is_some() {
            return Shape::Record;
        }
        let additional = flat.get("additionalProperties");
        let pattern = flat.get("patternProperties").map(Node::entries);
        match (additional, pattern) {
            (Some(schema), _) if schema.map().is_some_and(|m| !m.entries.is_empty()) => {
                Shape::Map(Some(schema))
            }
            (_, Some([first, ..])) => Shape::Map(Some(&first.value)),
            (Some(none), _) if none.flag() == Some(false) => Shape::Record,
            _ => Shape::Map(None),
        }
    }

    fn items(flat: &Flat<'t>) -> Option<&'t Node<'t>> {
        flat.get("items")
            .filter(|n| n.map().is_some_and(|m| !m.entries.is_empty()))
    }
}
