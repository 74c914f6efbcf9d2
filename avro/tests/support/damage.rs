//! Damage to the JSON of a schema and to the bytes of a datum.

use herald_avro::value::Random;
use serde_json::{Value, json};

/// Changes, removes, cuts or inserts up to three times.
pub(crate) fn bytes(bytes: &mut Vec<u8>, source: &mut Random) {
    for _ in 0..source.below(4) {
        let at = source.below(bytes.len() + 1);
        match source.below(4) {
            0 if at < bytes.len() => bytes[at] = source.bits() as u8,
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.truncate(at),
            _ => bytes.insert(at, [0x80, 0xff, 0x7f, 0x01, 0x02][source.below(5)]),
        }
    }
}

/// Replaces, removes or adds something somewhere.
pub(crate) fn damage(json: &mut Value, source: &mut Random) {
    let mut target = source.below(nodes(json));
    visit(json, &mut target, source);
}

fn nodes(json: &Value) -> usize {
    1 + match json {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(entries) => entries.values().map(nodes).sum(),
        _ => 0,
    }
}

/// Replaces, removes or adds something at the node at position `left` of a walk.
fn visit(json: &mut Value, left: &mut usize, source: &mut Random) -> bool {
    if *left == 0 {
        let choices = [
            Value::Null,
            json!(1),
            json!(-1),
            json!(1.5),
            json!("int"),
            json!("Foo"),
            json!(""),
            json!("a-b"),
            json!([]),
            json!({}),
            json!(["null", "int"]),
            json!(true),
            json!({"type": "string"}),
            json!("1.5"),
            json!(5_000_000_000_i64),
            json!({"type": "fixed", "name": "Fix", "size": 2}),
            json!("x.y.Z"),
        ];
        let new = choices[source.below(choices.len())].clone();
        match json {
            Value::Array(items) if source.below(2) == 0 => {
                if let Some(first) = items.first().cloned() {
                    items.push(first);
                }
            }
            Value::Object(entries) if source.below(2) == 0 => {
                let keys = [
                    "default",
                    "namespace",
                    "aliases",
                    "order",
                    "doc",
                    "type",
                    "name",
                    "logicalType",
                ];
                entries.insert(keys[source.below(keys.len())].to_owned(), new);
            }
            Value::Object(entries) if source.below(2) == 0 => {
                let key = entries.keys().nth(source.below(entries.len())).cloned();
                key.map(|key| entries.shift_remove(&key));
            }
            _ => *json = new,
        }
        return true;
    }
    *left -= 1;
    match json {
        Value::Array(items) => items.iter_mut().any(|item| visit(item, left, source)),
        Value::Object(entries) => entries.values_mut().any(|value| visit(value, left, source)),
        _ => false,
    }
}
