//! Logical types (Avro 1.12, "Logical Types").

use super::Kind;
use serde_json::{Map, Value};

/// What a value means beyond its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logical {
    /// A number of `precision` digits, `scale` of them after the point.
    Decimal {
        /// Digits in all.
        precision: u32,
        /// Digits after the point.
        scale: u32,
    },
    /// A decimal that carries its scale (bytes).
    BigDecimal,
    /// A UUID, over string or `fixed(16)`.
    Uuid,
    /// Days since 1970-01-01.
    Date,
    /// Milliseconds since midnight.
    TimeMillis,
    /// Microseconds since midnight.
    TimeMicros,
    /// An instant, in milliseconds.
    TimestampMillis,
    /// An instant, in microseconds.
    TimestampMicros,
    /// An instant, in nanoseconds.
    TimestampNanos,
    /// A wall clock, in milliseconds.
    LocalTimestampMillis,
    /// A wall clock, in microseconds.
    LocalTimestampMicros,
    /// A wall clock, in nanoseconds.
    LocalTimestampNanos,
    /// Months, days and milliseconds.
    Duration,
}

impl Logical {
    /// The logical type that `attributes` declare, if `kind` can carry it.
    pub(super) fn of(kind: &Kind, attributes: &Map<String, Value>) -> Option<Self> {
        let name = attributes.get("logicalType")?.as_str()?;
        let logical = match (name, kind) {
            ("decimal", Kind::Bytes) => decimal(attributes, u32::MAX)?,
            ("decimal", Kind::Fixed(fixed)) => decimal(attributes, max_precision(fixed.size))?,
            ("big-decimal", Kind::Bytes) => Self::BigDecimal,
            ("uuid", Kind::String) => Self::Uuid,
            ("uuid", Kind::Fixed(fixed)) if fixed.size == 16 => Self::Uuid,
            ("duration", Kind::Fixed(fixed)) if fixed.size == 12 => Self::Duration,
            ("date", Kind::Int) => Self::Date,
            ("time-millis", Kind::Int) => Self::TimeMillis,
            ("time-micros", Kind::Long) => Self::TimeMicros,
            ("timestamp-millis", Kind::Long) => Self::TimestampMillis,
            ("timestamp-micros", Kind::Long) => Self::TimestampMicros,
            ("timestamp-nanos", Kind::Long) => Self::TimestampNanos,
            ("local-timestamp-millis", Kind::Long) => Self::LocalTimestampMillis,
            ("local-timestamp-micros", Kind::Long) => Self::LocalTimestampMicros,
            ("local-timestamp-nanos", Kind::Long) => Self::LocalTimestampNanos,
            _ => return None,
        };
        Some(logical)
    }
}

fn decimal(attributes: &Map<String, Value>, max_precision: u32) -> Option<Logical> {
    let number = |key| u32::try_from(attributes.get(key)?.as_u64()?).ok();
    let precision = number("precision")?;
    let scale = if attributes.contains_key("scale") {
        number("scale")?
    } else {
        0
    };
    let valid = (1..=max_precision).contains(&precision) && scale <= precision;
    valid.then_some(Logical::Decimal { precision, scale })
}

/// How many decimal digits every number of `size` bytes of two's complement can hold.
fn max_precision(size: usize) -> u32 {
    let bits = (8 * size).saturating_sub(1);
    (bits as f64 * std::f64::consts::LOG10_2).floor() as u32
}
