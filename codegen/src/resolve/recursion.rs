//! Types that contain themselves: those without a finite value are refused, the others get a `Box`.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Index;
use crate::{
    diagnostic::{Diagnostic, codes},
    model::{Type, TypeDef, TypeKind},
};

/// Reports endless types and puts boxes where a type would have no size in Rust.
pub(super) fn check(
    index: &Index<'_>,
    types: &mut BTreeMap<String, TypeDef>,
    out: &mut Vec<Diagnostic>,
) {
    let cyclic = cyclic(types);
    if cyclic.is_empty() {
        return;
    }
    for name in endless(types, &cyclic) {
        let Some(document) = index.types.get(name.as_str()) else {
            continue;
        };
        let message = format!("a value of `{name}` would have no end: it always contains another");
        let help = "make a field on the way optional (`T?`), an array (`[T]`) or a map (`map<T>`)";
        out.push(
            Diagnostic::new(
                codes::ENDLESS_TYPE,
                message,
                document.name_span,
                "contains itself",
            )
            .help(help),
        );
    }
    for def in types.values_mut().filter(|t| cyclic.contains(&t.name)) {
        for ty in parts_mut(&mut def.kind) {
            enclose(ty, &cyclic);
        }
    }
}

/// Names of types on a cycle of values (or between two cycles), found by peeling off all others.
fn cyclic(types: &BTreeMap<String, TypeDef>) -> BTreeSet<String> {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = types
        .values()
        .map(|t| (t.name.as_str(), parts(&t.kind).filter_map(held).collect()))
        .collect();
    peel(&mut left);
    let mut backwards: BTreeMap<&str, BTreeSet<&str>> =
        left.keys().map(|n| (*n, BTreeSet::new())).collect();
    for (from, to) in &left {
        for to in to {
            if let Some(from_of) = backwards.get_mut(to) {
                from_of.insert(from);
            }
        }
    }
    peel(&mut backwards);
    backwards.keys().map(|n| (*n).to_owned()).collect()
}

/// Removes nodes that lead nowhere, until every node left leads to one that is left.
fn peel<'a>(edges: &mut BTreeMap<&'a str, BTreeSet<&'a str>>) {
    let mut into: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (from, to) in edges.iter() {
        let known = to.iter().filter(|t| edges.contains_key(*t));
        count.insert(from, known.clone().count());
        known.for_each(|t| into.entry(t).or_default().push(from));
    }
    let mut ends: Vec<&str> = count
        .iter()
        .filter(|(_, n)| **n == 0)
        .map(|(name, _)| *name)
        .collect();
    while let Some(end) = ends.pop() {
        edges.remove(end);
        for from in into.remove(end).unwrap_or_default() {
            if let Some(n) = count.get_mut(from) {
                *n -= 1;
                if *n == 0 {
                    ends.push(from);
                }
            }
        }
    }
}

/// The types among `cyclic` of which no finite value exists.
fn endless(types: &BTreeMap<String, TypeDef>, cyclic: &BTreeSet<String>) -> Vec<String> {
    let mut open: BTreeSet<&str> = cyclic.iter().map(String::as_str).collect();
    loop {
        let ends = |ty: &Type| match ty.unboxed() {
            Type::Named(name) => !open.contains(name.as_str()),
            _ => true,
        };
        let closed: Vec<&str> = open
            .iter()
            .filter(|name| {
                types.get(**name).is_some_and(|def| match &def.kind {
                    TypeKind::Union(union) => union.variants.iter().any(|v| ends(&v.ty)),
                    TypeKind::Record(record) => record.fields.iter().all(|f| ends(&f.ty)),
                    _ => true,
                })
            })
            .copied()
            .collect();
        if closed.is_empty() {
            return open.into_iter().map(str::to_owned).collect();
        }
        open.retain(|name| !closed.contains(name));
    }
}

fn parts(kind: &TypeKind) -> Box<dyn Iterator<Item = &Type> + '_> {
    match kind {
        TypeKind::Record(record) => Box::new(record.fields.iter().map(|f| &f.ty)),
        TypeKind::Union(union) => Box::new(union.variants.iter().map(|v| &v.ty)),
        _ => Box::new(std::iter::empty()),
    }
}

fn parts_mut(kind: &mut TypeKind) -> Box<dyn Iterator<Item = &mut Type> + '_> {
    match kind {
        TypeKind::Record(record) => Box::new(record.fields.iter_mut().map(|f| &mut f.ty)),
        TypeKind::Union(union) => Box::new(union.variants.iter_mut().map(|v| &mut v.ty)),
        _ => Box::new(std::iter::empty()),
    }
}

/// The type that a value of this one holds within itself; what arrays and maps hold lies elsewhere.
fn held(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Optional { inner, .. } | Type::Boxed(inner) => held(inner),
        _ => None,
    }
}

fn enclose(ty: &mut Type, cyclic: &BTreeSet<String>) {
    match ty {
        Type::Optional { inner, .. } => enclose(inner, cyclic),
        Type::Named(name) if cyclic.contains(name) => {
            *ty = Type::Boxed(Box::new(Type::Named(std::mem::take(name))));
        }
        _ => {}
    }
}
