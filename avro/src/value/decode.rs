//! Decoding a value of any schema.

use super::Value;
use crate::codec::{DecodeError, Items, MAX_DEPTH, Reader};
use crate::schema::{Kind, Schema, TypeId, min_sizes};

impl Value {
    /// Decodes one datum of the schema, which fills `bytes` entirely.
    ///
    /// # Errors
    /// Whatever the bytes, an error and never a panic.
    pub fn decode(schema: &Schema, bytes: &[u8]) -> Result<Self, DecodeError> {
        let decoder = Decoder {
            schema,
            sizes: min_sizes(schema),
        };
        // Records and unions count as levels here, other than in generated types.
        let mut reader = Reader::with_depth(bytes, 2 * MAX_DEPTH);
        let value = decoder.value(schema.root(), &mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

struct Decoder<'a> {
    schema: &'a Schema,
    sizes: Vec<usize>,
}

impl Decoder<'_> {
    fn value(&self, id: TypeId, r: &mut Reader<'_>) -> Result<Value, DecodeError> {
        Ok(match self.schema.kind(id) {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(r.boolean()?),
            Kind::Int => Value::Int(r.int()?),
            Kind::Long => Value::Long(r.long()?),
            Kind::Float => Value::Float(r.float()?),
            Kind::Double => Value::Double(r.double()?),
            Kind::Bytes => Value::Bytes(r.bytes()?.to_vec()),
            Kind::String => Value::String(r.string()?.to_owned()),
            Kind::Fixed(fixed) => Value::Fixed(r.take(fixed.size)?.to_vec()),
            Kind::Enum(symbols) => Value::Enum(r.index(symbols.symbols.len())?),
            Kind::Union(branches) => {
                let branch = r.index(branches.len())?;
                let value = r.nested(|r| self.value(branches[branch], r))?;
                Value::Union(branch, Box::new(value))
            }
            Kind::Array(item) => Value::Array(r.nested(|r| {
                let mut walk = Items::new(self.sizes[item.0 as usize]);
                let mut items = Vec::new();
                while walk.next(r)? {
                    items.push(self.value(*item, r)?);
                }
                Ok(items)
            })?),
            Kind::Map(value) => Value::Map(r.nested(|r| {
                let mut walk = Items::new(1 + self.sizes[value.0 as usize]);
                let mut entries = Vec::new();
                while walk.next(r)? {
                    let key = r.string()?.to_owned();
                    entries.push((key, self.value(*value, r)?));
                }
                Ok(entries)
            })?),
            Kind::Record(record) => Value::Record(r.nested(|r| {
                record
                    .fields
                    .iter()
                    .map(|field| self.value(field.schema, r))
                    .collect()
            })?),
        })
    }
}
