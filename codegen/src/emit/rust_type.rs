//! How Rust writes a type of the catalog.

use super::{imports::Imports, index::Index};
use crate::model::{Fixed, FixedLogical, Type};

/// The type as a field declares it; imports what it needs.
pub(super) fn rust_type(index: &Index<'_>, ty: &Type, imports: &mut Imports) -> String {
    let mut inner = |ty: &Type| rust_type(index, ty, imports);
    match ty {
        Type::Null => "()".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Int => "i32".to_owned(),
        Type::Long => "i64".to_owned(),
        Type::Float => "f32".to_owned(),
        Type::Double => "f64".to_owned(),
        Type::String => imports.prelude("String"),
        Type::Decimal { scale, .. } => format!("{}<{scale}>", imports.codec("Decimal")),
        Type::Fixed(fixed) => fixed_type(fixed, imports),
        Type::Optional { inner: ty, .. } => {
            let inner = inner(ty);
            format!("{}<{inner}>", imports.prelude("Option"))
        }
        Type::Array(items) => {
            let items = inner(items);
            format!("{}<{items}>", imports.prelude("Vec"))
        }
        Type::Map(values) => {
            let values = inner(values);
            let map = imports.item("std::collections", "BTreeMap");
            format!("{map}<{}, {values}>", imports.prelude("String"))
        }
        Type::Boxed(ty) => {
            let inner = inner(ty);
            format!("{}<{inner}>", imports.prelude("Box"))
        }
        Type::Named(name) => match index.model().types.get(name) {
            Some(def) => imports.generated(index.home(def), &def.rust),
            None => name.clone(),
        },
        logical => imports.codec(codec_name(logical)),
    }
}

fn fixed_type(fixed: &Fixed, imports: &mut Imports) -> String {
    match fixed.logical {
        None => format!("[u8; {}]", fixed.size),
        Some(FixedLogical::Uuid) => imports.codec("Uuid"),
        Some(FixedLogical::Duration) => imports.codec("Duration"),
        Some(FixedLogical::Decimal { scale, .. }) => {
            format!("{}<{scale}>", imports.codec("Decimal"))
        }
    }
}

/// The codec's type for `bytes` and the logical types without parameters.
fn codec_name(ty: &Type) -> &'static str {
    match ty {
        Type::Uuid => "Uuid",
        Type::Date => "Date",
        Type::TimeMillis => "TimeMillis",
        Type::TimeMicros => "TimeMicros",
        Type::TimestampMillis => "TimestampMillis",
        Type::TimestampMicros => "TimestampMicros",
        Type::TimestampNanos => "TimestampNanos",
        Type::LocalTimestampMillis => "LocalTimestampMillis",
        Type::LocalTimestampMicros => "LocalTimestampMicros",
        Type::LocalTimestampNanos => "LocalTimestampNanos",
        _ => "Bytes",
    }
}

/// An expression for the text of a value, where the type has one; `value` is a place.
pub(super) fn text_of(index: &Index<'_>, ty: &Type, value: &str) -> Option<String> {
    match ty.unboxed() {
        Type::String => Some(format!("{value}.clone()")),
        Type::Named(name) => {
            let def = index.model().types.get(name)?;
            let is_enum = matches!(def.kind, crate::model::TypeKind::Enum(_));
            is_enum.then(|| format!("{value}.to_string()"))
        }
        Type::Null | Type::Optional { .. } | Type::Array(_) | Type::Map(_) => None,
        Type::Fixed(fixed) if fixed.logical.is_none() => None,
        _ => Some(format!("{value}.to_string()")),
    }
}
