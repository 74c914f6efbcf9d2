//! Hostile bytes: whatever comes, an answer comes back, soon and without a panic.

#![allow(clippy::unwrap_used)]

mod support;

use herald_avro::canonical::parsing_canonical_form;
use herald_avro::json::{avro_to_json, from_plain, to_plain};
use herald_avro::resolve::{resolve, resolve_lazily};
use herald_avro::schema::{Schema, parse};
use herald_avro::value::{Random, Value, random};
use serde_json::json;
use std::time::{Duration, Instant};
use support::{damage, schemas};

/// Bytes of a valid datum with a few changes, or none of the sort.
fn damaged(schema: &Schema, source: &mut Random) -> Vec<u8> {
    let mut bytes = match random(schema, source) {
        Some(value) if source.below(4) > 0 => value.to_bytes(),
        _ => (0..source.below(40)).map(|_| source.bits() as u8).collect(),
    };
    damage::bytes(&mut bytes, source);
    bytes
}

#[test]
fn damaged_bytes_are_read_or_refused() {
    let (mut read, mut refused) = (0, 0);
    for seed in 0..400 {
        let mut source = Random::new(seed);
        let old = schemas::schema(&mut source);
        let new = schemas::change(&old, &mut source);
        let schema = Schema::from_json(&old).unwrap();
        let reader = Schema::from_json(&new).unwrap_or_else(|_| schema.clone());
        let plans = [
            resolve_lazily(&schema, &reader),
            resolve_lazily(&schema, &schema),
        ];
        for _ in 0..25 {
            let bytes = damaged(&schema, &mut source);
            match Value::decode(&schema, &bytes) {
                Ok(value) => {
                    read += 1;
                    // Padding aside, what is read is what would be written.
                    assert!(value.to_bytes().len() <= bytes.len() + 8);
                    avro_to_json(&schema, &bytes).unwrap();
                    let plain = to_plain(&schema, &bytes).unwrap();
                    let _ = from_plain(&schema, &plain);
                }
                Err(_) => refused += 1,
            }
            for plan in plans.iter().flatten() {
                let mut out = Vec::new();
                if plan.transcode(&bytes, &mut out).is_ok() {
                    assert!(
                        out.len() <= 64 * (bytes.len() + 64),
                        "{} of {}",
                        out.len(),
                        bytes.len()
                    );
                }
            }
        }
    }
    assert!(
        read > 1000 && refused > 1000,
        "{read} read, {refused} refused"
    );
}

#[test]
fn transcoding_keeps_what_decoding_refuses() {
    // Copied bytes are not looked into: the decoder behind must still refuse them.
    let old =
        parse(r#"{"type":"record","name":"R","fields":[{"name":"s","type":"string"}]}"#).unwrap();
    let new = parse(
        r#"{"type":"record","name":"R","fields":[{"name":"s","type":"string"},
            {"name":"n","type":"int","default":1}]}"#,
    )
    .unwrap();
    let plan = resolve(&old, &new).unwrap();
    let mut out = Vec::new();
    plan.transcode(&[2, 0xff], &mut out).unwrap();
    assert_eq!(out, [2, 0xff, 2]);
    assert!(Value::decode(&new, &out).is_err());
}

#[test]
fn deep_values_are_refused_not_followed() {
    let list = json!({"type": "record", "name": "List", "fields": [
        {"name": "head", "type": "int"}, {"name": "tail", "type": ["null", "List"]}]});
    let longer = json!({"type": "record", "name": "List", "fields": [
        {"name": "tail", "type": [{"type": "record", "name": "Other", "fields": []}, "List", "null"]},
        {"name": "head", "type": "long"}]});
    let tree = json!({"type": "record", "name": "Tree", "fields": [
        {"name": "twigs", "type": {"type": "map", "values": {"type": "array", "items": "Tree"}}}]});
    let hostile: [Vec<u8>; 4] = [
        vec![2; 1 << 20],
        [2, 2].repeat(1 << 19),
        [2, 0, 2].repeat(1 << 18),
        vec![4; 1 << 20],
    ];
    for (old, new) in [(&list, &longer), (&list, &list), (&tree, &tree)] {
        let (writer, reader) = (
            Schema::from_json(old).unwrap(),
            Schema::from_json(new).unwrap(),
        );
        let plan = resolve(&writer, &reader).unwrap();
        for bytes in &hostile {
            assert!(Value::decode(&writer, bytes).is_err());
            assert!(plan.transcode(bytes, &mut Vec::new()).is_err());
        }
    }
}

#[test]
fn long_chains_of_types_are_refused_not_followed() {
    let chain = |length: usize, last: &str| {
        let link = |at: usize| {
            let next = if at + 1 == length {
                last.to_owned()
            } else {
                format!("R{}", at + 1)
            };
            json!({"type": "record", "name": format!("R{at}"), "fields": [{"name": "next", "type": next}]})
        };
        Schema::from_json(&(0..length).map(link).collect())
    };
    assert!(chain(20_000, "int").is_err());
    let (int, text) = (chain(390, "int").unwrap(), chain(390, "string").unwrap());
    assert!(resolve(&int, &int).unwrap().is_identity());
    assert_eq!(resolve(&int, &text).unwrap_err().len(), 390, "one a branch");
    assert_eq!(
        parse(&int.to_string())
            .map_err(|errors| errors.len())
            .map(|_| ()),
        Err(1),
        "too deep for JSON"
    );
    assert!(parsing_canonical_form(&int).ends_with("\"R389\"]"));
    assert!(Value::decode(&int, &[0; 8]).is_err());
}

#[test]
fn small_messages_cannot_cost_much() {
    let empty = json!({"type": "record", "name": "Empty", "fields": []});
    let schema = json!({"type": "array", "items": {"type": "map", "values": {"type": "array", "items": empty}}});
    let schema = Schema::from_json(&schema).unwrap();
    let plan = resolve_lazily(&schema, &schema).unwrap();
    let start = Instant::now();
    let mut source = Random::new(3);
    for _ in 0..2000 {
        let mut bytes: Vec<u8> = (0..64).map(|_| source.bits() as u8).collect();
        bytes[source.below(8)] = 0xfe;
        let _ = Value::decode(&schema, &bytes);
        let _ = plan.transcode(&bytes, &mut Vec::new());
    }
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn what_a_generated_type_would_decode_is_shown_too() {
    let list = json!({"type": "record", "name": "List", "fields": [
        {"name": "head", "type": "int"}, {"name": "tail", "type": ["null", "List"]}]});
    let schema = Schema::from_json(&list).unwrap();
    let mut bytes = [2, 2].repeat(254);
    bytes.extend([2, 0]);
    let json = to_plain(&schema, &bytes).unwrap();
    assert_eq!(from_plain(&schema, &json).unwrap(), bytes);
    let mut out = Vec::new();
    resolve(&schema, &schema)
        .unwrap()
        .transcode(&bytes, &mut out)
        .unwrap();
    assert_eq!(out, bytes);
}
