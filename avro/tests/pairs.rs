//! Verdicts and decoded values against those of Avro's Java library, line by line.

#![allow(clippy::unwrap_used)]

mod support;

use herald_avro::pairs::judge;
use serde_json::{Value, json};
use std::io::Write as _;
use support::{pairs, same_json};

/// A part of the pairs ships with the repository (see its README for the licences);
/// the whole collection is judged where it lies beside the checkout.
#[test]
fn verdicts_and_values_are_those_of_java() {
    let (file, text) = pairs();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        count += 1;
        wrong.extend(check(line));
    }
    // Past the capture of output: which file was judged is part of the result.
    writeln!(
        std::io::stderr(),
        "judged {count} pairs of {}",
        file.display()
    )
    .unwrap();
    assert!(count > 300, "only {count} pairs");
    assert!(
        wrong.is_empty(),
        "{} differences\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn check(line: &str) -> Vec<String> {
    let pair: Value = serde_json::from_str(line).unwrap();
    let answer: Value = serde_json::from_str(&judge(line).unwrap()).unwrap();
    let id = pair["id"].as_str().unwrap();
    let mut wrong = Vec::new();
    if pair.get("parse_error").is_some() {
        let direct = answer["backward"]["readable"] == false;
        if !direct {
            wrong.push(format!("{id}: a schema that Java refuses is accepted"));
        }
        return wrong;
    }
    let directions = [
        ("backward", "new_reads_old", "empirical_new_reads_old"),
        ("forward", "old_reads_new", "empirical_old_reads_new"),
    ];
    for (ours, checker, reader) in directions {
        let expected = expected(&pair[checker], &pair[reader]);
        if answer[ours]["readable"] != json!(expected) {
            wrong.push(format!(
                "{id}: {ours} should be {expected}: {}",
                answer[ours]
            ));
        }
        let reasons = answer[ours]["reasons"].as_array().unwrap();
        assert_eq!(answer[ours]["readable"], json!(reasons.is_empty()), "{id}");
    }
    for (sample, decoded) in pair["samples"]
        .as_array()
        .unwrap()
        .iter()
        .zip(answer["decoded"].as_array().unwrap())
    {
        let failed = decoded.get("error").is_some();
        let agrees = match sample.get("json") {
            None => failed,
            Some(text) => {
                let expected: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
                same_json(&expected, decoded)
            }
        };
        if !agrees {
            wrong.push(format!("{id}: decoded {decoded}, Java {sample}"));
        }
    }
    wrong
}

/// Java's checker decides, but where it accepts what its reader cannot read, or gives
/// up: there the reader does.
fn expected(checker: &Value, reader: &Value) -> bool {
    match checker["compatible"].as_bool() {
        Some(false) => false,
        _ => reader["failed"] == 0,
    }
}
