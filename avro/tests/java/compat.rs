//! Judgements against Avro's Java library: what is called unreadable fails there too,
//! what is called readable arrives with equal values.

use super::support::java::Referee;
use super::support::{hex, pairs, same_json, schemas};
use herald_avro::compat::{Judgement, Kind, judge};
use herald_avro::json::avro_to_json;
use herald_avro::resolve::resolve;
use herald_avro::schema::Schema;
use herald_avro::value::{Random, random};
use serde_json::{Value, json};

/// Data of each readable pair.
const DATA: usize = 50;

#[derive(Default)]
struct Tally {
    witnesses: usize,
    readable: usize,
    data: usize,
    lucky: usize,
    wrong: Vec<String>,
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn witnesses_fail_and_readable_data_arrive_on_the_pairs() {
    let (mut java, mut source, mut tally) = (Referee::start(), Random::new(29), Tally::default());
    let (file, text) = pairs();
    for line in text.lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        if pair.get("parse_error").is_none() {
            both_ways(
                &mut java,
                &pair["old"],
                &pair["new"],
                &mut source,
                &mut tally,
            );
        }
    }
    println!("of {}:", file.display());
    finish(&tally);
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn witnesses_fail_and_readable_data_arrive_on_random_changes() {
    let (mut java, mut tally) = (Referee::start(), Tally::default());
    for seed in 0..super::rounds(600) {
        let mut source = Random::new(seed ^ 0xc0de);
        let old = schemas::schema(&mut source);
        let mut new = schemas::change(&old, &mut source);
        for _ in 0..seed % 4 {
            new = schemas::change(&new, &mut source);
        }
        both_ways(&mut java, &old, &new, &mut source, &mut tally);
    }
    finish(&tally);
}

fn finish(tally: &Tally) {
    println!(
        "{} witnesses fail in Java, {} data of {} readable pairs arrive, {} findings of luck",
        tally.witnesses, tally.data, tally.readable, tally.lucky
    );
    let wrong = &tally.wrong;
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tally.witnesses > 100 && tally.data > 1000, "too few");
}

fn both_ways(java: &mut Referee, old: &Value, new: &Value, source: &mut Random, tally: &mut Tally) {
    for (writer, reader) in [(old, new), (new, old)] {
        let parsed = (Schema::from_json(writer), Schema::from_json(reader));
        let (Ok(ours), Ok(theirs)) = &parsed else {
            continue;
        };
        let judgement = judge(ours, theirs);
        let mut wrong = witnesses(java, (writer, reader), &judgement, tally);
        if judgement.readable {
            wrong.extend(data(java, (writer, reader), (ours, theirs), source, tally));
        }
        let wrong = wrong
            .into_iter()
            .map(|what| format!("{what}\n  {writer}\n  {reader}"));
        tally.wrong.extend(wrong);
    }
}

/// Asks Java to read data; an answer for each.
fn read(java: &mut Referee, writer: &Value, reader: &Value, data: &[String]) -> Vec<Value> {
    let answer = java.ask(&json!({ "writer": writer, "reader": reader, "data": data }));
    answer["data"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .clone()
}

fn witnesses(
    java: &mut Referee,
    (writer, reader): (&Value, &Value),
    judgement: &Judgement,
    tally: &mut Tally,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let findings = &judgement.findings;
    let lucky = findings.iter().filter(|one| one.kind == Kind::Refused);
    tally.lucky += lucky.count();
    let shown = findings
        .iter()
        .filter_map(|one| Some((one, one.witness.as_ref()?)));
    let (shown, data): (Vec<_>, Vec<String>) = shown
        .map(|(one, witness)| ((one, witness), witness.hex.clone()))
        .unzip();
    if data.is_empty() {
        return wrong;
    }
    let written = read(java, writer, writer, &data);
    let read = read(java, writer, reader, &data);
    for (((finding, witness), written), read) in shown.into_iter().zip(written).zip(read) {
        // The witness is what it says, to the writer itself.
        let text = written["json"].as_str().unwrap_or_default();
        let same = serde_json::from_str(text).is_ok_and(|json| same_json(&json, &witness.json));
        // Java writes no JSON for a record without any value inside.
        if !(same || text.is_empty() && written.get("hex").is_some()) {
            wrong.push(format!("no datum of the writer: {written} {finding:?}"));
        }
        let fails = read.get("error").is_some();
        if fails != (finding.kind == Kind::Unreadable) {
            wrong.push(format!("{read} for {finding:?}"));
        }
        tally.witnesses += usize::from(fails);
    }
    wrong
}

fn data(
    java: &mut Referee,
    (writer, reader): (&Value, &Value),
    (ours, theirs): (&Schema, &Schema),
    source: &mut Random,
    tally: &mut Tally,
) -> Vec<String> {
    let values: Vec<Vec<u8>> = (0..DATA)
        .filter_map(|_| random(ours, source))
        .map(|value| value.to_bytes())
        .collect();
    let texts: Vec<String> = values.iter().map(|bytes| hex(bytes)).collect();
    let answers = read(java, writer, reader, &texts);
    let plan = resolve(ours, theirs).unwrap();
    let mut wrong = Vec::new();
    for (bytes, answer) in values.iter().zip(&answers) {
        let mut out = Vec::new();
        plan.transcode(bytes, &mut out).unwrap();
        let mine = avro_to_json(theirs, &out).unwrap();
        let text = answer["json"].as_str().unwrap_or_default();
        let same = serde_json::from_str(text).is_ok_and(|json| same_json(&json, &mine));
        if !(same || text.is_empty() && answer.get("hex").is_some()) {
            wrong.push(format!("{} reads as {answer}, ours {mine}", hex(bytes)));
        }
    }
    tally.readable += 1;
    tally.data += values.len();
    wrong
}
