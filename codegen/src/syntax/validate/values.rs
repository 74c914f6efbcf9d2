//! Values: whether each is what its key expects, and what to type where it is not.

use super::{
    super::{Node, node::Value, text},
    cut, head,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    source::Span,
};

pub(super) fn wrong(expected: &str, node: &Node<'_>, key: Span, out: &mut Vec<Diagnostic>) {
    let message = format!("expected {expected}, found {}", node.what());
    let at = if node.is_null() { key } else { head(node.span) };
    let label = format!("expected {expected}");
    let help = fitting(expected, node);
    out.push(Diagnostic::new(codes::WRONG_TYPE, message, at, label).maybe_help(help));
}

fn wrong_text(
    expected: &str,
    typed: &str,
    node: &Node<'_>,
    help: Option<String>,
    out: &mut Vec<Diagnostic>,
) {
    let quoted = matches!(node.value, Value::Scalar { plain: false, .. });
    let typed = if quoted {
        format!("\"{typed}\"")
    } else {
        typed.to_owned()
    };
    let message = format!("expected {expected}, found `{typed}`");
    let label = format!("expected {expected}");
    let help = help.or_else(|| fitting(expected, node));
    out.push(Diagnostic::new(codes::WRONG_TYPE, message, node.span, label).maybe_help(help));
}

/// What to type where the value shows what was meant.
fn fitting(expected: &str, node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    let quoted = matches!(node.value, Value::Scalar { plain: false, .. });
    match expected {
        "a list" => Some(format!("put it in brackets: `[{text}]`")),
        "`true` or `false`" => match text.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" | "1" => Some("write `true`".into()),
            "no" | "off" | "n" | "false" | "0" => Some("write `false`".into()),
            _ => None,
        },
        _ if expected.starts_with("a whole number") && quoted && text.parse::<u64>().is_ok() => {
            Some(format!("remove the quotes: `{text}`"))
        }
        _ if expected.starts_with("a duration") && text.parse::<u64>().is_ok() => {
            Some(format!("add a unit, such as `{text}s` or `{text}d`"))
        }
        _ => None,
    }
}

pub(super) fn whole(min: u64, max: u64, node: &Node<'_>, key: Span, out: &mut Vec<Diagnostic>) {
    match node.whole() {
        Some(number) if (min..=max).contains(&number) => {}
        _ => written(
            |_| false,
            &format!("a whole number from {min} to {max}"),
            node,
            key,
            out,
        ),
    }
}

pub(super) fn written(
    known: impl Fn(&str) -> bool,
    expected: &str,
    node: &Node<'_>,
    key: Span,
    out: &mut Vec<Diagnostic>,
) {
    match node.text() {
        Some(text) if known(text) => {}
        Some(text) => wrong_text(expected, text, node, None, out),
        None => wrong(expected, node, key, out),
    }
}

pub(super) fn choice(words: &[&str], node: &Node<'_>, key: Span, out: &mut Vec<Diagnostic>) {
    let expected = format!("one of `{}`", words.join("`, `"));
    match node.text() {
        Some(text) if words.contains(&text) => {}
        Some(text) => {
            wrong_text(
                &expected,
                text,
                node,
                did_you_mean(text, words.iter().copied()),
                out,
            );
        }
        None => wrong(&expected, node, key, out),
    }
}

pub(super) fn backoff(node: &Node<'_>, key: Span, out: &mut Vec<Diagnostic>) {
    written(
        |t| text::backoff(t).is_some(),
        "two durations such as `200ms..30s`",
        node,
        key,
        out,
    );
    if let Some((min, max)) = node.text().and_then(text::backoff)
        && min > max
    {
        let message = "the first wait of a backoff is longer than its longest";
        let help = "write the shorter one first, such as `200ms..30s`";
        out.push(
            Diagnostic::new(codes::BAD_BACKOFF, message, node.span, "shortest..longest").help(help),
        );
    }
}

/// Only what YAML can tell about a type; the expression is read when names are known.
pub(super) fn ty(node: &Node<'_>, key: Span, out: &mut Vec<Diagnostic>) {
    match &node.value {
        Value::List(items) => match items.as_slice() {
            [item] => ty(item, key, out),
            [] => wrong("the type of the items inside `[ ]`", node, key, out),
            [first, .., last] => {
                let cut = first
                    .text()
                    .is_some_and(|t| t.contains('(') && !t.contains(')'));
                if cut && let (Some(start), Some(end)) = (first.text(), last.text()) {
                    out.push(cut::quote(
                        &format!("{start}, {end}"),
                        first.span.to(last.span),
                    ));
                } else {
                    let message = "an array has one type of items";
                    let help = "write `[A | B]` for an array of a union";
                    out.push(
                        Diagnostic::new(codes::BAD_TYPE, message, head(node.span), "several types")
                            .help(help),
                    );
                }
            }
        },
        Value::Map(_) => wrong("a type", node, key, out),
        Value::Scalar { .. } if node.is_null() && node.text().is_none() => {
            wrong("a type", node, key, out);
        }
        Value::Scalar { .. } => {}
    }
}
