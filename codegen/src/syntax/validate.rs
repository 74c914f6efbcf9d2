//! Documents against the table of the language: unknown keys, missing keys, wrong types.

mod cut;
mod values;

use super::{
    Node,
    node::{Entry, Value},
    text,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    language::{Key, Kind, Names, Shape},
    source::Span,
};
use values::{backoff, choice, ty, whole, written, wrong};

/// The name that a document declares.
pub(super) fn name(kind: &Kind, node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Option<String> {
    let Some(name) = node.text() else {
        let message = format!(
            "`{}:` is followed by the name it declares, not {}",
            kind.word,
            node.what()
        );
        let help = format!("write `{}: name`", kind.word);
        out.push(
            Diagnostic::new(codes::WRONG_TYPE, message, node.span, "expected a name").help(help),
        );
        return None;
    };
    check_name(kind.name, name, node.span, out).then(|| name.to_owned())
}

/// A mapping with known keys; `kind` when it is a whole document, whose first key is the kind.
pub(super) fn object(
    keys: &[Key],
    kind: Option<&Kind>,
    node: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let entries = if kind.is_some() {
        node.entries().get(1..)
    } else {
        Some(node.entries())
    };
    for entry in entries.unwrap_or_default() {
        match keys.iter().find(|k| k.name == entry.key) {
            Some(key) => shape(&key.shape, &entry.value, entry.key_span, out),
            None if cut::is_rest_of_a_value(keys, entry, node, out) => {}
            None => out.push(unknown_key(keys, kind, entry)),
        }
    }
    for key in keys
        .iter()
        .filter(|k| k.required && node.get(k.name).is_none())
    {
        let of = kind.map_or_else(String::new, |k| format!(" of `{}`", k.word));
        let message = format!("the key `{}`{of} is missing", key.name);
        let at = if kind.is_some() {
            node.entries().first().map(|e| e.key_span)
        } else {
            None
        };
        let at = at.unwrap_or_else(|| head(node.span));
        let help = format!("add `{}:`: {}", key.name, lower_first(key.doc));
        out.push(
            Diagnostic::new(
                codes::MISSING_KEY,
                message,
                at,
                format!("has no `{}`", key.name),
            )
            .help(help),
        );
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn head(span: Span) -> Span {
    if span.line == span.end_line {
        span
    } else {
        span.part(0, 1)
    }
}

fn unknown_key(keys: &[Key], kind: Option<&Kind>, entry: &Entry<'_>) -> Diagnostic {
    let typed = &*entry.key;
    let of = kind.map_or_else(|| "here".to_owned(), |k| format!("of `{}`", k.word));
    let message = format!("`{typed}` is not a key {of}");
    let names = keys.iter().map(|k| k.name);
    let help = did_you_mean(typed, names.clone())
        .unwrap_or_else(|| format!("the keys are: {}", names.collect::<Vec<_>>().join(", ")));
    Diagnostic::new(codes::UNKNOWN_KEY, message, entry.key_span, "unknown key").help(help)
}

fn shape(expected: &Shape, node: &Node<'_>, key: Span, out: &mut Vec<Diagnostic>) {
    match expected {
        Shape::Text | Shape::Of(_) if node.text().is_none() => wrong("text", node, key, out),
        Shape::Name(names) => match node.text() {
            Some(name) => drop(check_name(*names, name, node.span, out)),
            None => wrong("a name", node, key, out),
        },
        Shape::Whole(min, max) => whole(*min, *max, node, key, out),
        Shape::Flag if node.flag().is_none() => wrong("`true` or `false`", node, key, out),
        Shape::Text | Shape::Of(_) | Shape::Json | Shape::Flag => {}
        Shape::Choice(words) => choice(words, node, key, out),
        Shape::Duration => {
            let known = |t: &str| text::duration(t).is_some();
            written(
                known,
                "a duration such as `200ms`, `30s`, `15m`, `12h` or `7d`",
                node,
                key,
                out,
            );
        }
        Shape::Retention => {
            let known = |t: &str| t == "forever" || text::duration(t).is_some();
            written(
                known,
                "a duration such as `12h` or `7d`, or `forever`",
                node,
                key,
                out,
            );
        }
        Shape::Backoff => backoff(node, key, out),
        Shape::Type => ty(node, key, out),
        Shape::OneOrMore(item) if !matches!(node.value, Value::List(_)) => {
            shape(item, node, key, out);
        }
        Shape::List(item) | Shape::OneOrMore(item) => match &node.value {
            Value::List(items) => items.iter().for_each(|n| shape(item, n, n.span, out)),
            _ => wrong("a list", node, key, out),
        },
        Shape::Map(names, value) => mapping(Some(*names), value, node, key, out),
        Shape::MapOf(_, value) => mapping(None, value, node, key, out),
        Shape::Object(keys) => match &node.value {
            Value::Map(_) => object(keys, None, node, out),
            _ if node.is_null() && keys.iter().all(|k| !k.required) => {}
            _ => wrong("a mapping", node, key, out),
        },
        Shape::Either(one, other) => {
            let other_fits = match &node.value {
                Value::Map(_) => {
                    matches!(
                        other,
                        Shape::Object(_) | Shape::Map(..) | Shape::MapOf(..) | Shape::Json
                    )
                }
                _ => false,
            };
            shape(if other_fits { other } else { one }, node, key, out);
        }
    }
}

fn mapping(
    names: Option<Names>,
    value: &Shape,
    node: &Node<'_>,
    key: Span,
    out: &mut Vec<Diagnostic>,
) {
    if !matches!(node.value, Value::Map(_)) {
        wrong("a mapping", node, key, out);
        return;
    }
    for entry in node.entries() {
        if cut::is_rest_of_a_value(&[], entry, node, out) {
            continue;
        }
        if names.is_none_or(|names| check_name(names, &entry.key, entry.key_span, out)) {
            shape(value, &entry.value, entry.key_span, out);
        }
    }
}

fn check_name(names: Names, name: &str, at: Span, out: &mut Vec<Diagnostic>) -> bool {
    let (good, help) = match names {
        Names::Avro => (
            text::is_avro_name(name),
            "use ASCII letters, digits and `_`, and no digit first: other systems read the name",
        ),
        Names::Dotted => (
            text::is_dotted_name(name),
            "use ASCII letters, digits, `-`, `_` and `.`, and begin with a letter or digit",
        ),
        Names::Header => (
            text::is_header_name(name),
            "use ASCII letters, digits, `-`, `_`, `.`, `:` and `/`, 255 at most, and begin with a letter, a digit or `_`",
        ),
        Names::Free => (!name.is_empty(), "give it a name"),
    };
    if !good {
        let message = format!("`{name}` cannot be a name here");
        out.push(Diagnostic::new(codes::BAD_NAME, message, at, "not a name").help(help));
    }
    good
}
