//! Values that YAML cut at a comma: inside `{ }` and `[ ]` it ends plain text there.

use crate::{
    diagnostic::{Diagnostic, codes},
    language::{Key, Shape},
    source::Span,
    syntax::node::{Entry, Node},
};

/// What to say of a value that stands in pieces.
pub(super) fn quote(whole: &str, at: Span) -> Diagnostic {
    let message = format!("YAML cuts `{whole}` at the comma");
    Diagnostic::new(codes::QUOTE, message, at, "two values for YAML").help(format!(
        "quote it inside braces and brackets: `\"{}\"`",
        whole.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// `{ type: decimal(12, 2) }`, `{ doc: Small, and red }`: the rest became a key of its own.
/// `Some(None)` where the entry that it was cut from has told of it.
pub(super) fn rest_of_a_value(
    keys: &[Key],
    entry: &Entry<'_>,
    node: &Node<'_>,
) -> Option<Option<Diagnostic>> {
    if !entry.value.is_null() {
        return None;
    }
    let entries = node.entries();
    let at = entries.iter().position(|e| std::ptr::eq(e, entry))?;
    let start = entries
        .get(..at)?
        .iter()
        .rposition(|e| !e.value.is_null())?;
    let first = entries.get(start)?;
    let text = first.value.text()?;
    let key = keys.iter().find(|k| k.name == first.key);
    let is_prose = matches!(key.map(|k| &k.shape), Some(Shape::Text))
        && first.value.span.end_line == entry.key_span.line;
    let is_type = text.contains('(') && !text.contains(')') && entry.key.trim_end().ends_with(')');
    if !is_prose && !is_type {
        return None;
    }
    if start + 1 < at {
        return Some(None);
    }
    let is_rest = |e: &&Entry<'_>| e.value.is_null() && keys.iter().all(|k| k.name != e.key);
    let rest = entries.get(at..)?.iter().take_while(is_rest);
    let rest: Vec<&Entry<'_>> = if is_prose {
        rest.collect()
    } else {
        vec![entry]
    };
    let mut whole = text.to_owned();
    for piece in &rest {
        whole.push_str(", ");
        whole.push_str(&piece.key);
    }
    let end = rest.last().map_or(entry.key_span, |e| e.key_span);
    Some(Some(quote(&whole, first.value.span.to(end))))
}
