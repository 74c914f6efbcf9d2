//! The smallest values: of a type, preferably such as the reader can read, and around
//! a given part.

use super::super::draft::Leaf;
use super::super::trail::{Hop, Into};
use super::Missing;
use crate::resolve::{Action, ActionId, Graph};
use crate::schema::{Kind, Logical, Schema, TypeId};
use crate::value::Value;

/// What no value costs.
const ENDLESS: usize = usize::MAX;
/// Larger data are not made: nobody reads them, and shared types can double in size
/// with every level.
const MAX_SIZE: usize = 64 << 10;

/// Smallest values of a writer's types.
pub(super) struct Blanks<'a> {
    writer: &'a Schema,
    graph: Option<&'a Graph<'a>>,
    /// About the least size of a value of each type, one more for each level.
    types: Vec<usize>,
    /// The same of those values that each action reads.
    actions: Vec<usize>,
}

impl<'a> Blanks<'a> {
    pub(super) fn of(writer: &'a Schema, graph: Option<&'a Graph<'a>>) -> Self {
        let types = type_sizes(writer);
        let actions = graph.map_or_else(Vec::new, |graph| action_sizes(writer, graph, &types));
        Self {
            writer,
            graph,
            types,
            actions,
        }
    }

    /// Whether a type has no finite value.
    pub(super) fn is_endless(&self, id: TypeId) -> bool {
        self.types[id.0 as usize] == ENDLESS
    }

    /// The smallest datum that leads along `hops` to `leaf`.
    pub(super) fn lead(
        &self,
        hops: &[Hop],
        (w, action): (TypeId, Option<ActionId>),
        leaf: &Leaf,
    ) -> Result<Value, Missing> {
        self.fits(hops)?;
        let mut value = match leaf {
            Leaf::Value(value) => value.clone(),
            Leaf::Blank => self.blank(w, action)?,
            Leaf::Branch(branch) => self.branch(w, action, *branch)?,
        };
        for hop in hops.iter().rev() {
            value = match hop.into {
                Into::Item => Value::Array(vec![value]),
                Into::Value => Value::Map(vec![("k".to_owned(), value)]),
                Into::Branch(branch) => Value::Union(branch, Box::new(value)),
                Into::Field(at) => self.around(hop, at, value)?,
            };
        }
        Ok(value)
    }

    /// Whether what goes around the hops exists and is not too large, before any of it
    /// is made.
    fn fits(&self, hops: &[Hop]) -> Result<(), Missing> {
        let mut size = 0usize;
        for hop in hops {
            let (Into::Field(at), Kind::Record(record)) = (hop.into, self.writer.kind(hop.from))
            else {
                continue;
            };
            for (position, field) in record.fields.iter().enumerate() {
                if position != at {
                    match self.size(field.schema, self.field(hop.action, position)) {
                        ENDLESS => return Err(Missing::Endless),
                        part => size = size.saturating_add(part),
                    }
                }
            }
        }
        if size > MAX_SIZE {
            Err(Missing::TooLarge)
        } else {
            Ok(())
        }
    }

    /// A record whose field `at` is given.
    fn around(&self, hop: &Hop, at: usize, value: Value) -> Result<Value, Missing> {
        let Kind::Record(record) = self.writer.kind(hop.from) else {
            return Ok(value);
        };
        let mut given = Some(value);
        let fields = record.fields.iter().enumerate();
        let fields = fields.map(
            |(position, field)| match given.take_if(|_| position == at) {
                Some(value) => Ok(value),
                None => self.blank(field.schema, self.field(hop.action, position)),
            },
        );
        fields.collect::<Result<_, _>>().map(Value::Record)
    }

    /// What the reader does with a field of the writer's record.
    fn field(&self, record: Option<ActionId>, position: usize) -> Option<ActionId> {
        match &self.graph?.nodes[record?].action {
            Action::Record(fields) => fields
                .written
                .get(position)
                .copied()
                .flatten()
                .map(|(_, action)| action),
            _ => None,
        }
    }

    fn branch(&self, w: TypeId, action: Option<ActionId>, branch: usize) -> Result<Value, Missing> {
        let Kind::Union(branches) = self.writer.kind(w) else {
            return self.blank(w, action);
        };
        let inner = match action
            .zip(self.graph)
            .map(|(id, graph)| &graph.nodes[id].action)
        {
            Some(Action::Branches(actions)) => Some(actions[branch]),
            _ => None,
        };
        let value = self.blank(branches[branch], inner)?;
        Ok(Value::Union(branch, Box::new(value)))
    }

    /// About how much [`blank`](Self::blank) will take.
    fn size(&self, w: TypeId, action: Option<ActionId>) -> usize {
        match action.and_then(|id| self.actions.get(id)) {
            Some(size) if *size < ENDLESS => *size,
            _ => self.types[w.0 as usize],
        }
    }

    /// The smallest value that can be read, or, where none can, that there is.
    fn blank(&self, w: TypeId, action: Option<ActionId>) -> Result<Value, Missing> {
        match self.size(w, action) {
            ENDLESS => return Err(Missing::Endless),
            size if size > MAX_SIZE => return Err(Missing::TooLarge),
            _ => {}
        }
        let readable = action.filter(|id| self.actions.get(*id).is_some_and(|s| *s < ENDLESS));
        Ok(match readable.zip(self.graph) {
            Some((id, graph)) => self.read(id, graph),
            None => self.written(w),
        })
    }

