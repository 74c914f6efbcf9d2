//! What can be checked only once every name is known: unions and defaults.

use super::super::{Kind, Schema, SchemaError};
use crate::default;
use std::collections::HashSet;

/// Checks a linked schema; `places` says where each type stands in the text.
pub(super) fn check(schema: &Schema, places: &[String]) -> Vec<SchemaError> {
    let mut errors = Vec::new();
    for (one, place) in schema.types.iter().zip(places) {
        match &one.kind {
            Kind::Union(branches) => {
                let mut seen = HashSet::new();
                for (position, branch) in branches.iter().enumerate() {
                    let name = schema.type_name(*branch);
                    let problem = if matches!(schema.kind(*branch), Kind::Union(_)) {
                        Some("a union directly inside a union".to_owned())
                    } else if seen.insert(name) {
                        None
                    } else {
                        Some(format!("the union has a branch {name} already"))
                    };
                    let path = format!("{place}/{position}");
                    errors.extend(problem.map(|message| SchemaError { path, message }));
                }
            }
            Kind::Record(record) => {
                for (position, field) in record.fields.iter().enumerate() {
                    let Some(value) = &field.default else {
                        continue;
                    };
                    if !default::is_valid(schema, field.schema, value) {
                        let path = format!("{place}/fields/{position}/default");
                        let kind = schema.type_name(field.schema);
                        let message = format!(
                            "{value} is no default for the field {:?} of type {kind}",
                            field.name
                        );
                        errors.push(SchemaError { path, message });
                    }
                }
            }
            _ => {}
        }
    }
    errors
}
