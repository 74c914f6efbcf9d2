//! Against Avro's Java library: bytes, JSON, canonical forms, verdicts and resolution,
//! over random schemas and values and over the shipped pairs.
//!
//! Needs a JDK and Maven, so it only runs on demand: `mvn -q package` in `avro/java`,
//! then `cargo test -p herald-avro --test java -- --ignored`.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "java/compat.rs"]
mod compat;
mod support;

use herald_avro::canonical::{fingerprint_rabin, parsing_canonical_form};
use herald_avro::json::avro_to_json;
use herald_avro::resolve::{resolve, resolve_lazily};
use herald_avro::schema::Schema;
use herald_avro::value::{Random, random};
use serde_json::{Value, json};
use support::damage::damage;
use support::java::Referee;
use support::{hex, same_json, schemas};

/// The rounds of each test; `HERALD_ROUNDS` asks for more.
fn rounds(usual: u64) -> u64 {
    std::env::var("HERALD_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn random_values_have_equal_bytes_and_json() {
    let mut java = Referee::start();
    for seed in 0..rounds(1500) {
        let mut source = Random::new(seed);
        let json = schemas::schema(&mut source);
        let schema = Schema::from_json(&json).unwrap();
        let canonical = java.ask(&json!({ "writer": json }));
        assert_eq!(
            canonical["canonical"],
            json!(parsing_canonical_form(&schema)),
            "{json}"
        );
        assert_eq!(
            canonical["fingerprint"],
            json!(format!("{:016x}", fingerprint_rabin(&schema)))
        );
        for _ in 0..3 {
            let Some(value) = random(&schema, &mut source) else {
                continue;
            };
            let bytes = value.to_bytes();
            let answer = java.ask(&json!({ "writer": json, "hex": hex(&bytes) }));
            let ours = avro_to_json(&schema, &bytes).unwrap();
            assert!(answer.get("hex").is_some(), "seed {seed}: {answer} {json}");
            assert_json(&answer, &ours);
            // A map's entries come in Java's own order, which may change the bytes.
            if !json.to_string().contains("\"map\"") {
                assert_eq!(answer["hex"], json!(hex(&bytes)), "seed {seed}: {json}");
            }
        }
    }
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn resolution_agrees_on_random_changes() {
    let mut java = Referee::start();
    let (mut readable, mut decoded, mut failed) = (0, 0, 0);
    for seed in 0..rounds(3000) {
        let mut source = Random::new(seed ^ 0x5eed);
        let old = schemas::schema(&mut source);
        let mut new = schemas::change(&old, &mut source);
        for _ in 0..seed % 4 {
            new = schemas::change(&new, &mut source);
        }
        let outcome = compare(&mut java, &old, &new, &mut source);
        readable += outcome.0;
        decoded += outcome.1;
        failed += outcome.2;
    }
    println!("{readable} readable pairs, {decoded} values decoded alike, {failed} refused alike");
    assert!(readable > 100 && decoded > 100 && failed > 10);
}

/// Compares JSON. Java writes none for a record without any value inside.
fn assert_json(answer: &Value, ours: &Value) {
    let theirs = answer["json"].as_str().unwrap();
    if !theirs.is_empty() {
        assert!(
            same_json(&serde_json::from_str(theirs).unwrap(), ours),
            "{theirs}\n{ours}"
        );
    }
}

/// Compares verdicts and values; returns how many pairs were readable, values decoded
/// and values refused.
fn compare(java: &mut Referee, old: &Value, new: &Value, source: &mut Random) -> (u32, u32, u32) {
    let (Ok(writer), Ok(reader)) = (Schema::from_json(old), Schema::from_json(new)) else {
        let answer = java.ask(&json!({ "writer": old, "reader": new }));
        assert!(
            answer.get("error").is_some(),
            "we refuse, Java does not: {old} {new}"
        );
        return (0, 0, 0);
    };
    let (mut decoded, mut failed) = (0, 0);
    let verdict = resolve(&writer, &reader);
    let lazy = resolve_lazily(&writer, &reader);
    let checker = java.ask(&json!({ "writer": old, "reader": new }));
    if verdict.is_ok() && checker.get("error").is_none() {
        assert_eq!(
            checker["compatible"],
            json!(true),
            "we accept, Java refuses: {old} {new}"
        );
    }
    for _ in 0..4 {
        let Some(value) = random(&writer, source) else {
            continue;
        };
        let bytes = value.to_bytes();
        let answer = java.ask(&json!({ "writer": old, "reader": new, "hex": hex(&bytes) }));
        let mut out = Vec::new();
        let ours = match &lazy {
            Ok(plan) => plan
                .transcode(&bytes, &mut out)
                .map_err(|error| error.to_string()),
            Err(mismatch) => Err(mismatch.to_string()),
        };
        match (answer["hex"].as_str(), ours) {
            (Some(_), Ok(())) => {
                assert_json(&answer, &avro_to_json(&reader, &out).unwrap());
                decoded += 1;
            }
            (None, Err(_)) => {
                assert!(
                    verdict.is_err(),
                    "a readable pair refuses a value: {old} {new}"
                );
                failed += 1;
            }
            (theirs, ours) => panic!(
                "{theirs:?} {ours:?} {answer}\n{old}\n{new}\n{}",
                hex(&bytes)
            ),
        }
    }
    let accepted = checker["compatible"] == json!(true) || checker.get("error").is_some();
    if verdict.is_err() && accepted && failed == 0 {
        assert!(
            fails(java, old, new, &writer, source),
            "no value fails: {verdict:?}\n{old}\n{new}"
        );
    }
    (u32::from(verdict.is_ok()), decoded, failed)
}

/// Whether Java's reader fails on some value, where its checker saw no reason to.
fn fails(
    java: &mut Referee,
    old: &Value,
    new: &Value,
    writer: &Schema,
    source: &mut Random,
) -> bool {
    (0..500).any(|_| {
        let bytes = random(writer, source)
            .map(|value| value.to_bytes())
            .unwrap_or_default();
        let answer = java.ask(&json!({ "writer": old, "reader": new, "hex": hex(&bytes) }));
        answer.get("hex").is_none()
    })
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn resolution_agrees_on_the_shipped_pairs() {
    let mut java = Referee::start();
    let mut source = Random::new(11);
    let text = include_str!("data/pairs.jsonl");
    for line in text.lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        if pair.get("parse_error").is_none() {
            compare(&mut java, &pair["old"], &pair["new"], &mut source);
            compare(&mut java, &pair["new"], &pair["old"], &mut source);
        }
    }
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn parsers_agree_on_damaged_schemas() {
    let mut java = Referee::start();
    let mut source = Random::new(5);
    let text = include_str!("data/pairs.jsonl");
    let pairs: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (mut accepted, mut refused, mut differ) = (0, 0, Vec::new());
    for _ in 0..rounds(3000) {
        let mut schema = pairs[source.below(pairs.len())][["old", "new"][source.below(2)]].clone();
        for _ in 0..=source.below(2) {
            damage(&mut schema, &mut source);
        }
        let theirs = java.ask(&json!({ "writer": schema }));
        let ours = Schema::from_json(&schema);
        match (&ours, theirs.get("error")) {
            (Ok(_), None) => accepted += 1,
            (Err(_), Some(_)) => refused += 1,
            _ => differ.push(format!(
                "{schema}\n  ours {:?}\n  theirs {theirs}",
                ours.map(|_| ())
            )),
        }
    }
    println!("{accepted} accepted, {refused} refused alike");
    assert!(accepted > 500 && refused > 500);
    assert!(
        differ.is_empty(),
        "{} differ\n{}",
        differ.len(),
        differ.join("\n")
    );
}
