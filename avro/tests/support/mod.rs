//! What several test programs share.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub(crate) mod damage;
pub(crate) mod described;
pub(crate) mod java;
pub(crate) mod schemas;

use serde_json::Value;
use std::path::{Path, PathBuf};

/// The bytes as hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |digit: u8| char::from_digit(u32::from(digit), 16).unwrap();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Equality of JSON where numbers are equal if they are the same float: Java does
/// not always write the shortest text.
pub(crate) fn same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            let (Some(x), Some(y)) = (a.as_f64(), b.as_f64()) else {
                return false;
            };
            let shortest = (y as f32).to_string().parse() == Ok(y);
            a == b
                || x.to_bits() == y.to_bits()
                || (shortest && (x as f32).to_bits() == (y as f32).to_bits())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let entry = |(key, a)| b.get(key).is_some_and(|b| same_json(a, b));
            a.len() == b.len() && a.iter().all(entry)
        }
        _ => one == other,
    }
}

/// The whole collection of pairs where it lies beside the checkout, else the part that
/// ships with the repository; and where that is.
pub(crate) fn pairs() -> (PathBuf, String) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = here.join("tests/data/pairs.jsonl");
    let whole = here.join("../../shared/inputs/avro-pairs.jsonl");
    let file = if whole.exists() { whole } else { shipped };
    let text = std::fs::read_to_string(&file).unwrap();
    (file, text)
}
