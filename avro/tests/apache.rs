//! Against the crate `apache-avro`: bytes and canonical forms of random values.

#![allow(clippy::unwrap_used)]

mod support;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use herald_avro::canonical::{fingerprint_rabin, parsing_canonical_form};
use herald_avro::codec::{
    Bytes, Date, Decimal, Duration, LocalTimestampMillis, TimeMillis, TimestampMicros, Uuid,
};
use herald_avro::schema::Schema;
use herald_avro::value::{Random, Value, random};
use std::collections::BTreeMap;
use support::described::agree;
use support::java::Referee;
use support::schemas;

#[test]
fn random_values_have_equal_bytes() {
    let mut compared = 0;
    for seed in 0..600 {
        let mut source = Random::new(seed);
        let json = schemas::schema(&mut source);
        let ours = Schema::from_json(&json).unwrap();
        let theirs = apache_avro::Schema::parse_str(&ours.to_string()).unwrap();
        let form = parsing_canonical_form(&ours);
        let print = theirs.fingerprint::<apache_avro::rabin::Rabin>();
        assert_eq!(theirs.canonical_form(), form, "{json}");
        assert_eq!(
            print.bytes,
            fingerprint_rabin(&ours).to_le_bytes(),
            "{json}"
        );
        let reader = GenericDatumReader::builder(&theirs).build().unwrap();
        let writer = GenericDatumWriter::builder(&theirs).build().unwrap();
        for _ in 0..5 {
            let Some(value) = random(&ours, &mut source) else {
                continue;
            };
            let bytes = value.to_bytes();
            let read = reader.read_value(&mut bytes.as_slice()).unwrap();
            let written = writer.write_value_to_vec(read).unwrap();
            // The entries of their maps come in any order.
            if json.to_string().contains("\"map\"") {
                assert_eq!(written.len(), bytes.len(), "{json}");
            } else {
                assert_eq!(written, bytes, "{json}");
                assert_eq!(Value::decode(&ours, &written).unwrap(), value);
            }
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// Everything that generated types are made of.
#[test]
fn the_types_of_fields_agree() {
    fields(None);
}

/// As [`the_types_of_fields_agree`], for Java too.
#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn the_types_of_fields_agree_with_java() {
    fields(Some(&mut Referee::start()));
}

fn fields(mut java: Option<&mut Referee>) {
    agree::<Vec<Option<i32>>>(java.as_deref_mut(), 1, 50);
    agree::<BTreeMap<String, Vec<i64>>>(java.as_deref_mut(), 2, 50);
    agree::<Vec<f64>>(java.as_deref_mut(), 3, 50);
    agree::<BTreeMap<String, Option<f32>>>(java.as_deref_mut(), 4, 50);
    agree::<Vec<String>>(java.as_deref_mut(), 5, 50);
    agree::<Option<Bytes>>(java.as_deref_mut(), 6, 50);
    agree::<Vec<bool>>(java.as_deref_mut(), 7, 50);
    agree::<Vec<Uuid>>(java.as_deref_mut(), 8, 50);
    agree::<Vec<Decimal<2>>>(java.as_deref_mut(), 9, 50);
    agree::<Vec<Duration>>(java.as_deref_mut(), 10, 50);
    agree::<Vec<TimestampMicros>>(java.as_deref_mut(), 11, 50);
    agree::<Option<Date>>(java.as_deref_mut(), 12, 50);
    agree::<Vec<TimeMillis>>(java.as_deref_mut(), 13, 50);
    agree::<Vec<LocalTimestampMillis>>(java, 14, 50);
}
