//! Reading the JSON form of a schema.

mod build;
mod check;

use super::{Schema, SchemaError};
use serde_json::Value;

/// Parses the JSON form of a schema. Names may be used before they are defined.
///
/// # Errors
/// Every error found, in the order of the text; errors that only show once names
/// are known come last.
pub fn parse(json: &str) -> Result<Schema, Vec<SchemaError>> {
    let value: Value = serde_json::from_str(json).map_err(|error| {
        vec![SchemaError {
            path: String::new(),
            message: format!("not JSON: {error}"),
        }]
    })?;
    from_value(&value)
}

fn from_value(value: &Value) -> Result<Schema, Vec<SchemaError>> {
    let (schema, places, mut errors) = build::build(value);
    if errors.is_empty() {
        errors = check::check(&schema, &places);
    }
    if errors.is_empty() {
        Ok(schema)
    } else {
        Err(errors)
    }
}

impl Schema {
    /// As [`parse`], from JSON that was read already.
    ///
    /// # Errors
    /// As [`parse`].
    pub fn from_json(value: &Value) -> Result<Self, Vec<SchemaError>> {
        from_value(value)
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
