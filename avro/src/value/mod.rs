//! Values of any schema, for tests and for tools that have no generated type.

mod decode;
mod random;

pub use random::{Random, random};

use crate::codec::write;

/// A value, laid out as its encoding is. Its schema is kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of `null`.
    Null,
    /// Of `boolean`.
    Boolean(bool),
    /// Of `int`.
    Int(i32),
    /// Of `long`.
    Long(i64),
    /// Of `float`.
    Float(f32),
    /// Of `double`.
    Double(f64),
    /// Of `bytes`.
    Bytes(Vec<u8>),
    /// Of `string`.
    String(String),
    /// The items of an array.
    Array(Vec<Value>),
    /// The entries of a map, in the order of the encoding.
    Map(Vec<(String, Value)>),
    /// A branch of a union, by position, and its value.
    Union(usize, Box<Value>),
    /// The fields of a record, in order.
    Record(Vec<Value>),
    /// A symbol of an enum, by position.
    Enum(usize),
    /// The bytes of a fixed.
    Fixed(Vec<u8>),
}

impl Value {
    /// Appends the binary encoding.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => {}
            Self::Boolean(value) => write::boolean(*value, out),
            Self::Int(value) => write::int(*value, out),
            Self::Long(value) => write::long(*value, out),
            Self::Float(value) => write::float(*value, out),
            Self::Double(value) => write::double(*value, out),
            Self::Bytes(value) => write::bytes(value, out),
            Self::String(value) => write::string(value, out),
            Self::Array(items) => {
                if !items.is_empty() {
                    write::block(items.len(), out);
                    for item in items {
                        item.encode(out);
                    }
                }
                write::block(0, out);
            }
            Self::Map(entries) => {
                if !entries.is_empty() {
                    write::block(entries.len(), out);
                    for (key, value) in entries {
                        write::string(key, out);
                        value.encode(out);
                    }
                }
                write::block(0, out);
            }
            Self::Union(branch, value) => {
                write::index(*branch, out);
                value.encode(out);
            }
            Self::Record(fields) => fields.iter().for_each(|field| field.encode(out)),
            Self::Enum(symbol) => write::index(*symbol, out),
            Self::Fixed(bytes) => out.extend_from_slice(bytes),
        }
    }

    /// The binary encoding in a buffer of its own.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }
}
