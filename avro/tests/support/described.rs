//! Holds a generated type against other readers and writers of its schema.

use super::java::Referee;
use super::{hex, same_json};
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use herald_avro::Described;
use herald_avro::json::avro_to_json;
use herald_avro::schema::parse;
use herald_avro::value::{Random, random};
use serde_json::{Value, json};
use std::fmt::Debug;

/// Random values of `T`'s schema are what `T` reads and writes; the crate
/// `apache-avro` and, if there is a referee, Java read them and write them back.
pub(crate) fn agree<T: Described + PartialEq + Debug>(
    mut java: Option<&mut Referee>,
    seed: u64,
    rounds: u32,
) {
    let text = T::schema_json();
    let schema = parse(&text).unwrap();
    let writer: Value = serde_json::from_str(&text).unwrap();
    let theirs = apache_avro::Schema::parse_str(&text).unwrap();
    let reader = GenericDatumReader::builder(&theirs).build().unwrap();
    let rewriter = GenericDatumWriter::builder(&theirs).build().unwrap();
    let mut source = Random::new(seed);
    for _ in 0..rounds {
        let bytes = random(&schema, &mut source).unwrap().to_bytes();
        let value = T::from_bytes(&bytes).unwrap();
        assert_eq!(value.to_bytes(), bytes, "{text}");
        let same = |other: &[u8]| assert_eq!(T::from_bytes(other).unwrap(), value, "{text}");
        let read = reader.read_value(&mut bytes.as_slice()).unwrap();
        same(&rewriter.write_value_to_vec(read).unwrap());
        if let Some(java) = &mut java {
            let answer = java.ask(&json!({ "writer": writer, "hex": hex(&bytes) }));
            let back = answer["hex"].as_str().unwrap_or_else(|| panic!("{answer}"));
            same(&unhex(back));
            let json = serde_json::from_str(answer["json"].as_str().unwrap()).unwrap();
            assert!(
                same_json(&json, &avro_to_json(&schema, &bytes).unwrap()),
                "{answer}"
            );
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |letter: char| letter.to_digit(16).unwrap() as u8;
    let digits: Vec<u8> = text.chars().map(digit).collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}
