//! Whether two schemas are compatible, as Avro's Java checker has it
//! (`SchemaCompatibility`, 1.12.1), its order of evaluation included: a pair that
//! is being looked at counts as compatible, and what follows from that is kept.

use super::MAX_DEPTH;
use crate::schema::{Enum, Field, Kind, Record, Schema, TypeId};
use std::collections::HashMap;

/// What the checker says.
pub(super) enum Verdict {
    Compatible,
    /// Not compatible; what was found of each pair (reader, writer).
    Incompatible(Verdicts),
    /// A reader's field matches two of the writer's: Java's checker gives up.
    Ambiguous,
    /// The schemas nest deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// What was found of each pair of types, the reader's first.
pub(super) type Verdicts = HashMap<(TypeId, TypeId), bool>;

pub(super) fn check(writer: &Schema, reader: &Schema) -> Verdict {
    let mut checker = Checker {
        writer,
        reader,
        verdicts: HashMap::new(),
        depth: MAX_DEPTH,
    };
    match checker.pair(reader.root(), writer.root()) {
        Ok(true) => Verdict::Compatible,
        Ok(false) => Verdict::Incompatible(checker.verdicts),
        Err(Stop::Ambiguous) => Verdict::Ambiguous,
        Err(Stop::TooDeep) => Verdict::TooDeep,
    }
}

enum Stop {
    Ambiguous,
    TooDeep,
}

struct Checker<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    verdicts: Verdicts,
    depth: u32,
}

impl<'a> Checker<'a> {
    fn pair(&mut self, r: TypeId, w: TypeId) -> Result<bool, Stop> {
        if let Some(verdict) = self.verdicts.get(&(r, w)) {
            return Ok(*verdict);
        }
        self.depth = self.depth.checked_sub(1).ok_or(Stop::TooDeep)?;
        // Compatible unless proven otherwise: this ends recursion.
        self.verdicts.insert((r, w), true);
        let verdict = self.compare(r, w)?;
        self.verdicts.insert((r, w), verdict);
        self.depth += 1;
        Ok(verdict)
    }

    /// All of the pairs are looked at, even after one has failed.
    fn all(&mut self, pairs: impl Iterator<Item = (TypeId, TypeId)>) -> Result<bool, Stop> {
        let mut verdict = true;
        for (r, w) in pairs {
            verdict &= self.pair(r, w)?;
        }
        Ok(verdict)
    }

    fn compare(&mut self, r: TypeId, w: TypeId) -> Result<bool, Stop> {
        let (reader, writer): (&'a Schema, &'a Schema) = (self.reader, self.writer);
        match (reader.kind(r), writer.kind(w)) {
            (_, Kind::Union(branches)) => self.all(branches.iter().map(|branch| (r, *branch))),
            (Kind::Union(branches), _) => {
                for branch in branches {
                    if self.pair(*branch, w)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (Kind::Array(r), Kind::Array(w)) | (Kind::Map(r), Kind::Map(w)) => self.pair(*r, *w),
            (Kind::Fixed(a), Kind::Fixed(b)) => {
                Ok(names_match(reader.kind(r), writer.kind(w)) && a.size == b.size)
            }
            (Kind::Enum(a), Kind::Enum(b)) => Ok(names_match(reader.kind(r), writer.kind(w))
                && (lost_symbols(a, b).is_empty() || a.default.is_some())),
            (Kind::Record(a), Kind::Record(b)) => {
                let named = names_match(reader.kind(r), writer.kind(w));
                Ok(self.fields(a, b)? && named)
            }
            (r, w) => Ok(promotes(w, r)),
        }
    }

    fn fields(&mut self, reader: &Record, writer: &Record) -> Result<bool, Stop> {
        let mut verdict = true;
        for field in &reader.fields {
            verdict &= match writer_field(field, writer) {
                Lookup::Found(other) => self.pair(field.schema, other.schema)?,
                // Java accepts an enum's default in the place of a field's only if
                // that enum could read the writer's record, which it never can.
                Lookup::Missing => field.default.is_some(),
                Lookup::Ambiguous => return Err(Stop::Ambiguous),
            };
        }
        Ok(verdict)
    }
}

/// The writer's field that a reader's field stands for.
pub(super) enum Lookup<'a> {
    Found(&'a Field),
    Missing,
    Ambiguous,
}

pub(super) fn writer_field<'a>(field: &Field, writer: &'a Record) -> Lookup<'a> {
    let names = std::iter::once(&field.name).chain(distinct(&field.aliases));
    let mut found = names.filter_map(|name| writer.fields.iter().find(|other| other.name == *name));
    match (found.next(), found.next()) {
        (Some(one), None) => Lookup::Found(one),
        (None, _) => Lookup::Missing,
        _ => Lookup::Ambiguous,
    }
}

fn distinct(names: &[String]) -> impl Iterator<Item = &String> {
    names
        .iter()
        .enumerate()
        .filter(|(at, name)| !names[..*at].contains(name))
        .map(|(_, name)| name)
}

/// Whether simple names agree or the reader has the writer's full name as an alias.
pub(crate) fn names_match(reader: &Kind, writer: &Kind) -> bool {
    let (Some(one), Some(other)) = (reader.name(), writer.name()) else {
        return false;
    };
    let is_alias = || {
        reader.aliases().iter().any(|alias| {
            // Java never finds an alias that leaves the reader's namespace for none.
            let reachable = alias.namespace().is_some() || one.namespace().is_none();
            reachable && alias.full() == other.full()
        })
    };
    one.simple() == other.simple() || is_alias()
}

/// The symbols of the writer that the reader lacks.
pub(super) fn lost_symbols<'a>(reader: &Enum, writer: &'a Enum) -> Vec<&'a str> {
    let lost = writer
        .symbols
        .iter()
        .filter(|symbol| !reader.symbols.contains(symbol));
    lost.map(String::as_str).collect()
}

/// Whether two types that are neither unions nor named nor have parts are the same,
/// or the writer's is promoted to the reader's.
pub(crate) fn promotes(writer: &Kind, reader: &Kind) -> bool {
    use Kind::{Boolean, Bytes, Double, Float, Int, Long, Null, String};
    matches!(
        (writer, reader),
        (Null, Null)
            | (Boolean, Boolean)
            | (Int, Int | Long | Float | Double)
            | (Long, Long | Float | Double)
            | (Float, Float | Double)
            | (Double, Double)
            | (Bytes | String, Bytes | String)
    )
}
