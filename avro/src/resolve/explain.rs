//! Why two schemas are not compatible: every reason, each where it first shows.

use super::check::{Lookup, Verdicts, lost_symbols, names_match, promotes, writer_field};
use super::path::{Path, Step};
use super::{Mismatch, Rule};
use crate::schema::{Kind, Record, Schema, TypeId};
use std::collections::HashSet;

/// The reasons behind `verdicts`, at least one.
pub(super) fn explain(writer: &Schema, reader: &Schema, verdicts: &Verdicts) -> Vec<Mismatch> {
    let mut walk = Walk {
        writer,
        reader,
        verdicts,
        seen: HashSet::new(),
        path: Path::default(),
        reasons: Vec::new(),
    };
    walk.pair(reader.root(), writer.root());
    if walk.reasons.is_empty() {
        walk.report(Rule::Type, reader.root(), writer.root(), cannot);
    }
    walk.reasons
}

fn cannot(reader: &str, writer: &str) -> String {
    format!("{writer} cannot be read as {reader}")
}

struct Walk<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    verdicts: &'a Verdicts,
    seen: HashSet<(TypeId, TypeId)>,
    path: Path,
    reasons: Vec<Mismatch>,
}

impl<'a> Walk<'a> {
    fn report(
        &mut self,
        rule: Rule,
        r: TypeId,
        w: TypeId,
        message: impl FnOnce(&str, &str) -> String,
    ) {
        let message = message(self.reader.type_name(r), self.writer.type_name(w));
        let mismatch = Mismatch::new(rule, message, (self.writer, w), (self.reader, r));
        self.reasons.push(mismatch.at(self.path.to_string()));
    }

    fn compatible(&self, r: TypeId, w: TypeId) -> bool {
        self.verdicts.get(&(r, w)).copied().unwrap_or(true)
    }

    fn pair(&mut self, r: TypeId, w: TypeId) {
        if self.compatible(r, w) || !self.seen.insert((r, w)) {
            return;
        }
        let (reader, writer): (&'a Schema, &'a Schema) = (self.reader, self.writer);
        match (reader.kind(r), writer.kind(w)) {
            (_, Kind::Union(branches)) => self.writer_union(r, branches),
            (Kind::Union(branches), _) => self.reader_union(r, branches, w),
            (Kind::Array(r), Kind::Array(w)) => self.inside(Step::Items, *r, *w),
            (Kind::Map(r), Kind::Map(w)) => self.inside(Step::Values, *r, *w),
            (Kind::Fixed(a), Kind::Fixed(b)) => {
                self.names(r, w);
                if a.size != b.size {
                    let message = format!("{} byte(s) cannot be read as {}", b.size, a.size);
                    self.report(Rule::FixedSize, r, w, |_, _| message);
                }
            }
            (Kind::Enum(a), Kind::Enum(b)) => {
                self.names(r, w);
                let lost = lost_symbols(a, b);
                if !lost.is_empty() && a.default.is_none() {
                    let lost = lost.join(", ");
                    self.report(Rule::Symbols, r, w, |reader, _| {
                        format!("the enum {reader} lacks {lost} and has no default")
                    });
                }
            }
            (Kind::Record(a), Kind::Record(b)) => {
                self.names(r, w);
                self.fields(r, a, w, b);
            }
            (a, b) if !promotes(b, a) => self.report(Rule::Type, r, w, cannot),
            _ => {}
        }
    }

    /// Walks a part, one step down the path.
    fn inside(&mut self, step: Step<'_>, r: TypeId, w: TypeId) {
        self.path.push(step);
        self.pair(r, w);
        self.path.pop();
    }

    fn writer_union(&mut self, r: TypeId, branches: &[TypeId]) {
        for branch in branches {
            let writer = self.writer;
            self.inside(Step::Branch(writer.type_name(*branch)), r, *branch);
        }
    }

    /// A union that has one branch of the writer's kind fails because of it.
    fn reader_union(&mut self, r: TypeId, branches: &[TypeId], w: TypeId) {
        let kind = self.writer.kind(w);
        let alike = |branch: &TypeId| {
            let other = self.reader.kind(*branch);
            let alike = std::mem::discriminant(other) == std::mem::discriminant(kind);
            alike && (kind.name().is_none() || names_match(other, kind))
        };
        let candidates = self.reader.candidates(r, branches, kind);
        let found: Vec<TypeId> = candidates.map(|at| branches[at]).filter(alike).collect();
        let before = self.reasons.len();
        if let [one] = found[..] {
            self.pair(one, w);
        }
        if self.reasons.len() == before {
            self.report(Rule::Branch, r, w, |_, writer| {
                format!("the reader's union has no branch that reads {writer}")
            });
        }
    }

    fn names(&mut self, r: TypeId, w: TypeId) {
        if !names_match(self.reader.kind(r), self.writer.kind(w)) {
            self.report(Rule::Name, r, w, |reader, writer| {
                format!("{writer} is neither the name nor an alias of {reader}")
            });
        }
    }

    fn fields(&mut self, r: TypeId, reader: &Record, w: TypeId, writer: &Record) {
        for field in &reader.fields {
            match writer_field(field, writer) {
                Lookup::Found(other) => {
                    self.inside(Step::Field(&field.name), field.schema, other.schema);
                }
                Lookup::Missing if field.default.is_none() => {
                    let path = self.path.join(Step::Field(&field.name));
                    let message = format!(
                        "the writer has no field {:?} and the reader no default for it",
                        field.name
                    );
                    let both = ((self.writer, w), (self.reader, r));
                    let mismatch = Mismatch::new(Rule::MissingDefault, message, both.0, both.1);
                    self.reasons.push(mismatch.at(path));
                }
                Lookup::Missing | Lookup::Ambiguous => {}
            }
        }
    }
}
