//! The schema model.
//!
//! A [`Schema`] is an arena of types; a type refers to its parts by [`TypeId`],
//! so that recursive schemas need no special case. [`parse`] reads the JSON form
//! and reports every error it finds.

mod attributes;
mod error;
mod index;
mod logical;
mod name;
mod parse;
mod print;
mod same;
mod size;

pub use attributes::Attributes;
pub use error::SchemaError;
pub(crate) use index::{BranchIndex, FieldIndex};
pub use logical::Logical;
pub use name::Name;
pub use parse::parse;
pub(crate) use same::same;
pub(crate) use size::min_sizes;

use serde_json::Value;
use std::collections::HashMap;

/// A parsed schema. [`Schema::root`] is the type it describes.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) types: Vec<Type>,
    pub(crate) root: TypeId,
    /// Whether any field has an alias.
    pub(crate) has_field_aliases: bool,
    /// Where to look in large unions.
    pub(crate) large_unions: HashMap<TypeId, BranchIndex>,
}

/// A type of one schema. Two mentions of a named type have the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);

/// One type: what it is, and what was said about it.
#[derive(Clone, Debug)]
pub struct Type {
    /// What values look like.
    pub kind: Kind,
    /// The logical type, if valid for the kind; an invalid one is ignored, as
    /// the specification asks, and stays in [`attributes`](Type::attributes).
    pub logical: Option<Logical>,
    /// Attributes that Avro does not reserve, in order; `logicalType` included.
    pub attributes: Attributes,
}

/// Avro's types.
#[derive(Clone, Debug)]
pub enum Kind {
    /// No value.
    Null,
    /// True or false.
    Boolean,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// IEEE 754, 32 bits.
    Float,
    /// IEEE 754, 64 bits.
    Double,
    /// A sequence of bytes.
    Bytes,
    /// Unicode text.
    String,
    /// A sequence of items.
    Array(TypeId),
    /// Text keys and values.
    Map(TypeId),
    /// One of several types.
    Union(Vec<TypeId>),
    /// Named fields.
    Record(Record),
    /// One of several symbols.
    Enum(Enum),
    /// A fixed number of bytes.
    Fixed(Fixed),
}

/// A record type.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name.
    pub name: Name,
    /// Former names that a reader accepts.
    pub aliases: Vec<Name>,
    /// Documentation.
    pub doc: Option<String>,
    /// Fields, in the order of the encoding.
    pub fields: Vec<Field>,
    /// Declared as `error`, which encodes like a record.
    pub is_error: bool,
    pub(crate) by_name: FieldIndex,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Former names that a reader accepts.
    pub aliases: Vec<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Type of its values.
    pub schema: TypeId,
    /// The value that a reader assumes where the writer has none, as JSON.
    pub default: Option<Value>,
    /// How values are compared.
    pub order: Order,
    /// Attributes that Avro does not reserve, in order.
    pub attributes: Attributes,
}

/// How a field takes part in the comparison of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The smaller value first.
    #[default]
    Ascending,
    /// The greater value first.
    Descending,
    /// Not at all.
    Ignore,
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Former names that a reader accepts.
    pub aliases: Vec<Name>,
    /// Documentation.
    pub doc: Option<String>,
    /// Symbols, in the order of the encoding.
    pub symbols: Vec<String>,
    /// The symbol that a reader assumes for one it does not know.
    pub default: Option<String>,
}

/// A fixed type.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// Its name.
    pub name: Name,
    /// Former names that a reader accepts.
    pub aliases: Vec<Name>,
    /// Documentation.
    pub doc: Option<String>,
    /// Bytes of each value.
    pub size: usize,
}

impl Schema {
    /// The type that the schema describes.
    pub fn root(&self) -> TypeId {
        self.root
    }

    /// The type of that id.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// What values of that type look like.
    pub fn kind(&self, id: TypeId) -> &Kind {
        &self.get(id).kind
    }

    /// The full name of a named type, the name of Avro's type of any other.
    pub fn type_name(&self, id: TypeId) -> &str {
        let kind = self.kind(id);
        kind.name().map_or_else(|| kind.keyword(), Name::full)
    }
}

impl Kind {
    /// What `type` says in JSON.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Record(record) if record.is_error => "error",
            Self::Record(_) => "record",
            Self::Enum(_) => "enum",
            Self::Fixed(_) => "fixed",
        }
    }

    /// The name of a record, enum or fixed.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Record(record) => Some(&record.name),
            Self::Enum(symbols) => Some(&symbols.name),
            Self::Fixed(fixed) => Some(&fixed.name),
            _ => None,
        }
    }

    /// Former names of a record, enum or fixed.
    pub fn aliases(&self) -> &[Name] {
        match self {
            Self::Record(record) => &record.aliases,
            Self::Enum(symbols) => &symbols.aliases,
            Self::Fixed(fixed) => &fixed.aliases,
            _ => &[],
        }
    }
}

impl Record {
    /// Position of the field of that name.
    pub fn position(&self, name: &str) -> Option<usize> {
        match &self.by_name.0 {
            Some(positions) => positions.get(name).copied(),
            None => self.fields.iter().position(|field| field.name == name),
        }
    }

    /// To be called when names of fields have changed.
    pub(crate) fn reindex(&mut self) {
        self.by_name = FieldIndex::of(&self.fields);
    }
}

/// The JSON form, each named type defined where it is first mentioned.
impl std::fmt::Display for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_json().fmt(f)
    }
}
