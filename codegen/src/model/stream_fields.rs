//! Which fields of its events a stream looks at, as a service says it under `reads`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Body, Expr, ExprKind, Stream, Variable};

/// Paths by event; where nothing but the key matters, the key.
pub(crate) fn fields(stream: &Stream) -> BTreeMap<String, Vec<String>> {
    let list = stream.each.as_ref().and_then(|each| path(&each.list, None));
    let mut seen = Seen {
        item: list.map(|(_, list)| list),
        ..Seen::default()
    };
    for expr in expressions(stream) {
        seen.visit(expr);
    }
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for event in &stream.input.events {
        let of = fields.entry(event.clone()).or_default();
        of.extend(seen.event.iter().cloned());
    }
    if let Some(other) = &stream.input.other {
        for event in &stream.input.events {
            let of = fields.entry(event.clone()).or_default();
            of.insert(other.key.clone());
        }
        let of = fields.entry(other.event.clone()).or_default();
        of.insert(other.key.clone());
        of.extend(seen.other.iter().cloned());
    }
    let sorted = |(event, paths): (String, BTreeSet<String>)| (event, paths.into_iter().collect());
    fields.into_iter().map(sorted).collect()
}

/// Every expression of a stream.
fn expressions(stream: &Stream) -> impl Iterator<Item = &Expr> {
    let columns = match &stream.body {
        Body::Map(columns) => columns,
        Body::Group(group) => &group.keys,
    };
    let aggregates = stream.group().into_iter().flat_map(|g| &g.aggregates);
    let arguments = aggregates.filter_map(|a| a.argument.as_ref());
    let list = stream.each.iter().map(|each| &each.list);
    let conditions = stream.filter.iter().chain(&stream.input.time);
    conditions
        .chain(list)
        .chain(columns.iter().map(|column| &column.expr))
        .chain(arguments)
}

#[derive(Default)]
struct Seen {
    event: BTreeSet<String>,
    other: BTreeSet<String>,
    /// Where items come from.
    item: Option<String>,
}

impl Seen {
    fn visit(&mut self, expr: &Expr) {
        if let Some((variable, path)) = path(expr, self.item.as_deref()) {
            match variable {
                Variable::Other => self.other.insert(path),
                Variable::Event | Variable::Item => self.event.insert(path),
            };
            return;
        }
        for part in parts(expr) {
            self.visit(part);
        }
    }
}

/// The field that an expression is, and whose.
fn path(expr: &Expr, item: Option<&str>) -> Option<(Variable, String)> {
    match &expr.kind {
        ExprKind::Variable(Variable::Item) => Some((Variable::Item, item?.to_owned())),
        ExprKind::Field { of, name, .. } => match &of.kind {
            ExprKind::Variable(variable @ (Variable::Event | Variable::Other)) => {
                Some((*variable, name.clone()))
            }
            _ => path(of, item).map(|(variable, path)| (variable, format!("{path}.{name}"))),
        },
        _ => None,
    }
}

/// The expressions that one consists of.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) => Vec::new(),
        ExprKind::Field { of: one, .. }
        | ExprKind::Widen(one)
        | ExprKind::Wrap(one)
        | ExprKind::Not(one)
        | ExprKind::Negate(one)
        | ExprKind::Size(one)
        | ExprKind::IsNull { value: one, .. } => vec![one],
        ExprKind::Arithmetic { left, right, .. }
        | ExprKind::Compare { left, right, .. }
        | ExprKind::Logic { left, right, .. }
        | ExprKind::OrValue {
            value: left,
            otherwise: right,
        }
        | ExprKind::Text {
            text: left,
            part: right,
            ..
        }
        | ExprKind::Lookup {
            map: left,
            key: right,
        } => vec![left, right],
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => vec![condition, then, otherwise],
        ExprKind::In { value, items } => {
            let value: &Expr = value;
            std::iter::once(value).chain(items).collect()
        }
    }
}
