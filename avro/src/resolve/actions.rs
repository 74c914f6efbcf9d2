//! What a reader does with every type of the writer, decided as Java's `Resolver`
//! (1.12.1) does.

use super::aliases;
use super::check::promotes;
use super::equivalence::Equivalence;
use super::graph::{Action, ActionId, Fields, Graph, Node, Promotion};
use super::{MAX_DEPTH, Mismatch, Rule};
use crate::default::Defaults;
use crate::schema::{Enum, Field, Kind, Record, Schema, TypeId};
use std::borrow::Cow;
use std::collections::HashMap;

/// Builds the graph.
///
/// # Errors
/// What makes Java's reader fail before the first value: aliases that clash, a
/// default that is none, schemas that nest too deep.
pub(super) fn build<'a>(
    writer: &'a Schema,
    reader: &'a Schema,
) -> Result<Graph<'a>, Box<Mismatch>> {
    let (graph, broken) = build_on(aliases::apply(writer, reader)?, reader)?;
    match broken {
        None => Ok(graph),
        Some(mismatch) => Err(mismatch),
    }
}

/// As [`build`], from a writer whose names have been settled: a broken default is
/// handed back beside the graph, the first of them.
pub(super) fn build_on<'a>(
    writer: Cow<'a, Schema>,
    reader: &'a Schema,
) -> Result<(Graph<'a>, Option<Box<Mismatch>>), Box<Mismatch>> {
    let mut builder = Builder {
        writer: &writer,
        reader,
        nodes: Vec::new(),
        records: HashMap::new(),
        depth: MAX_DEPTH,
        broken: None,
        defaults: Defaults::new(reader),
        equivalence: Equivalence::new(&writer, reader),
    };
    let root = builder.pair(writer.root(), reader.root())?;
    let (nodes, records, broken) = (builder.nodes, builder.records, builder.broken);
    let graph = Graph {
        writer,
        nodes,
        records,
        root,
    };
    Ok((graph, broken))
}

/// Unions of hundreds of records without a name in common on the other side are
/// compared each with each: beyond that many, the schemas are refused.
const MAX_NODES: usize = 1 << 16;

struct Builder<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    nodes: Vec<Node>,
    records: HashMap<(TypeId, TypeId), ActionId>,
    depth: u32,
    broken: Option<Box<Mismatch>>,
    defaults: Defaults<'a>,
    equivalence: Equivalence<'a>,
}

type Built = Result<ActionId, Box<Mismatch>>;

impl<'a> Builder<'a> {
    /// Whether the graph may still grow.
    fn has_room(&self) -> Result<(), Box<Mismatch>> {
        if self.nodes.len() < MAX_NODES {
            return Ok(());
        }
        Err(Box::new(Mismatch::too_large()))
    }

    fn add(&mut self, writer: TypeId, action: Action) -> ActionId {
        self.nodes.push(Node { writer, action });
        self.nodes.len() - 1
    }

    fn fail(&mut self, rule: Rule, w: TypeId, r: TypeId, message: String) -> ActionId {
        let mismatch = Mismatch::new(rule, message, (self.writer, w), (self.reader, r));
        self.add(w, Action::Fail(Box::new(mismatch)))
    }

