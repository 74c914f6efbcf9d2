//! Avro JSON.

use super::{double, float};
use crate::codec::DecodeError;
use crate::schema::{Kind, Schema, TypeId};
use crate::value::Value;
use serde_json::{Map, Value as Json};

/// The Avro JSON of one datum.
///
/// # Errors
/// Bytes that are no datum of the schema.
pub fn avro_to_json(schema: &Schema, bytes: &[u8]) -> Result<Json, DecodeError> {
    Value::decode(schema, bytes).map(|value| json(schema, schema.root(), &value))
}

/// The Avro JSON of a value of the schema.
pub(crate) fn value_to_json(schema: &Schema, value: &Value) -> Json {
    json(schema, schema.root(), value)
}

fn json(schema: &Schema, id: TypeId, value: &Value) -> Json {
    match (value, schema.kind(id)) {
        (Value::Boolean(value), _) => Json::from(*value),
        (Value::Int(value), _) => Json::from(*value),
        (Value::Long(value), _) => Json::from(*value),
        (Value::Float(value), _) => float(*value),
        (Value::Double(value), _) => double(*value),
        (Value::String(value), _) => Json::from(value.clone()),
        (Value::Bytes(bytes) | Value::Fixed(bytes), _) => bytes
            .iter()
            .map(|byte| char::from(*byte))
            .collect::<String>()
            .into(),
        (Value::Enum(symbol), Kind::Enum(symbols)) => symbols.symbols[*symbol].clone().into(),
        (Value::Array(items), Kind::Array(item)) => items
            .iter()
            .map(|value| json(schema, *item, value))
            .collect(),
        (Value::Map(entries), Kind::Map(values)) => {
            let entry =
                |(key, value): &(String, Value)| (key.clone(), json(schema, *values, value));
            Json::Object(entries.iter().map(entry).collect())
        }
        (Value::Record(fields), Kind::Record(record)) => {
            let pairs = record.fields.iter().zip(fields);
            let pair =
                pairs.map(|(field, value)| (field.name.clone(), json(schema, field.schema, value)));
            Json::Object(pair.collect())
        }
        (Value::Union(branch, value), Kind::Union(branches)) => {
            let id = branches[*branch];
            match json(schema, id, value) {
                Json::Null => Json::Null,
                value => Json::Object(Map::from_iter([(schema.type_name(id).to_owned(), value)])),
            }
        }
        _ => Json::Null,
    }
}
