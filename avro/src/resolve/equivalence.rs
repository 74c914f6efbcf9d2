//! Whether two types have the same bytes and names (Java's `unionEquiv`).

use super::MAX_DEPTH;
use crate::schema::{Kind, Schema, TypeId};
use std::collections::HashMap;

/// Whether the type `w` of the writer and `r` of the reader are equivalent: same
/// structure, same simple names. Types that nest too deep are not.
pub(super) fn equivalent(writer: &Schema, w: TypeId, reader: &Schema, r: TypeId) -> bool {
    let mut walk = Walk {
        writer,
        reader,
        seen: HashMap::new(),
        depth: MAX_DEPTH,
    };
    walk.same(w, r)
}

struct Walk<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    seen: HashMap<(TypeId, TypeId), bool>,
    depth: u32,
}

impl<'a> Walk<'a> {
    fn same(&mut self, w: TypeId, r: TypeId) -> bool {
        let (writer, reader): (&'a Schema, &'a Schema) = (self.writer, self.reader);
        let (one, other) = (writer.kind(w), reader.kind(r));
        if one.name().map(crate::schema::Name::simple)
            != other.name().map(crate::schema::Name::simple)
        {
            return false;
        }
        match (one, other) {
            (Kind::Array(w), Kind::Array(r)) | (Kind::Map(w), Kind::Map(r)) => self.same(*w, *r),
            (Kind::Fixed(w), Kind::Fixed(r)) => w.size == r.size,
            (Kind::Enum(w), Kind::Enum(r)) => w.symbols == r.symbols,
            (Kind::Union(w), Kind::Union(r)) => {
                w.len() == r.len() && w.iter().zip(r).all(|(w, r)| self.same(*w, *r))
            }
            (Kind::Record(a), Kind::Record(b)) => {
                if let Some(known) = self.seen.get(&(w, r)) {
                    return *known;
                }
                let Some(depth) = self.depth.checked_sub(1) else {
                    return false;
                };
                self.depth = depth;
                self.seen.insert((w, r), true);
                let same = a.fields.len() == b.fields.len()
                    && a.fields
                        .iter()
                        .zip(&b.fields)
                        .all(|(a, b)| a.name == b.name && self.same(a.schema, b.schema));
                self.seen.insert((w, r), same);
                self.depth += 1;
                same
            }
            _ => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }
}
