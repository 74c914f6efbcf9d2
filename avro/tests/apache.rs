//! Against the crate `apache-avro`: bytes and canonical forms of random values.

#![allow(clippy::unwrap_used)]

mod support;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use herald_avro::canonical::{fingerprint_rabin, parsing_canonical_form};
use herald_avro::schema::Schema;
use herald_avro::value::{Random, Value, random};
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