    /// The smallest value that an action reads; there is one.
    fn read(&self, id: ActionId, graph: &Graph<'_>) -> Value {
        let node = &graph.nodes[id];
        match &node.action {
            Action::Into(_, inner) => self.read(*inner, graph),
            Action::Symbols(symbols) => {
                Value::Enum(symbols.iter().position(Option::is_some).unwrap_or(0))
            }
            Action::Branches(actions) => {
                let least = (0..actions.len()).min_by_key(|at| self.actions[actions[*at]]);
                let branch = least.unwrap_or(0);
                Value::Union(branch, Box::new(self.read(actions[branch], graph)))
            }
            Action::Record(fields) => {
                let Kind::Record(record) = self.writer.kind(node.writer) else {
                    return Value::Null;
                };
                let parts = record.fields.iter().zip(&fields.written);
                Value::Record(
                    parts
                        .map(|(field, written)| match written {
                            Some((_, action)) => self.read(*action, graph),
                            None => self.written(field.schema),
                        })
                        .collect(),
                )
            }
            _ => self.written(node.writer),
        }
    }

    /// The smallest value of a type; there is one.
    fn written(&self, id: TypeId) -> Value {
        let one = self.writer.get(id);
        match &one.kind {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(false),
            Kind::Int => Value::Int(0),
            Kind::Long => Value::Long(0),
            Kind::Float => Value::Float(0.0),
            Kind::Double => Value::Double(0.0),
            Kind::Bytes if matches!(one.logical, Some(Logical::Decimal { .. })) => {
                Value::Bytes(vec![0])
            }
            Kind::Bytes => Value::Bytes(Vec::new()),
            Kind::String if one.logical == Some(Logical::Uuid) => {
                Value::String("00000000-0000-0000-0000-000000000000".to_owned())
            }
            Kind::String => Value::String(String::new()),
            Kind::Fixed(fixed) => Value::Fixed(vec![0; fixed.size]),
            Kind::Enum(_) => Value::Enum(0),
            Kind::Array(_) => Value::Array(Vec::new()),
            Kind::Map(_) => Value::Map(Vec::new()),
            Kind::Union(branches) => {
                let size = |at: &usize| self.types[branches[*at].0 as usize];
                let branch = (0..branches.len()).min_by_key(size).unwrap_or(0);
                let value = branches
                    .get(branch)
                    .map_or(Value::Null, |id| self.written(*id));
                Value::Union(branch, Box::new(value))
            }
            Kind::Record(record) => Value::Record(
                record
                    .fields
                    .iter()
                    .map(|field| self.written(field.schema))
                    .collect(),
            ),
        }
    }
}

fn type_sizes(schema: &Schema) -> Vec<usize> {
    let mut sizes = vec![ENDLESS; schema.types.len()];
    least(&mut sizes, |at, sizes| {
        let of = |id: &TypeId| sizes[id.0 as usize];
        match &schema.types[at].kind {
            Kind::Union(branches) => above(branches.iter().map(of).min().unwrap_or(ENDLESS)),
            Kind::Record(record) => sum(record.fields.iter().map(|field| of(&field.schema))),
            Kind::Enum(symbols) if symbols.symbols.is_empty() => ENDLESS,
            Kind::Fixed(fixed) => above(fixed.size),
            Kind::Float => 4,
            Kind::Double => 8,
            Kind::String if schema.types[at].logical == Some(Logical::Uuid) => 37,
            _ => 1,
        }
    });
    sizes
}

fn action_sizes(schema: &Schema, graph: &Graph<'_>, types: &[usize]) -> Vec<usize> {
    let mut sizes = vec![ENDLESS; graph.nodes.len()];
    least(&mut sizes, |at, sizes| {
        let node = &graph.nodes[at];
        match &node.action {
            Action::Fail(_) => ENDLESS,
            Action::Into(_, inner) => above(sizes[*inner]),
            Action::Symbols(symbols) if symbols.iter().all(Option::is_none) => ENDLESS,
            Action::Branches(actions) => {
                above(actions.iter().map(|id| sizes[*id]).min().unwrap_or(ENDLESS))
            }
            Action::Record(fields) => match schema.kind(node.writer) {
                Kind::Record(record) if fields.lacking.is_empty() => {
                    let parts = record.fields.iter().zip(&fields.written);
                    sum(parts.map(|(field, written)| match written {
                        Some((_, action)) => sizes[*action],
                        None => types[field.schema.0 as usize],
                    }))
                }
                _ => ENDLESS,
            },
            _ => types[node.writer.0 as usize],
        }
    });
    sizes
}

/// Lowers all sizes until none changes any more.
fn least(sizes: &mut [usize], size: impl Fn(usize, &[usize]) -> usize) {
    loop {
        let mut changed = false;
        for at in 0..sizes.len() {
            let new = size(at, sizes).min(sizes[at]);
            changed |= new != sizes[at];
            sizes[at] = new;
        }
        if !changed {
            return;
        }
    }
}

/// One more, so that a whole is larger than its parts.
fn above(size: usize) -> usize {
    if size == ENDLESS {
        ENDLESS
    } else {
        (size + 1).min(ENDLESS - 1)
    }
}

/// Parts beyond any size that is used add up to a number that is no [`ENDLESS`].
fn sum(parts: impl Iterator<Item = usize>) -> usize {
    let mut all = 0usize;
    for part in parts {
        if part == ENDLESS {
            return ENDLESS;
        }
        all = all.saturating_add(part).min(ENDLESS - 2);
    }
    above(all)
}
