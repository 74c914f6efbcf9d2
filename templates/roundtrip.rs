// {{ marker }}
// source: {{ source }}

//! Every type against the generic encoding of its schema, over random values from fixed seeds.
{% if deprecated %}
#![allow(deprecated)]
{% endif %}
use std::fmt::Debug;
{% if messages %}
use herald::Message;
{%- endif %}
use herald::avro::codec::{Described, Reader};
{%- if messages %}
use herald::avro::resolve::resolve;
{%- endif %}
use herald::avro::schema::{Kind, Logical, Schema, TypeId, parse};
use herald::avro::value::{Random, Value, random};

const SAMPLES: u64 = 50;

/// Values of a type's schema decode, encode to the same bytes, and decode over another value.
fn datum<T: Described + PartialEq + Debug>() {
    let schema = parse(&T::schema_json()).expect("a schema");
    let mut reused: Option<T> = None;
    for bytes in samples(&schema) {
        let value = T::from_bytes(&bytes).expect("a value of the schema");
        assert_eq!(value.to_bytes(), bytes, "{value:?}");
        assert!(bytes.len() >= T::MIN_SIZE, "{value:?}");
        if let Some(reused) = &mut reused {
            let mut reader = Reader::new(&bytes);
            reused
                .decode_into(&mut reader)
                .expect("a value of the schema");
            reader.finish().expect("nothing left");
            assert_eq!(*reused, value);
        }
        reused = Some(value);
    }
}
{%- if messages %}

/// The same for a message, and values of every released version become values of the current one.
fn message<M: Message + PartialEq + Debug>() {
    datum::<M>();
    let current = parse(&M::schema_json()).expect("a schema");
    for released in M::RELEASED {
        let older = parse(released.schema).expect("a released schema");
        let plan = resolve(&older, &current).expect("a readable version");
        for bytes in samples(&older) {
            let mut read = Vec::new();
            plan.transcode(&bytes, &mut read)
                .expect("a value of the released schema");
            let value = M::from_bytes(&read).expect("a value of the current schema");
            assert_eq!(value.to_bytes(), read, "{value:?}");
        }
    }
}
{%- endif %}

/// Encodings of random values, in the one form that a codec writes.
fn samples(schema: &Schema) -> impl Iterator<Item = Vec<u8>> {
    (0..SAMPLES).filter_map(|seed| {
        let mut source = Random::new(seed);
        let mut value = random(schema, &mut source)?;
        settle(schema, schema.root(), &mut value, &mut source);
        Some(value.to_bytes())
    })
}

/// Gives logical types values that they allow, decimals their shortest form and maps sorted keys.
fn settle(schema: &Schema, id: TypeId, value: &mut Value, source: &mut Random) {
    match (schema.kind(id), value) {
        (Kind::String, Value::String(text)) if schema.get(id).logical == Some(Logical::Uuid) => {
            let (high, low) = (source.bits(), source.bits() & 0xffff_ffff_ffff);
            *text = format!(
                "{:08x}-{:04x}-{:04x}-{:04x}-{low:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xffff,
                source.bits() & 0xffff,
            );
        }
        (Kind::Bytes, Value::Bytes(bytes)) if is_decimal(schema, id) => {
            if bytes.is_empty() {
                bytes.push(0);
            }
            while matches!(bytes[..], [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..]) {
                bytes.remove(0);
            }
        }
        (Kind::Fixed(_), Value::Fixed(bytes)) if is_decimal(schema, id) => {
            let sign = if bytes.last().is_some_and(|b| *b >= 0x80) {
                0xff
            } else {
                0
            };
            let count = bytes.len() - 1;
            bytes[..count].fill(sign);
        }
        (Kind::Array(items), Value::Array(values)) => {
            values
                .iter_mut()
                .for_each(|value| settle(schema, *items, value, source));
        }
        (Kind::Map(values), Value::Map(entries)) => {
            entries
                .iter_mut()
                .for_each(|(_, value)| settle(schema, *values, value, source));
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        (Kind::Record(record), Value::Record(values)) => {
            for (field, value) in record.fields.iter().zip(values) {
                settle(schema, field.schema, value, source);
            }
        }
        (Kind::Union(branches), Value::Union(branch, value)) => {
            settle(schema, branches[*branch], value, source);
        }
        _ => {}
    }
}

fn is_decimal(schema: &Schema, id: TypeId) -> bool {
    matches!(schema.get(id).logical, Some(Logical::Decimal { .. }))
}
{%- for group in groups %}

#[test]
fn {{ group.name }}() {
{%- for line in group.lines %}
    {{ line }}
{%- endfor %}
}
{%- endfor %}
