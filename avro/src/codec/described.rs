//! The schema of a generated type.

use super::{
    Bytes, Codec, Date, Decimal, Duration, LocalTimestampMicros, LocalTimestampMillis,
    LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros, TimestampMillis, TimestampNanos,
    Uuid,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A type that knows its schema.
pub trait Described: Codec {
    /// The schema as JSON; every named type that it mentions is defined inside.
    fn schema_json() -> Cow<'static, str>;
}

macro_rules! described {
    ($($type:ty => $json:literal),* $(,)?) => {
        $(impl Described for $type {
            fn schema_json() -> Cow<'static, str> {
                Cow::Borrowed($json)
            }
        })*
    };
}

described! {
    () => r#""null""#,
    bool => r#""boolean""#,
    i32 => r#""int""#,
    i64 => r#""long""#,
    f32 => r#""float""#,
    f64 => r#""double""#,
    String => r#""string""#,
    Bytes => r#""bytes""#,
    Uuid => r#"{"type":"string","logicalType":"uuid"}"#,
    Date => r#"{"type":"int","logicalType":"date"}"#,
    TimeMillis => r#"{"type":"int","logicalType":"time-millis"}"#,
    TimeMicros => r#"{"type":"long","logicalType":"time-micros"}"#,
    TimestampMillis => r#"{"type":"long","logicalType":"timestamp-millis"}"#,
    TimestampMicros => r#"{"type":"long","logicalType":"timestamp-micros"}"#,
    TimestampNanos => r#"{"type":"long","logicalType":"timestamp-nanos"}"#,
    LocalTimestampMillis => r#"{"type":"long","logicalType":"local-timestamp-millis"}"#,
    LocalTimestampMicros => r#"{"type":"long","logicalType":"local-timestamp-micros"}"#,
    LocalTimestampNanos => r#"{"type":"long","logicalType":"local-timestamp-nanos"}"#,
    Duration => r#"{"type":"fixed","name":"duration","size":12,"logicalType":"duration"}"#,
}

/// Alone, a decimal has the greatest precision there is.
impl<const S: u32> Described for Decimal<S> {
    fn schema_json() -> Cow<'static, str> {
        format!(r#"{{"type":"bytes","logicalType":"decimal","precision":38,"scale":{S}}}"#).into()
    }
}

impl<T: Described> Described for Vec<T> {
    fn schema_json() -> Cow<'static, str> {
        format!(r#"{{"type":"array","items":{}}}"#, T::schema_json()).into()
    }
}

impl<T: Described> Described for BTreeMap<String, T> {
    fn schema_json() -> Cow<'static, str> {
        format!(r#"{{"type":"map","values":{}}}"#, T::schema_json()).into()
    }
}

impl<T: Described> Described for Option<T> {
    fn schema_json() -> Cow<'static, str> {
        format!(r#"["null",{}]"#, T::schema_json()).into()
    }
}

impl<T: Described> Described for Box<T> {
    fn schema_json() -> Cow<'static, str> {
        T::schema_json()
    }
}
