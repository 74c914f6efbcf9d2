//! Types and fields, as Avro has them and as Rust sees them.

use std::sync::Arc;

use serde_json::Value;

use super::Source;

/// A type as a field uses it.
///
/// A union is always [`Type::Named`]: its [`TypeDef`] carries the name that Rust needs and Avro has
/// not. Only null-or-one-type is [`Type::Optional`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Avro `null`; only a branch of a union.
    Null,
    /// Avro `boolean`, Rust `bool`.
    Boolean,
    /// Avro `int`, Rust `i32`.
    Int,
    /// Avro `long`, Rust `i64`.
    Long,
    /// Avro `float`, Rust `f32`.
    Float,
    /// Avro `double`, Rust `f64`.
    Double,
    /// Avro `bytes`.
    Bytes,
    /// Avro `string`, Rust `String`.
    String,
    /// Logical type `uuid` over `string`.
    Uuid,
    /// Logical type `date` over `int`.
    Date,
    /// Logical type `time-millis` over `int`.
    TimeMillis,
    /// Logical type `time-micros` over `long`.
    TimeMicros,
    /// Logical type `timestamp-millis` over `long`.
    TimestampMillis,
    /// Logical type `timestamp-micros` over `long`.
    TimestampMicros,
    /// Logical type `timestamp-nanos` over `long`.
    TimestampNanos,
    /// Logical type `local-timestamp-millis` over `long`.
    LocalTimestampMillis,
    /// Logical type `local-timestamp-micros` over `long`.
    LocalTimestampMicros,
    /// Logical type `local-timestamp-nanos` over `long`.
    LocalTimestampNanos,
    /// Logical type `decimal` over `bytes`.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u32,
        /// Digits after the point, at most `precision`.
        scale: u32,
    },
    /// A fixed number of bytes, with or without a logical type; named in Avro, not in Rust.
    Fixed(Arc<Fixed>),
    /// Null or the type inside, which is neither null, nor optional, nor a union.
    Optional {
        /// The other branch.
        inner: Box<Type>,
        /// Whether `null` is the first branch: always, except in payloads from `.avsc` files.
        null_first: bool,
    },
    /// Avro `array`, Rust `Vec`.
    Array(Box<Type>),
    /// Avro `map`, Rust `BTreeMap<String, T>`.
    Map(Box<Type>),
    /// A record, enum or union of [`super::Model::types`], by name.
    Named(String),
    /// Same on the wire as the type inside; a `Box` in Rust, which gives a recursive type a size.
    Boxed(Box<Type>),
}

impl Type {
    /// Whether it is the named type of that name, or null or that.
    pub fn names(&self, name: &str) -> bool {
        match self {
            Type::Named(own) => own == name,
            Type::Optional { inner, .. } => inner.names(name),
            _ => false,
        }
    }

    /// The type without a `Box` around it.
    pub fn unboxed(&self) -> &Type {
        match self {
            Type::Boxed(inner) => inner.unboxed(),
            other => other,
        }
    }
}

/// A fixed number of bytes. Avro names it; Rust uses `[u8; N]` or the logical type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// Name without namespace.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Number of bytes.
    pub size: usize,
    /// What the bytes mean.
    pub logical: Option<FixedLogical>,
}

/// Logical type over a fixed number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixedLogical {
    /// `uuid` over 16 bytes.
    Uuid,
    /// `duration` over 12 bytes: months, days, milliseconds.
    Duration,
    /// `decimal`.
    Decimal {
        /// Digits in all.
        precision: u32,
        /// Digits after the point.
        scale: u32,
    },
}

/// A type with a name: shared (`type:`), or owned by a field.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Name, unique among types, events and commands after case conversion.
    pub name: String,
    /// Avro namespace. A union has one in the model only.
    pub namespace: String,
    /// Avro name without namespace where it is another: several types of a `.avsc` file may share
    /// one.
    pub avro_name: Option<String>,
    /// Rust name of the type, `OrderLine`.
    pub rust: String,
    /// Rust module and file stem, `order_line`.
    pub module: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names, as written.
    pub aliases: Vec<String>,
    /// Version, where the catalog counts one.
    pub version: Option<u32>,
    /// Name of the record whose field owns the type; such a type is written with its owner.
    pub owner: Option<String>,
    /// What it is.
    pub kind: TypeKind,
    /// Where it was declared.
    pub source: Source,
}

impl TypeDef {
    /// Avro full name.
    pub fn full_name(&self) -> String {
        full_name(&self.namespace, self.simple_name())
    }

    /// Avro name without namespace.
    pub fn simple_name(&self) -> &str {
        self.avro_name.as_deref().unwrap_or(&self.name)
    }
}

/// Joins a namespace and a name.
pub(crate) fn full_name(namespace: &str, name: &str) -> String {
    if namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

/// What a named type is.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// A record.
    Record(Record),
    /// An enum.
    Enum(EnumDef),
    /// A union of two types or more.
    Union(UnionDef),
    /// A fixed number of bytes declared by `fixed: N`; fields use it as [`Type::Fixed`].
    Fixed(Arc<Fixed>),
}

/// The fields of a record, an event or a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Fields in the order of the wire.
    pub fields: Vec<Field>,
}

impl Record {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in Avro.
    pub name: String,
    /// Name in Rust, keywords escaped.
    pub rust: String,
    /// Type.
    pub ty: Type,
    /// Documentation.
    pub doc: Option<String>,
    /// Value for readers whose writer has no such field. A nullable field has `null` unless the
    /// catalog says otherwise.
    pub default: Option<Box<FieldDefault>>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Version of the message that added it.
    pub added: Option<u32>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// Regular expression that its text matches.
    pub pattern: Option<String>,
    /// Unit of its number, such as `ms` or `EUR`.
    pub unit: Option<String>,
    /// Whether it holds personal data.
    pub pii: bool,
    /// Line in the source file, from 1.
    pub line: u32,
}

/// A validated default.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldDefault {
    /// As people write it: decimals as text, timestamps as RFC 3339.
    pub plain: Value,
    /// As an Avro schema writes it.
    pub avro: Value,
}

/// Symbols of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumDef {
    /// Symbols in the order of the wire.
    pub symbols: Vec<Symbol>,
    /// Symbol that readers put for one they do not know.
    pub default: Option<String>,
}

/// One symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Name in Avro.
    pub name: String,
    /// Name of the Rust variant.
    pub rust: String,
    /// Documentation.
    pub doc: Option<String>,
}

/// Branches of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionDef {
    /// Branches in the order of the wire; `null` among them is a variant like any other.
    pub variants: Vec<Variant>,
}

/// One branch of a union.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Name of the Rust variant: the type's own, such as `Card`, `String` or `TimestampMillis`.
    pub rust: String,
    /// Type; [`Type::Null`] makes a variant without a value.
    pub ty: Type,
}
