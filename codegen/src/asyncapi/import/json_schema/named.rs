//! What a schema is called.

use super::super::{
    names,
    refs::{self, Target},
};
use crate::syntax::Node;

/// What a schema is called that is referred to: by the last part of the pointer that is a name
/// of the document's own or by its anchor, else by its file.
pub(super) fn base(target: &Target<'_>) -> String {
    const STRUCTURE: [&str; 13] = [
        "components",
        "schemas",
        "definitions",
        "$defs",
        "properties",
        "items",
        "schema",
        "messages",
        "channels",
        "allOf",
        "oneOf",
        "anyOf",
        "additionalProperties",
    ];
    let reference = target.last.and_then(Node::text).unwrap_or_default();
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let tokens = refs::tokens(pointer);
    let before = tokens.len().checked_sub(2).and_then(|i| tokens.get(i));
    let declared = before.is_none_or(|t| matches!(t.as_str(), "schemas" | "definitions" | "$defs"));
    let named: Vec<&str> = if !pointer.is_empty() && !pointer.starts_with('/') {
        vec![pointer]
    } else if declared {
        tokens.last().map(String::as_str).into_iter().collect()
    } else {
        let own = tokens.iter().map(String::as_str);
        own.filter(|t| !STRUCTURE.contains(t)).collect()
    };
    let title = || target.node.get("title").and_then(Node::text);
    let joined = match named.as_slice() {
        [only] => names::type_name(only),
        [] => None,
        several => names::type_name(&several.join("_")),
    };
    joined
        .or_else(|| names::type_name(stem(file)))
        .or_else(|| names::type_name(title()?))
        .or_else(|| names::type_name(stem(target.node.get("$id")?.text()?)))
        .unwrap_or_else(|| "Schema".to_owned())
}

/// The name in the address of a file, or in a URN.
fn stem(address: &str) -> &str {
    let address = address.split('#').next().unwrap_or_default();
    let last = address.rsplit(['/', ':']).next().unwrap_or_default();
    last.split('.').next().unwrap_or_default()
}
