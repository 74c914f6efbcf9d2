//! Defaults of fields: whether the JSON fits the type, and its encoding.
//!
//! Both follow Avro's Java library, where a default of a union may be of any
//! branch and is encoded as the first branch that accepts its kind of JSON.

use crate::codec::write;
use crate::schema::{Kind, Schema, TypeId};
use serde_json::Value;

/// Bounds the depth of defaults that refer to themselves.
const MAX_DEPTH: u32 = 64;
/// Bounds the work on all defaults of a schema: records of defaults of records can
/// double it with every level.
const MAX_STEPS: u32 = 1 << 20;
/// The largest default of a fixed, and the most bytes of all defaults.
const MAX_BYTES: usize = 4 << 20;

/// Looks at the defaults of one schema, within bounds for all of them.
#[derive(Debug)]
pub(crate) struct Defaults<'a> {
    schema: &'a Schema,
    steps: u32,
    bytes: usize,
}

impl<'a> Defaults<'a> {
    pub(crate) fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            steps: MAX_STEPS,
            bytes: MAX_BYTES,
        }
    }

    /// With so few steps that many fields may be looked at by themselves.
    pub(crate) fn brief(schema: &'a Schema) -> Self {
        Self {
            steps: 1 << 10,
            ..Self::new(schema)
        }
    }

    /// Whether `value` may be the default of a field of type `id`.
    pub(crate) fn is_valid(&mut self, id: TypeId, value: &Value) -> bool {
        if let (Kind::Float | Kind::Double, Value::String(text)) = (self.schema.kind(id), value) {
            return not_finite(text).is_some();
        }
        self.check(id, value, MAX_DEPTH)
    }

    /// Appends the encoding of `value`, the default of a field of type `id`.
    pub(crate) fn encode(
        &mut self,
        id: TypeId,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<(), DefaultError> {
        let before = out.len();
        self.encode_part(id, value, out, MAX_DEPTH)?;
        let left = self.bytes.checked_sub(out.len() - before);
        self.bytes = left.ok_or(DefaultError::TooLarge)?;
        Ok(())
    }
    fn check(&mut self, id: TypeId, value: &Value, depth: u32) -> bool {
        if depth == 0 || self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        let schema = self.schema;
        match schema.kind(id) {
            Kind::Null => value.is_null(),
            Kind::Boolean => value.is_boolean(),
            Kind::Int => value
                .as_i64()
                .is_some_and(|number| i32::try_from(number).is_ok()),
            Kind::Long => value.as_i64().is_some(),
            Kind::Float | Kind::Double => value.is_number(),
            Kind::Bytes | Kind::String | Kind::Enum(_) | Kind::Fixed(_) => value.is_string(),
            Kind::Array(items) => value
                .as_array()
                .is_some_and(|all| all.iter().all(|one| self.check(*items, one, depth - 1))),
            Kind::Map(values) => value
                .as_object()
                .is_some_and(|all| all.values().all(|one| self.check(*values, one, depth - 1))),
            Kind::Union(branches) => branches
                .iter()
                .any(|branch| self.check(*branch, value, depth - 1)),
            Kind::Record(record) => value.as_object().is_some_and(|object| {
                record.fields.iter().all(|field| {
                    let part = object.get(&field.name).or(field.default.as_ref());
                    part.is_some_and(|part| self.check(field.schema, part, depth - 1))
                })
            }),
        }
    }
}

