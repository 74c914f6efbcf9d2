//! Whether two types are the same definition.

use super::{Kind, Schema, TypeId};
use std::collections::HashSet;

/// Whether `a` of `left` and `b` of `right` are equal as Avro's Java library has
/// it: names, structure, defaults and attributes; neither docs nor aliases.
pub(crate) fn same(left: &Schema, a: TypeId, right: &Schema, b: TypeId) -> bool {
    let mut seen = HashSet::new();
    let mut todo = vec![(a, b)];
    while let Some((a, b)) = todo.pop() {
        if !seen.insert((a, b)) {
            continue;
        }
        if !same_node(left, a, right, b, &mut todo) {
            return false;
        }
    }
    true
}

/// Compares two types but for their parts, which it appends to `todo`.
fn same_node(
    left: &Schema,
    a: TypeId,
    right: &Schema,
    b: TypeId,
    todo: &mut Vec<(TypeId, TypeId)>,
) -> bool {
    let (one, other) = (left.get(a), right.get(b));
    if one.attributes != other.attributes || one.kind.name() != other.kind.name() {
        return false;
    }
    match (&one.kind, &other.kind) {
        (Kind::Array(a), Kind::Array(b)) | (Kind::Map(a), Kind::Map(b)) => todo.push((*a, *b)),
        (Kind::Union(a), Kind::Union(b)) => {
            todo.extend(a.iter().copied().zip(b.iter().copied()));
            return a.len() == b.len();
        }
        (Kind::Record(a), Kind::Record(b)) => {
            let pairs = || a.fields.iter().zip(&b.fields);
            todo.extend(pairs().map(|(a, b)| (a.schema, b.schema)));
            return a.fields.len() == b.fields.len()
                && pairs().all(|(a, b)| {
                    a.name == b.name
                        && a.default == b.default
                        && a.order == b.order
                        && a.attributes == b.attributes
                });
        }
        (Kind::Enum(a), Kind::Enum(b)) => return a.symbols == b.symbols,
        (Kind::Fixed(a), Kind::Fixed(b)) => return a.size == b.size,
        (a, b) => return std::mem::discriminant(a) == std::mem::discriminant(b),
    }
    true
}
