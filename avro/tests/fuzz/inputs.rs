//! Inputs: schemas that are made, taken from the shipped pairs or damaged, and bytes.

use super::support::damage::{self, damage};
use super::support::schemas;
use herald_avro::schema::Schema;
use herald_avro::value::{Random, random};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Two schemas, as text, and bytes that may be a datum of the old one.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) bytes: Vec<u8>,
}

/// The schemas of the shipped pairs and of the examples of all rules.
static CORPUS: LazyLock<Vec<(Value, Value)>> = LazyLock::new(|| {
    let text = include_str!("../data/pairs.jsonl");
    let pairs = text.lines().map(|line| {
        let mut pair: Value = serde_json::from_str(line).unwrap();
        (pair["old"].take(), pair["new"].take())
    });
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat");
    let folders = std::fs::read_dir(here).unwrap();
    let mut folders: Vec<_> = folders.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let examples = folders.iter().map(|folder| {
        let read = |name| std::fs::read_to_string(folder.join(name)).unwrap();
        let parse = |text: String| serde_json::from_str(&text).unwrap();
        (parse(read("old.avsc")), parse(read("new.avsc")))
    });
    pairs.chain(examples).collect()
});

/// The next input.
pub(crate) fn next(source: &mut Random) -> Input {
    let (mut old, mut new) = pair(source);
    for schema in [&mut old, &mut new] {
        for _ in 0..source.below(4).saturating_sub(1) {
            damage(schema, source);
        }
    }
    let bytes = bytes(&old, source);
    Input {
        old: text(&old, source),
        new: text(&new, source),
        bytes,
    }
}

fn pair(source: &mut Random) -> (Value, Value) {
    let corpus = &*CORPUS;
    let one = &corpus[source.below(corpus.len())];
    match source.below(6) {
        0 | 1 => {
            let old = schemas::schema(source);
            let mut new = schemas::change(&old, source);
            for _ in 0..source.below(4) {
                new = schemas::change(&new, source);
            }
            (old, new)
        }
        2 | 3 => one.clone(),
        // Two examples at once, as fields of one record.
        4 => {
            let other = &corpus[source.below(corpus.len())];
            let both = |a: &Value, b: &Value| {
                json!({"type": "record", "name": "Both", "namespace": "x.y", "fields": [
                    {"name": "one", "type": a}, {"name": "other", "type": ["null", b]}]})
            };
            (both(&one.0, &other.0), both(&one.1, &other.1))
        }
        _ => {
            let other = &corpus[source.below(corpus.len())];
            (one.0.clone(), other.1.clone())
        }
    }
}

/// The JSON text, now and then with damaged characters.
fn text(schema: &Value, source: &mut Random) -> String {
    let text = schema.to_string();
    if source.below(8) > 0 {
        return text;
    }
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=source.below(3) {
        let at = source.below(letters.len());
        match source.below(3) {
            0 => letters.truncate(at),
            1 => letters.insert(at, ['{', ']', '"', '\u{0}', '9', 'é'][source.below(6)]),
            _ if at < letters.len() => drop(letters.remove(at)),
            _ => {}
        }
    }
    letters.into_iter().collect()
}

/// A datum, damaged or not, or anything.
fn bytes(schema: &Value, source: &mut Random) -> Vec<u8> {
    let datum = Schema::from_json(schema)
        .ok()
        .and_then(|schema| random(&schema, source));
    let mut bytes = match datum {
        Some(value) if source.below(5) > 0 => value.to_bytes(),
        _ => (0..source.below(60)).map(|_| source.bits() as u8).collect(),
    };
    damage::bytes(&mut bytes, source);
    bytes
}
