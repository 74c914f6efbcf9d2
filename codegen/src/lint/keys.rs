//! Keys as rules see them: a field's name and type.

use crate::model::{FixedLogical, Message, Model, Type, TypeKind};

/// A key: the field of a message, the parameter or body field of a request, or a timer's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    pub(super) ty: &'a Type,
}

impl<'a> Key<'a> {
    /// The key of a message, where it has one.
    pub(super) fn of(message: &'a Message) -> Option<Self> {
        let field = message.key_field()?;
        Some(Self {
            name: &field.name,
            ty: field.ty.unboxed(),
        })
    }

    /// Whether a message carries this key in a field that is not its own key.
    pub(super) fn is_carried_by(self, message: &Message) -> bool {
        let field = message.record.field(self.name);
        field.is_some_and(|f| f.ty.unboxed() == self.ty)
    }
}

/// Why values of a type cannot be keys; `None` where they can.
///
/// A key travels as text, so equal values need equal texts, in every language that writes them.
/// Text, uuids, whole numbers, dates, times, timestamps and enums have that.
pub(super) fn why_not_a_key(model: &Model, ty: &Type) -> Option<&'static str> {
    match ty.unboxed() {
        Type::Optional { .. } | Type::Null => {
            Some("it may be null, and records without a key are spread at random")
        }
        Type::Boolean => Some("it has two values, so that two partitions would carry everything"),
        Type::Float | Type::Double => {
            Some("languages write one floating point number in several ways")
        }
        Type::Decimal { .. } => Some("12.5 and 12.50 are equal and would be different keys"),
        Type::Fixed(fixed) if fixed.logical == Some(FixedLogical::Uuid) => None,
        Type::Fixed(fixed) if fixed.logical == Some(FixedLogical::Duration) => {
            Some("a month and 30 days may or may not be equal")
        }
        Type::Bytes | Type::Fixed(_) => Some("bytes have no text"),
        Type::Array(_) | Type::Map(_) => Some("it has many values, and a key is one"),
        Type::Named(name) => match &model.types.get(name)?.kind {
            TypeKind::Record(_) => Some("it has fields, and a key is one value"),
            TypeKind::Union(_) => Some("values of its branches may have the same text"),
            TypeKind::Fixed(_) => Some("bytes have no text"),
            TypeKind::Enum(_) => None,
        },
        _ => None,
    }
}

/// A type as the catalog writes it.
pub(crate) fn describe(ty: &Type) -> String {
    let plain = match ty {
        Type::Optional { inner, .. } => return format!("{}?", describe(inner)),
        Type::Array(items) => return format!("[{}]", describe(items)),
        Type::Map(values) => return format!("map<{}>", describe(values)),
        Type::Boxed(inner) => return describe(inner),
        Type::Named(name) => return name.clone(),
        Type::Decimal { precision, scale } => return format!("decimal({precision}, {scale})"),
        Type::Fixed(fixed) if fixed.logical == Some(FixedLogical::Duration) => "duration",
        Type::Fixed(fixed) => return format!("fixed({})", fixed.size),
        Type::Null => "null",
        Type::Boolean => "boolean",
        Type::Int => "int",
        Type::Long => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes => "bytes",
        Type::String => "string",
        Type::Uuid => "uuid",
        Type::Date => "date",
        Type::TimeMillis => "time-millis",
        Type::TimeMicros => "time-micros",
        Type::TimestampMillis => "timestamp-millis",
        Type::TimestampMicros => "timestamp-micros",
        Type::TimestampNanos => "timestamp-nanos",
        Type::LocalTimestampMillis => "local-timestamp-millis",
        Type::LocalTimestampMicros => "local-timestamp-micros",
        Type::LocalTimestampNanos => "local-timestamp-nanos",
    };
    plain.to_owned()
}

/// A duration in milliseconds as the catalog writes it: the largest unit that divides it, or two
/// units where one would be long, such as `2m 30s`.
pub(crate) fn duration(ms: u64) -> String {
    const UNITS: [(u64, &str); 5] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1000, "s"),
        (1, "ms"),
    ];
    let mut rest = ms;
    let mut parts = Vec::new();
    for (size, unit) in UNITS {
        if rest >= size && parts.len() < 2 {
            parts.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() {
        "0ms".to_owned()
    } else {
        parts.join(" ")
    }
}
