//! Whether two schemas are compatible, as Avro's Java checker has it
//! (`SchemaCompatibility`, 1.12.1), its order of evaluation included: a pair that
//! is being looked at counts as compatible, and what follows from that is kept.

use super::MAX_DEPTH;
use super::quick::Quick;
use crate::schema::{Enum, Field, Kind, Record, Schema, TypeId};
use std::collections::{HashMap, HashSet};

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
pub(super) type Verdicts = HashMap<(TypeId, TypeId), bool, Quick>;

pub(super) fn check(writer: &Schema, reader: &Schema) -> Verdict {
    let mut checker = Checker::new(writer, reader);
    match checker.pair(reader.root(), writer.root()) {
        Ok(true) => Verdict::Compatible,
        Ok(false) => Verdict::Incompatible(checker.verdicts),
        Err(Stop::Ambiguous) => Verdict::Ambiguous,
        Err(Stop::TooDeep | Stop::Refuted) => Verdict::TooDeep,
    }
}

/// Whether the checker refuses the pair, found at the first reason. What else it would
/// have looked at changes nothing but where a reader's alias may make it give up.
pub(super) fn refuses(writer: &Schema, reader: &Schema) -> bool {
    let mut checker = Checker::new(writer, reader);
    checker.is_decisive = !reader.has_field_aliases;
    match checker.pair(reader.root(), writer.root()) {
        Ok(verdict) => !verdict,
        Err(Stop::Ambiguous) => false,
        Err(Stop::TooDeep | Stop::Refuted) => true,
    }
}

enum Stop {
    Ambiguous,
    TooDeep,
    /// No, whatever else is found.
    Refuted,
}

struct Checker<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    verdicts: Verdicts,
    depth: u32,
    /// Whether what fails here fails the whole, so that it may stop.
    is_decisive: bool,
}

impl<'a> Checker<'a> {
    fn new(writer: &'a Schema, reader: &'a Schema) -> Self {
        Self {
            writer,
            reader,
            verdicts: HashMap::default(),
            depth: MAX_DEPTH,
            is_decisive: false,
        }
    }

    fn pair(&mut self, r: TypeId, w: TypeId) -> Result<bool, Stop> {
        if self.is_decisive && self.is_refuted(r, w) {
            return Err(Stop::Refuted);
        }
        if let Some(verdict) = self.verdicts.get(&(r, w)) {
            return Ok(*verdict);
        }
        self.depth = self.depth.checked_sub(1).ok_or(Stop::TooDeep)?;
        // Compatible unless proven otherwise: this ends recursion.
        self.verdicts.insert((r, w), true);
        let verdict = self.compare(r, w)?;
        if self.is_decisive && !verdict {
            return Err(Stop::Refuted);
        }
        self.verdicts.insert((r, w), verdict);
        self.depth += 1;
        Ok(verdict)
    }

    /// Whether two types show at once that they do not go together.
    fn is_refuted(&self, r: TypeId, w: TypeId) -> bool {
        let (reader, writer) = (self.reader.kind(r), self.writer.kind(w));
        match (reader, writer) {
            (Kind::Union(_), _)
            | (_, Kind::Union(_))
            | (Kind::Array(_), Kind::Array(_))
            | (Kind::Map(_), Kind::Map(_)) => false,
            (Kind::Record(_), Kind::Record(_))
            | (Kind::Enum(_), Kind::Enum(_))
            | (Kind::Fixed(_), Kind::Fixed(_)) => !names_match(reader, writer),
            (reader, writer) => !promotes(writer, reader),
        }
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
                let is_decisive = std::mem::take(&mut self.is_decisive);
                // Among many branches those of another name are passed over.
                for at in reader.candidates(r, branches, writer.kind(w)) {
                    if self.pair(branches[at], w)? {
                        self.is_decisive = is_decisive;
                        return Ok(true);
                    }
                }
                self.is_decisive = is_decisive;
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
                Lookup::Missing if field.default.is_none() && self.is_decisive => {
                    return Err(Stop::Refuted);
                }
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
    let mut found = std::iter::once(&field.name)
        .chain(&field.aliases)
        .filter_map(|name| writer.position(name));
    match (found.next(), found.next()) {
        (Some(at), None) => Lookup::Found(&writer.fields[at]),
        (None, _) => Lookup::Missing,
        _ => Lookup::Ambiguous,
    }
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
    if reader.symbols == writer.symbols {
        return Vec::new();
    }
    let known: HashSet<&String> = reader.symbols.iter().collect();
    let lost = writer
        .symbols
        .iter()
        .filter(|symbol| !known.contains(symbol));
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
