//! Values that YAML cut at a comma: inside `{ }` and `[ ]` it ends plain text there.

use crate::{
    diagnostic::{Diagnostic, codes},
    language::{Key, Shape},
    source::Span,
    syntax::node::{Entry, Node, Value},
};

/// What to say of a value that stands in pieces.
pub(super) fn quote(whole: &str, at: Span) -> Diagnostic {
    let message = format!("YAML cuts `{whole}` at the comma");
    Diagnostic::new(codes::QUOTE, message, at, "two values for YAML").help(format!(
        "quote it inside braces and brackets: `\"{}\"`",
        whole.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// Whether an entry is the rest of the value before it, as of `{ type: decimal(12, 2) }` and
/// `{ doc: Small, and red }`: YAML made a key of it. The first piece tells of all.
pub(super) fn is_rest_of_a_value(
    keys: &[Key],
    entry: &Entry<'_>,
    node: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> bool {
    let Some(pieces) = pieces(keys, entry, node) else {
        return false;
    };
    if let [first, rest @ ..] = pieces.as_slice()
        && let [piece, .., last] | [piece @ last] = rest
        && std::ptr::eq(*piece, entry)
    {
        let mut whole = first.value.text().unwrap_or_default().to_owned();
        for piece in rest {
            whole.push_str(", ");
            whole.push_str(&piece.key);
        }
        out.push(quote(&whole, first.value.span.to(last.key_span)));
    }
    true
}

/// The entry whose value was cut, and those that became of the rest, `entry` among them.
fn pieces<'n, 't>(
    keys: &[Key],
    entry: &Entry<'t>,
    node: &'n Node<'t>,
) -> Option<Vec<&'n Entry<'t>>> {
    let is_rest = |e: &Entry<'_>| e.value.is_null() && keys.iter().all(|k| k.name != e.key);
    let entries = node.entries();
    let at = entries.iter().position(|e| std::ptr::eq(e, entry))?;
    let start = entries.get(..at)?.iter().rposition(|e| !is_rest(e))?;
    let first = entries.get(start)?;
    // Between quotes nothing is cut.
    let Value::Scalar { text, plain: true } = &first.value.value else {
        return None;
    };
    let key = keys.iter().find(|k| k.name == first.key);
    let is_prose = matches!(key.map(|k| &k.shape), Some(Shape::Text))
        && first.value.span.end_line == entry.key_span.line;
    let is_type = text.contains('(') && !text.contains(')') && entry.key.trim_end().ends_with(')');
    if !is_rest(entry) || !is_prose && !is_type {
        return None;
    }
    let rest = entries.get(start + 1..)?.iter().take_while(|e| is_rest(e));
    let rest = rest.take(if is_prose { usize::MAX } else { 1 });
    Some(std::iter::once(first).chain(rest).collect())
}
