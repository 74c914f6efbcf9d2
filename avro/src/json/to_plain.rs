//! From a datum to plain JSON.

use super::{scalar, unions};
use crate::codec::DecodeError;
use crate::schema::{Kind, Schema, TypeId};
use crate::value::Value;
use serde_json::{Map, Value as Json};

/// The plain JSON of one datum; [`from_plain`](super::from_plain) reads it back.
///
/// # Errors
/// Bytes that are no datum of the schema.
pub fn to_plain(schema: &Schema, bytes: &[u8]) -> Result<Json, DecodeError> {
    Value::decode(schema, bytes).map(|value| plain(schema, schema.root(), &value))
}

/// The plain JSON of a value of the schema.
pub(crate) fn value_to_plain(schema: &Schema, value: &Value) -> Json {
    plain(schema, schema.root(), value)
}

fn plain(schema: &Schema, id: TypeId, value: &Value) -> Json {
    match (value, schema.kind(id)) {
        (Value::Array(items), Kind::Array(item)) => items
            .iter()
            .map(|value| plain(schema, *item, value))
            .collect(),
        (Value::Map(entries), Kind::Map(values)) => {
            let entry =
                |(key, value): &(String, Value)| (key.clone(), plain(schema, *values, value));
            Json::Object(entries.iter().map(entry).collect())
        }
        (Value::Record(fields), Kind::Record(record)) => {
            let pairs = record.fields.iter().zip(fields);
            let pair = pairs
                .map(|(field, value)| (field.name.clone(), plain(schema, field.schema, value)));
            Json::Object(pair.collect())
        }
        (Value::Union(branch, value), Kind::Union(branches)) => {
            let json = plain(schema, branches[*branch], value);
            if json.is_null() || unions::tells(schema, branches, *branch, &json) {
                json
            } else {
                let tag = schema.type_name(branches[*branch]).to_owned();
                Json::Object(Map::from_iter([(tag, json)]))
            }
        }
        _ => scalar::show(schema, id, value),
    }
}
