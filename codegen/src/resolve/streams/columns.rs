//! Derived fields: what is written under `group_by`, `compute` and `map`.

use super::{aggregates, numbers::name, scope::Scope, text::Text, typing};
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{Aggregate, Column, Expr, ExprKind, Type},
    source::Span,
    syntax::{Entry, Node},
};

/// The expression of an entry: its value, or the `expr` of its mapping.
fn text_of<'n>(entry: &'n Entry<'_>) -> Option<Text<'n>> {
    Text::of(entry.value.get("expr").unwrap_or(&entry.value))
}

/// Fields that expressions give.
pub(super) fn columns(
    scope: &Scope<'_>,
    node: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Column> {
    let column = |entry: &Entry<'_>| {
        let text = text_of(entry)?;
        let expr = typing::expression(scope, text, out)?;
        let expr = emittable(scope, expr, text.span(), out)?;
        Some(Column {
            name: entry.key.to_string(),
            rust: ident::rust_field(&entry.key),
            expr,
        })
    };
    node.entries().iter().filter_map(column).collect()
}

/// Fields that tell groups apart: never null, and with a text form.
pub(super) fn keys(scope: &Scope<'_>, node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Vec<Column> {
    let mut found = columns(scope, node, out);
    found.retain(|column| {
        let ty = &column.expr.ty;
        if scope.schemas.is_key(ty) {
            return true;
        }
        let entry = node.map().and_then(|m| m.entry(&column.name));
        let at = entry
            .and_then(text_of)
            .map_or(node.span, |text| text.span());
        let (message, help) = if let Type::Optional { inner, .. } = ty {
            let message = format!("`{}` may be null, and groups have a name", column.name);
            let help = format!("say what stands for null: `.orValue(…)` of {}", name(inner));
            (message, help)
        } else {
            let message = format!("a {} does not tell groups apart", name(ty));
            (
                message,
                "group by text, whole numbers, uuids, dates, enums".into(),
            )
        };
        let label = name(ty);
        out.push(Diagnostic::new(codes::WRONG_OPERANDS, message, at, label).help(help));
        false
    });
    found
}

/// Fields that are computed over a group.
pub(super) fn computed(
    scope: &Scope<'_>,
    node: &Node<'_>,
    table: bool,
    out: &mut Vec<Diagnostic>,
) -> Vec<Aggregate> {
    let one = |entry: &Entry<'_>| {
        let text = text_of(entry)?;
        let (function, argument, ty) = aggregates::computed(scope, text, table, out)?;
        Some(Aggregate {
            name: entry.key.to_string(),
            rust: ident::rust_field(&entry.key),
            function,
            argument,
            ty,
        })
    };
    node.entries().iter().filter_map(one).collect()
}

/// Whether a value can be a field of an event.
fn emittable(scope: &Scope<'_>, expr: Expr, at: Span, out: &mut Vec<Diagnostic>) -> Option<Expr> {
    let variable = matches!(expr.kind, ExprKind::Variable(_));
    let is_event = matches!(super::numbers::required(&expr.ty), Type::Named(name)
        if scope.schemas.messages.events.contains_key(name));
    let null = super::numbers::required(&expr.ty) == &Type::Null;
    let (message, help) = if variable && is_event {
        (
            "a whole event is not a field",
            "name the fields that are wanted",
        )
    } else if null {
        (
            "null alone has no type",
            "write a value, or leave the field out",
        )
    } else {
        return Some(expr);
    };
    out.push(Diagnostic::new(codes::WRONG_OPERANDS, message, at, "here").help(help));
    None
}