/// The numbers that JSON cannot write, as Java spells them.
fn not_finite(text: &str) -> Option<f64> {
    match text.trim() {
        "NaN" | "+NaN" | "-NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// Why a default that passed [`is_valid`] has no encoding all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DefaultError {
    #[error("{0:?} is no symbol of the enum {1}")]
    Symbol(String, String),
    #[error("the default {0} has no value for the field {1:?}")]
    Field(String, String),
    #[error("the default {0} is none of type {1}")]
    Type(String, String),
    #[error("the default refers to itself without end")]
    Endless,
    #[error("the default is larger than 4 MB")]
    TooLarge,
}

impl Defaults<'_> {
    fn encode_part(
        &mut self,
        id: TypeId,
        value: &Value,
        out: &mut Vec<u8>,
        depth: u32,
    ) -> Result<(), DefaultError> {
        if depth == 0 || self.steps == 0 {
            return Err(DefaultError::Endless);
        }
        if out.len() > MAX_BYTES {
            return Err(DefaultError::TooLarge);
        }
        self.steps -= 1;
        match self.schema.kind(id) {
            Kind::Array(items) => {
                let all = value.as_array().ok_or_else(|| self.mismatch(id, value))?;
                open(all.len(), out);
                for one in all {
                    self.encode_part(*items, one, out, depth - 1)?;
                }
                close(all.len(), out);
            }
            Kind::Map(values) => {
                let all = value.as_object().ok_or_else(|| self.mismatch(id, value))?;
                open(all.len(), out);
                for (key, one) in all {
                    write::string(key, out);
                    self.encode_part(*values, one, out, depth - 1)?;
                }
                close(all.len(), out);
            }
            Kind::Union(branches) => {
                let fits = |branch: &TypeId| accepts(self.schema.kind(*branch), value);
                let chosen = branches.iter().position(fits);
                let chosen = chosen.ok_or_else(|| self.mismatch(id, value))?;
                write::index(chosen, out);
                self.encode_part(branches[chosen], value, out, depth - 1)?;
            }
            Kind::Record(record) => {
                for field in &record.fields {
                    let part = value.get(&field.name).or(field.default.as_ref());
                    let missing = || DefaultError::Field(value.to_string(), field.name.clone());
                    self.encode_part(field.schema, part.ok_or_else(missing)?, out, depth - 1)?;
                }
            }
            _ => self.scalar(id, value, out)?,
        }
        Ok(())
    }

    fn scalar(&self, id: TypeId, value: &Value, out: &mut Vec<u8>) -> Result<(), DefaultError> {
        let number = || number(value).ok_or_else(|| self.mismatch(id, value));
        let text = || value.as_str().ok_or_else(|| self.mismatch(id, value));
        match self.schema.kind(id) {
            Kind::Null if value.is_null() => {}
            Kind::Boolean => {
                write::boolean(
                    value.as_bool().ok_or_else(|| self.mismatch(id, value))?,
                    out,
                );
            }
            // Java narrows a number that another branch of the union allowed.
            Kind::Int => match value.as_i64() {
                Some(whole) => write::int(whole as i32, out),
                None => write::int(number()? as i32, out),
            },
            Kind::Long => match value.as_i64() {
                Some(whole) => write::long(whole, out),
                None => write::long(number()? as i64, out),
            },
            Kind::Float => write::float(number()? as f32, out),
            Kind::Double => write::double(number()?, out),
            Kind::String => write::string(text()?, out),
            Kind::Bytes => write::bytes(&latin1(text()?), out),
            Kind::Fixed(fixed) => {
                if fixed.size > self.bytes {
                    return Err(DefaultError::TooLarge);
                }
                // As Java does, a text of the wrong length is cut or filled with zeros.
                let mut bytes = latin1(text()?);
                bytes.resize(fixed.size, 0);
                out.extend_from_slice(&bytes);
            }
            Kind::Enum(symbols) => {
                let symbol = text()?;
                let position = symbols.symbols.iter().position(|other| other == symbol);
                let unknown = || DefaultError::Symbol(symbol.to_owned(), symbols.name.to_string());
                write::index(position.ok_or_else(unknown)?, out);
            }
            _ => return Err(self.mismatch(id, value)),
        }
        Ok(())
    }

    fn mismatch(&self, id: TypeId, value: &Value) -> DefaultError {
        DefaultError::Type(value.to_string(), self.schema.type_name(id).to_owned())
    }
}

fn open(count: usize, out: &mut Vec<u8>) {
    write::block(count, out);
}

/// Ends a collection; one without items has ended already.
fn close(count: usize, out: &mut Vec<u8>) {
    if count > 0 {
        write::block(0, out);
    }
}

fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str().and_then(not_finite))
}

/// Whether Java takes a union's branch of that kind for the JSON of a default.
fn accepts(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::Boolean => value.is_boolean(),
        Kind::Int | Kind::Long | Kind::Float | Kind::Double => value.is_number(),
        Kind::Bytes | Kind::String | Kind::Fixed(_) => value.is_string(),
        Kind::Array(_) | Kind::Map(_) | Kind::Union(_) | Kind::Record(_) | Kind::Enum(_) => true,
    }
}

/// One byte a character; as in Java, one beyond U+00FF becomes a question mark.
pub(crate) fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| u8::try_from(letter).unwrap_or(b'?'))
        .collect()
}
