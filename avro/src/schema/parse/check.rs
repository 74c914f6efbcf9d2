//! What can be checked only once every name is known: unions and defaults.

use super::super::{Kind, Schema, SchemaError};
use crate::default::Defaults;
use std::collections::HashSet;

/// Names may be used before their definition, so that types could nest deeper than
/// the JSON does: deeper than the stack allows.
const MAX_DEPTH: usize = 400;

/// Whether a walk that enters each named type once goes deeper than [`MAX_DEPTH`].
fn too_deep(schema: &Schema) -> bool {
    let mut seen = HashSet::new();
    let mut todo = vec![(schema.root(), 0)];
    while let Some((id, depth)) = todo.pop() {
        let kind = schema.kind(id);
        if depth > MAX_DEPTH {
            return true;
        }
        if kind.name().is_some() && !seen.insert(id) {
            continue;
        }
        match kind {
            Kind::Array(part) | Kind::Map(part) => todo.push((*part, depth + 1)),
            Kind::Union(branches) => {
                todo.extend(branches.iter().rev().map(|branch| (*branch, depth + 1)));
            }
            Kind::Record(record) => {
                todo.extend(
                    record
                        .fields
                        .iter()
                        .rev()
                        .map(|field| (field.schema, depth + 1)),
                );
            }
            _ => {}
        }
    }
    false
}

/// Checks a linked schema; `places` says where each type stands in the text.
pub(super) fn check(schema: &Schema, places: &[String]) -> Vec<SchemaError> {
    let mut errors = Vec::new();
    if too_deep(schema) {
        let message = format!("definitions nest deeper than {MAX_DEPTH} levels");
        return vec![SchemaError {
            path: String::new(),
            message,
        }];
    }
    let mut defaults = Defaults::new(schema);
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
                    if !defaults.is_valid(field.schema, value) {
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
