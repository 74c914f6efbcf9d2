//! How far a value reaches, which is all that copying and skipping need to know.

use super::MAX_DEPTH;
use crate::codec::{DecodeError, Items, Reader};
use crate::schema::{Kind, Schema, TypeId, min_sizes};

/// The outline of a type of the writer.
#[derive(Debug)]
pub(super) enum Shape {
    Bytes(usize),
    Int,
    Long,
    Counted,
    Symbol(usize),
    Array { item: TypeId, min_size: usize },
    Map { value: TypeId, min_size: usize },
    Union(Box<[TypeId]>),
    Record(Box<[TypeId]>),
}

/// The outlines of all types of a schema.
#[derive(Debug)]
pub(super) struct Shapes {
    shapes: Vec<Shape>,
}

/// Levels of nesting that skipping and transcoding follow: records count here,
/// other than in the decoding of generated types.
pub(super) const DEPTH: u32 = MAX_DEPTH + 64;

impl Shapes {
    pub(super) fn of(schema: &Schema) -> Self {
        let sizes = min_sizes(schema);
        let size = |id: TypeId| sizes[id.0 as usize];
        let shapes = schema.types.iter().map(|one| match &one.kind {
            Kind::Null => Shape::Bytes(0),
            Kind::Boolean => Shape::Bytes(1),
            Kind::Int => Shape::Int,
            Kind::Long => Shape::Long,
            Kind::Float => Shape::Bytes(4),
            Kind::Double => Shape::Bytes(8),
            Kind::Bytes | Kind::String => Shape::Counted,
            Kind::Fixed(fixed) => Shape::Bytes(fixed.size),
            Kind::Enum(symbols) => Shape::Symbol(symbols.symbols.len()),
            Kind::Array(item) => Shape::Array {
                item: *item,
                min_size: size(*item),
            },
            Kind::Map(value) => Shape::Map {
                value: *value,
                min_size: size(*value) + 1,
            },
            Kind::Union(branches) => Shape::Union(branches.clone().into()),
            Kind::Record(record) => {
                Shape::Record(record.fields.iter().map(|field| field.schema).collect())
            }
        });
        Self {
            shapes: shapes.collect(),
        }
    }

    /// Moves behind a value of that type.
    pub(super) fn skip(&self, id: TypeId, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        match &self.shapes[id.0 as usize] {
            Shape::Bytes(count) => r.take(*count).map(drop),
            Shape::Int => r.int().map(drop),
            Shape::Long => r.long().map(drop),
            Shape::Counted => r.bytes().map(drop),
            Shape::Symbol(count) => r.index(*count).map(drop),
            Shape::Union(branches) => {
                let branch = r.index(branches.len())?;
                self.skip(branches[branch], r)
            }
            Shape::Record(fields) => {
                r.nested(|r| fields.iter().try_for_each(|field| self.skip(*field, r)))
            }
            Shape::Array { item, min_size } => r.nested(|r| {
                let mut items = Items::new(*min_size);
                while items.next(r)? {
                    self.skip(*item, r)?;
                }
                Ok(())
            }),
            Shape::Map { value, min_size } => r.nested(|r| {
                let mut items = Items::new(*min_size);
                while items.next(r)? {
                    r.bytes()?;
                    self.skip(*value, r)?;
                }
                Ok(())
            }),
        }
    }

    /// Moves behind values of those types.
    pub(super) fn skip_all(&self, ids: &[TypeId], r: &mut Reader<'_>) -> Result<(), DecodeError> {
        ids.iter().try_for_each(|id| self.skip(*id, r))
    }

    /// Moves behind values of those types and appends their bytes.
    pub(super) fn copy_all(
        &self,
        ids: &[TypeId],
        r: &mut Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let before = r.rest();
        self.skip_all(ids, r)?;
        out.extend_from_slice(&before[..before.len() - r.remaining()]);
        Ok(())
    }
}
