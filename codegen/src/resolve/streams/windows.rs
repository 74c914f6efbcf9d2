//! Windows: exactly one kind, with a length.

use super::{scope::Scope, short, text::Text, typing};
use crate::{
    diagnostic::{Diagnostic, codes},
    model::{Expr, Type, Window, WindowKind},
    syntax::{Node, duration},
};

/// A window, and the event time that it goes by.
pub(super) struct Declared {
    pub(super) window: Option<Window>,
    pub(super) time: Option<Expr>,
}

/// Reads `window`.
pub(super) fn window(
    scope: &Scope<'_>,
    node: &Node<'_>,
    key: crate::source::Span,
    out: &mut Vec<Diagnostic>,
) -> Declared {
    let time = node.get("time").and_then(|t| time(scope, t, out));
    let kinds: Vec<_> = node
        .entries()
        .iter()
        .filter(|e| matches!(&*e.key, "tumbling" | "hopping" | "session"))
        .collect();
    let [kind] = kinds.as_slice() else {
        let grace = node.map().and_then(|m| m.entry("grace"));
        let (message, at, label) = match (kinds.get(1), grace) {
            (Some(second), _) => (
                "a window is of one kind, this one is of several",
                second.key_span,
                "a second kind",
            ),
            (None, Some(grace)) => (
                "`grace` belongs to a window, and there is none",
                grace.key_span,
                "of which window?",
            ),
            (None, None) => ("the window has no length", key, "how long?"),
        };
        let help = "write `window: { tumbling: 1m, grace: 10s }`, or `hopping: 5m every 1m`, or \
                    `session: 30s`";
        out.push(Diagnostic::new(codes::BAD_STREAM, message, at, label).help(help));
        return Declared { window: None, time };
    };
    let length = || kind.value.text().and_then(duration);
    let found = match &*kind.key {
        "tumbling" => length().map(|size_ms| WindowKind::Hopping {
            size_ms,
            advance_ms: size_ms,
        }),
        "hopping" => {
            short::hopping(&kind.value, out).map(|(size_ms, advance_ms)| WindowKind::Hopping {
                size_ms,
                advance_ms,
            })
        }
        _ => length().map(|gap_ms| WindowKind::Session { gap_ms }),
    };
    let grace_ms = node.get("grace").and_then(Node::text).and_then(duration);
    let window = found.filter(|kind_of| is_possible(*kind_of, kind.value.span, out));
    let window = window.map(|kind| Window {
        kind,
        grace_ms: grace_ms.unwrap_or_default(),
    });
    Declared { window, time }
}

fn is_possible(kind: WindowKind, at: crate::source::Span, out: &mut Vec<Diagnostic>) -> bool {
    let (message, help) = match kind {
        WindowKind::Session { gap_ms: 0 } | WindowKind::Hopping { size_ms: 0, .. } => {
            ("a window of no length holds nothing", "write `1m`, say")
        }
        WindowKind::Hopping { advance_ms: 0, .. } => (
            "windows that do not advance never end",
            "write `5m every 1m`, say",
        ),
        WindowKind::Hopping {
            size_ms,
            advance_ms,
        } if advance_ms > size_ms => (
            "windows further apart than they are long miss records",
            "make the step at most as long as the window",
        ),
        _ => return true,
    };
    out.push(Diagnostic::new(codes::BAD_STREAM, message, at, "not possible").help(help));
    false
}

/// Event time is a timestamp of the record that is always there.
fn time(scope: &Scope<'_>, node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Option<Expr> {
    let text = Text::of(node)?;
    let expr = typing::expression(scope, text, out)?;
    match expr.ty {
        Type::TimestampMillis | Type::TimestampMicros | Type::TimestampNanos => Some(expr),
        other => {
            let message = format!(
                "event time is a timestamp that is never null, this is a {}",
                super::numbers::name(&other)
            );
            let help = "name a field of type `timestamp-millis`, or leave `time` out";
            out.push(
                Diagnostic::new(codes::WRONG_OPERANDS, message, text.span(), "not a time")
                    .help(help),
            );
            None
        }
    }
}
