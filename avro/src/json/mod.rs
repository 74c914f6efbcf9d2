//! Values as JSON, in two dialects.
//!
//! *Avro JSON* is the specification's encoding ("JSON Encoding"): unions are
//! tagged by type, bytes are text of one character a byte, logical types do not
//! show. *Plain JSON* is what people write over HTTP: a nullable value is itself
//! or null, a decimal is `"12.50"`, an instant is RFC 3339, bytes are base64. A
//! union's value is itself as long as its branch can be told from it, and tagged
//! as in Avro JSON otherwise.

mod avro;
mod from_plain;
mod scalar;
mod suggest;
mod to_plain;
mod unions;

pub use avro::avro_to_json;
pub(crate) use avro::value_to_json;
pub use from_plain::{JsonError, from_plain};
pub use to_plain::to_plain;
pub(crate) use to_plain::value_to_plain;

use serde_json::{Number, Value};

/// A number, or the text that stands for what JSON cannot write.
fn double(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::from("NaN"),
        None if value > 0.0 => Value::from("Infinity"),
        None => Value::from("-Infinity"),
    }
}

/// The shortest decimal that means this float, rather than its value as a double.
fn float(value: f32) -> Value {
    double(
        value
            .to_string()
            .parse()
            .unwrap_or_else(|_| f64::from(value)),
    )
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
