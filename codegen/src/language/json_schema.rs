//! The table of the language as a JSON Schema (draft 2020-12), for completion and hovers in
//! editors.

use serde_json::{Map, Value, json};

use super::shape::{Key, Kind, Names, Shape};
use crate::{emit::EmitError, files::Files, model::Model};

/// Writes `catalog.schema.json`, which editors complete catalog documents by.
///
/// # Errors
/// When another emitter wrote it.
pub(crate) fn emit(_model: &Model, files: &mut Files) -> Result<(), EmitError> {
    files.add("catalog.schema.json", format!("{:#}\n", json_schema()))?;
    Ok(())
}

/// The schema of one catalog document.
pub fn json_schema() -> Value {
    let kinds: Vec<Value> = super::KINDS.iter().map(|kind| document(kind)).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Herald catalog document",
        "description": "One object of an event catalog. The first key says what it declares.",
        "oneOf": kinds,
    })
}

fn document(kind: &Kind) -> Value {
    let mut schema = object(kind.keys);
    if let Value::Object(map) = &mut schema {
        let name = with_description(
            self::name(kind.name),
            &format!("{} This is its name.", kind.doc),
        );
        if let Some(Value::Object(properties)) = map.get_mut("properties") {
            properties.shift_insert(0, kind.word.into(), name);
        }
        let required = kind.keys.iter().filter(|k| k.required).map(|k| k.name);
        map.insert(
            "required".into(),
            std::iter::once(kind.word).chain(required).collect(),
        );
        map.shift_insert(0, "title".into(), kind.word.into());
        map.shift_insert(1, "description".into(), kind.doc.into());
    }
    schema
}

fn object(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|k| (k.name.to_owned(), with_description(shape(&k.shape), k.doc)))
        .collect();
    let required: Vec<&str> = keys.iter().filter(|k| k.required).map(|k| k.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn with_description(mut schema: Value, doc: &str) -> Value {
    if let Value::Object(map) = &mut schema {
        map.insert("description".into(), doc.into());
    }
    schema
}

fn name(names: Names) -> Value {
    match names {
        Names::Avro => json!({ "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }),
        Names::Dotted => json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$" }),
        Names::Header => {
            json!({ "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,254}$" })
        }
        Names::Free => json!({ "type": "string" }),
    }
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Name(names) => name(*names),
        Shape::Of(_) => json!({ "type": "string" }),
        Shape::Whole(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Duration => json!({ "type": "string", "pattern": r"^\d+(ms|s|m|h|d)$" }),
        Shape::Retention => json!({ "type": "string", "pattern": r"^(\d+(ms|s|m|h|d)|forever)$" }),
        Shape::Backoff => {
            json!({ "type": "string", "pattern": r"^\d+(ms|s|m|h|d)\.\.\d+(ms|s|m|h|d)$" })
        }
        Shape::Type => json!({
            "anyOf": [
                { "type": "string" },
                { "type": "array", "minItems": 1, "maxItems": 1 },
            ]
        }),
        Shape::Json => json!({}),
        Shape::List(item) => json!({ "type": "array", "items": self::shape(item) }),
        Shape::OneOrMore(item) => {
            let item = self::shape(item);
            json!({ "anyOf": [item, { "type": "array", "items": item }] })
        }
        Shape::Map(names, value) => json!({
            "type": "object",
            "propertyNames": name(*names),
            "additionalProperties": self::shape(value),
        }),
        Shape::MapOf(_, value) => {
            json!({ "type": "object", "additionalProperties": self::shape(value) })
        }
        Shape::Object(keys) => object(keys),
        Shape::Either(one, other) => {
            json!({ "anyOf": [self::shape(one), self::shape(other)] })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::json_schema;

    /// Every property of every kind says what it means.
    fn described(schema: &Value, path: &str) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let doc = property.get("description").and_then(Value::as_str);
                assert!(
                    doc.is_some_and(|d| d.ends_with('.')),
                    "{path}.{name}: {doc:?}"
                );
                described(property, &format!("{path}.{name}"));
            }
        }
        for inside in ["items", "additionalProperties"] {
            if let Some(schema) = schema.get(inside) {
                described(schema, path);
            }
        }
        for choice in ["anyOf", "oneOf"] {
            let schemas = schema.get(choice).and_then(Value::as_array);
            schemas
                .into_iter()
                .flatten()
                .for_each(|s| described(s, path));
        }
    }

    #[test]
    fn every_key_is_documented() {
        let schema = json_schema();
        assert_eq!(
            schema["oneOf"].as_array().map(Vec::len),
            Some(crate::language::KINDS.len())
        );
        described(&schema, "");
    }
}