    fn pair(&mut self, w: TypeId, r: TypeId) -> Built {
        self.has_room()?;
        self.depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| Box::new(Mismatch::too_deep()))?;
        let built = self.action(w, r);
        self.depth += 1;
        built
    }

    fn action(&mut self, w: TypeId, r: TypeId) -> Built {
        let (writer, reader): (&'a Schema, &'a Schema) = (self.writer, self.reader);
        Ok(match (writer.kind(w), reader.kind(r)) {
            (Kind::Union(branches), _) => return self.branches(w, branches, r),
            (Kind::Array(a), Kind::Array(b)) => {
                let items = self.pair(*a, *b)?;
                self.add(w, Action::Array(items))
            }
            (Kind::Map(a), Kind::Map(b)) => {
                let values = self.pair(*a, *b)?;
                self.add(w, Action::Map(values))
            }
            (Kind::Record(a), Kind::Record(b)) => return self.record((w, a), (r, b)),
            (Kind::Enum(a), Kind::Enum(b)) => self.symbols((w, a), (r, b)),
            (Kind::Fixed(a), Kind::Fixed(b)) => {
                if a.name.simple() != b.name.simple() {
                    self.names(w, r)
                } else if a.size != b.size {
                    let message = format!("{} byte(s) cannot be read as {}", a.size, b.size);
                    self.fail(Rule::FixedSize, w, r, message)
                } else {
                    self.add(w, Action::Copy)
                }
            }
            (_, Kind::Union(branches)) => return self.choose_branch(w, branches, r),
            (a, b) if promotes(a, b) => {
                let action = promotion(a, b).map_or(Action::Copy, Action::Promote);
                self.add(w, action)
            }
            _ => {
                let (a, b) = (writer.type_name(w), reader.type_name(r));
                let message = format!("{a} cannot be read as {b}");
                self.fail(Rule::Type, w, r, message)
            }
        })
    }

    fn names(&mut self, w: TypeId, r: TypeId) -> ActionId {
        let (writer, reader) = (self.writer.type_name(w), self.reader.type_name(r));
        let message = format!("{writer} is neither the name nor an alias of {reader}");
        self.fail(Rule::Name, w, r, message)
    }

    fn symbols(&mut self, (w, writer): (TypeId, &Enum), (r, reader): (TypeId, &Enum)) -> ActionId {
        if writer.name.simple() != reader.name.simple() {
            return self.names(w, r);
        }
        let known: HashMap<&String, usize> = reader.symbols.iter().zip(0..).collect();
        let position = |symbol: &String| known.get(symbol).copied();
        let default = reader.default.as_ref().and_then(position);
        let symbols = writer
            .symbols
            .iter()
            .map(|symbol| position(symbol).or(default));
        self.add(w, Action::Symbols(symbols.collect()))
    }

    /// Records of any names are read into each other: where names matter, at the
    /// branches of unions and in the checker, they have been looked at before.
    fn record(&mut self, (w, writer): (TypeId, &Record), (r, reader): (TypeId, &Record)) -> Built {
        if let Some(known) = self.records.get(&(w, r)) {
            return Ok(*known);
        }
        self.has_room()?;
        let id = self.add(w, Action::Record(Fields::default()));
        self.records.insert((w, r), id);
        for field in &writer.fields {
            let written = match reader.position(&field.name) {
                Some(at) => Some((at, self.pair(field.schema, reader.fields[at].schema)?)),
                None => None,
            };
            // What is known so far shows: the choice of a branch further in looks at it.
            if let Action::Record(fields) = &mut self.nodes[id].action {
                fields.written.push(written);
            }
        }
        let missing = (0..).zip(&reader.fields);
        for (at, field) in missing.filter(|(_, field)| writer.position(&field.name).is_none()) {
            let filled = self.default((w, r), field);
            if let Action::Record(fields) = &mut self.nodes[id].action {
                match filled {
                    Ok(bytes) => fields.defaults.push((at, bytes)),
                    Err(mismatch) => fields.lacking.push(*mismatch),
                }
            }
        }
        Ok(id)
    }

    /// The encoded default of a reader's field that the writer lacks.
    fn default(
        &mut self,
        (w, r): (TypeId, TypeId),
        field: &Field,
    ) -> Result<Box<[u8]>, Box<Mismatch>> {
        let both = ((self.writer, w), (self.reader, r));
        let Some(value) = &field.default else {
            let message = format!(
                "the writer has no field {:?} and the reader no default for it",
                field.name
            );
            let mismatch = Mismatch::new(Rule::MissingDefault, message, both.0, both.1);
            return Err(Box::new(mismatch.at(field.name.clone())));
        };
        let mut bytes = Vec::new();
        let encoded = self.defaults.encode(field.schema, value, &mut bytes);
        if let Err(error) = encoded {
            let message = format!("the default of the field {:?}: {error}", field.name);
            let mismatch = Mismatch::new(Rule::Default, message, both.0, both.1);
            self.broken.get_or_insert(Box::new(mismatch));
            bytes.clear();
        }
        Ok(bytes.into())
    }

    fn branches(&mut self, w: TypeId, branches: &[TypeId], r: TypeId) -> Built {
        if self.equivalence.holds(w, r) {
            return Ok(self.add(w, Action::Copy));
        }
        let actions: Result<Vec<_>, _> = branches
            .iter()
            .map(|branch| self.pair(*branch, r))
            .collect();
        Ok(self.add(w, Action::Branches(actions?)))
    }

    fn choose_branch(&mut self, w: TypeId, branches: &[TypeId], r: TypeId) -> Built {
        let Some(chosen) = self.choose(w, (r, branches))? else {
            let name = self.writer.type_name(w);
            let message = format!("the reader's union has no branch that reads {name}");
            return Ok(self.fail(Rule::Branch, w, r, message));
        };
        let action = self.pair(w, branches[chosen])?;
        Ok(self.add(w, Action::Into(chosen, action)))
    }

    /// The branch of the reader's union that takes values of the writer's type
    /// (Java's `firstMatchingBranch`): the same full name; else, for a record, one
    /// of the same structure, preferably of the same simple name; else the first
    /// of the same type; else the first promotion.
    fn choose(
        &mut self,
        w: TypeId,
        (r, branches): (TypeId, &[TypeId]),
    ) -> Result<Option<usize>, Box<Mismatch>> {
        let (writer, reader): (&'a Schema, &'a Schema) = (self.writer, self.reader);
        let kind = writer.kind(w);
        let mut structure = None;
        // Among many branches one of that name need not be searched for, nor others be
        // looked into before it.
        let mut likely = reader.candidates(r, branches, kind);
        let same_name = |at: &usize| {
            let other = reader.kind(branches[*at]);
            std::mem::discriminant(kind) == std::mem::discriminant(other)
                && kind.name() == other.name()
        };
        if reader.is_large(r)
            && let Some(at) = likely.find(same_name)
        {
            return Ok(Some(at));
        }
        for (at, branch) in branches.iter().enumerate() {
            let other = reader.kind(*branch);
            if std::mem::discriminant(kind) != std::mem::discriminant(other) {
                continue;
            }
            let (Some(name), Some(other_name)) = (kind.name(), other.name()) else {
                return Ok(Some(at));
            };
            if name == other_name {
                return Ok(Some(at));
            }
            if let (Kind::Record(a), Kind::Record(b)) = (kind, other) {
                let id = self.record((w, a), (*branch, b))?;
                let preferred = structure.is_none() || name.simple() == other_name.simple();
                if preferred && !self.fails(id) {
                    structure = Some(at);
                }
            }
        }
        let promoted = || {
            branches.iter().position(|branch| {
                let other = reader.kind(*branch);
                std::mem::discriminant(kind) != std::mem::discriminant(other)
                    && promotes(kind, other)
            })
        };
        Ok(structure.or_else(promoted))
    }

    /// Whether reading a record fails, as far as its fields show at once.
    fn fails(&self, id: ActionId) -> bool {
        let is_failure = |id: ActionId| self.nodes[id].action.failure().is_some();
        match &self.nodes[id].action {
            Action::Record(fields) => {
                let mut written = fields.written.iter().flatten();
                !fields.lacking.is_empty() || written.any(|(_, id)| is_failure(*id))
            }
            Action::Fail(_) => true,
            _ => false,
        }
    }
}

fn promotion(writer: &Kind, reader: &Kind) -> Option<Promotion> {
    Some(match (writer, reader) {
        (Kind::Int, Kind::Float) => Promotion::IntToFloat,
        (Kind::Int, Kind::Double) => Promotion::IntToDouble,
        (Kind::Long, Kind::Float) => Promotion::LongToFloat,
        (Kind::Long, Kind::Double) => Promotion::LongToDouble,
        (Kind::Float, Kind::Double) => Promotion::FloatToDouble,
        (Kind::Bytes, Kind::String) => Promotion::BytesToString,
        _ => return None,
    })
}
