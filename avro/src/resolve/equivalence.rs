//! Whether two types have the same bytes and names (Java's `unionEquiv`).

use super::MAX_DEPTH;
use crate::schema::{Kind, Schema, TypeId};
use std::collections::HashMap;

/// Answers for one pair of schemas, and remembers.
pub(super) struct Equivalence<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    known: Answers,
}

type Answers = HashMap<(TypeId, TypeId), bool>;

impl<'a> Equivalence<'a> {
    pub(super) fn new(writer: &'a Schema, reader: &'a Schema) -> Self {
        Self {
            writer,
            reader,
            known: Answers::new(),
        }
    }

    /// Whether the type `w` of the writer and `r` of the reader are equivalent: same
    /// structure, same simple names. Types that nest too deep are not.
    pub(super) fn holds(&mut self, w: TypeId, r: TypeId) -> bool {
        let mut walk = Walk {
            writer: self.writer,
            reader: self.reader,
            known: &self.known,
            seen: Answers::new(),
            depth: MAX_DEPTH,
            is_cut: false,
        };
        let same = walk.same(w, r);
        // A yes may have been said in the hope for another, which holds if all do. A no
        // for want of depth says nothing of the pair.
        let (seen, is_cut) = (walk.seen, walk.is_cut);
        let lasting = seen
            .into_iter()
            .filter(|(_, answer)| *answer == same && !is_cut);
        self.known.extend(lasting);
        same
    }
}

struct Walk<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    known: &'a Answers,
    seen: Answers,
    depth: u32,
    /// Something was too deep to be looked at.
    is_cut: bool,
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
                if let Some(known) = self.known.get(&(w, r)).or_else(|| self.seen.get(&(w, r))) {
                    return *known;
                }
                let Some(depth) = self.depth.checked_sub(1) else {
                    self.is_cut = true;
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
