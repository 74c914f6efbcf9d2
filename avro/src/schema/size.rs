//! Least encoded sizes, which cap the counts that hostile input may announce.

use super::{Kind, Schema, TypeId};

/// The least size in bytes of a value of each type, by id. A type that contains
/// itself counts its inner self as zero.
pub(crate) fn min_sizes(schema: &Schema) -> Vec<usize> {
    let mut sizes: Vec<usize> = schema.types.iter().map(|one| own_size(&one.kind)).collect();
    // Records grow as their parts become known; depth of nesting bounds the rounds
    // needed, and stopping early leaves a lower, still correct, bound.
    for _ in 0..8 {
        let mut changed = false;
        for (position, one) in schema.types.iter().enumerate() {
            let Kind::Record(record) = &one.kind else {
                continue;
            };
            let part = |id: TypeId| sizes[id.0 as usize];
            let size = record
                .fields
                .iter()
                .fold(0usize, |sum, field| sum.saturating_add(part(field.schema)));
            changed |= size != sizes[position];
            sizes[position] = size;
        }
        if !changed {
            break;
        }
    }
    sizes
}

fn own_size(kind: &Kind) -> usize {
    match kind {
        Kind::Null | Kind::Record(_) => 0,
        Kind::Float => 4,
        Kind::Double => 8,
        Kind::Fixed(fixed) => fixed.size,
        _ => 1,
    }
}
