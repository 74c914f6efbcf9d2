//! Types of numbers: what widens to what, and what operations give.

use crate::model::{ArithmeticOp, FixedLogical, Type};

/// Most digits of a decimal.
pub(super) const MAX_PRECISION: u32 = 38;

/// A type as expressions see it: not boxed, logical types over `fixed` as over bytes or text.
pub(super) fn plain(ty: &Type) -> Type {
    match ty {
        Type::Boxed(inner) => plain(inner),
        Type::Fixed(fixed) => match fixed.logical {
            Some(FixedLogical::Decimal { precision, scale }) => Type::Decimal { precision, scale },
            Some(FixedLogical::Uuid) => Type::Uuid,
            _ => ty.clone(),
        },
        Type::Optional { inner, .. } => nullable(plain(inner)),
        other => other.clone(),
    }
}

/// Null or the type.
pub(super) fn nullable(ty: Type) -> Type {
    match ty {
        Type::Optional { .. } => ty,
        other => Type::Optional {
            inner: Box::new(other),
            null_first: true,
        },
    }
}

/// The type without null.
pub(super) fn required(ty: &Type) -> &Type {
    match ty {
        Type::Optional { inner, .. } => inner,
        other => other,
    }
}

/// The decimal that holds every value of a number's type; none for floating point.
pub(super) fn as_decimal(ty: &Type) -> Option<(u32, u32)> {
    match ty {
        Type::Int => Some((10, 0)),
        Type::Long => Some((19, 0)),
        Type::Decimal { precision, scale } => Some((*precision, *scale)),
        _ => None,
    }
}

/// The narrowest type that both widen to; the digits of decimals may be more than 38.
pub(super) fn common(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Int | Type::Long, Type::Int | Type::Long) => Some(Type::Long),
        (Type::Float | Type::Double, Type::Float | Type::Double) => Some(Type::Double),
        (Type::Decimal { .. }, _) | (_, Type::Decimal { .. }) => {
            let ((p1, s1), (p2, s2)) = (as_decimal(a)?, as_decimal(b)?);
            let scale = s1.max(s2);
            let precision = (p1 - s1).max(p2 - s2) + scale;
            Some(Type::Decimal { precision, scale })
        }
        _ if a == b => Some(a.clone()),
        _ => None,
    }
}

/// The type of a result; the digits of decimals may be more than 38.
pub(super) fn result(op: ArithmeticOp, a: &Type, b: &Type) -> Option<Type> {
    match (op, common(a, b)?) {
        (ArithmeticOp::Multiply, Type::Decimal { .. }) => {
            let ((p1, s1), (p2, s2)) = (as_decimal(a)?, as_decimal(b)?);
            let (precision, scale) = (p1 + p2, s1 + s2);
            Some(Type::Decimal { precision, scale })
        }
        (_, Type::Decimal { precision, scale }) => Some(Type::Decimal {
            precision: precision + 1,
            scale,
        }),
        (_, number @ (Type::Long | Type::Double)) => Some(number),
        (ArithmeticOp::Add, Type::String) => Some(Type::String),
        _ => None,
    }
}

/// Whether values of a type are numbers.
pub(super) fn is_number(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Int | Type::Long | Type::Float | Type::Double | Type::Decimal { .. }
    )
}

/// Whether values of a type have an order that both engines agree on.
pub(super) fn is_ordered(ty: &Type) -> bool {
    is_number(ty)
        || matches!(
            ty,
            Type::String
                | Type::Date
                | Type::TimeMillis
                | Type::TimeMicros
                | Type::TimestampMillis
                | Type::TimestampMicros
                | Type::TimestampNanos
                | Type::LocalTimestampMillis
                | Type::LocalTimestampMicros
                | Type::LocalTimestampNanos
        )
}

/// The type as the catalog writes it.
pub(super) fn name(ty: &Type) -> String {
    match ty {
        Type::Null => "null".into(),
        Type::Boolean => "boolean".into(),
        Type::Int => "int".into(),
        Type::Long => "long".into(),
        Type::Float => "float".into(),
        Type::Double => "double".into(),
        Type::Bytes => "bytes".into(),
        Type::String => "string".into(),
        Type::Uuid => "uuid".into(),
        Type::Date => "date".into(),
        Type::TimeMillis => "time-millis".into(),
        Type::TimeMicros => "time-micros".into(),
        Type::TimestampMillis => "timestamp-millis".into(),
        Type::TimestampMicros => "timestamp-micros".into(),
        Type::TimestampNanos => "timestamp-nanos".into(),
        Type::LocalTimestampMillis => "local-timestamp-millis".into(),
        Type::LocalTimestampMicros => "local-timestamp-micros".into(),
        Type::LocalTimestampNanos => "local-timestamp-nanos".into(),
        Type::Decimal { precision, scale } => format!("decimal({precision}, {scale})"),
        Type::Fixed(fixed) => fixed.name.clone(),
        Type::Optional { inner, .. } => format!("{}?", name(inner)),
        Type::Array(items) => format!("[{}]", name(items)),
        Type::Map(values) => format!("map<{}>", name(values)),
        Type::Named(name) => name.clone(),
        Type::Boxed(inner) => name(inner),
    }
}
