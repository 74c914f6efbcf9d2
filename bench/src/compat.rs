//! All pairs of a thousand schemas, judged in one process: against the checker of Avro's Java
//! library (`SchemaCompatibility`) on the same pairs in the same run, its start left out.
//!
//! Both sides use one thread and have parsed the schemas before. Java's compiler gets rounds to
//! warm up; the best round of each side counts.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use herald::avro::compat::{is_readable, judge};
use herald::avro::schema::{Schema, parse};
use serde_json::{Value, json};

use crate::timing::report;

const SCHEMAS: usize = 1000;
const ROUNDS: usize = 4;

/// What one side made of all pairs.
struct Outcome {
    /// Nanoseconds for one pair.
    pair: f64,
    compatible: usize,
}

/// Measures and prints; true when the ratio asked is reached. `java` is the folder of the referee.
pub(crate) fn run(java: &Path, work: &Path) -> Result<bool, Box<dyn Error>> {
    let texts = schemas(&java.join("../tests/data/pairs.jsonl"))?;
    fs::create_dir_all(work)?;
    let file = work.join("schemas.jsonl");
    fs::write(&file, texts.join("\n") + "\n")?;
    let parsed: Result<Vec<Schema>, _> = texts.iter().map(|text| parse(text)).collect();
    let parsed = parsed.map_err(|errors| format!("{errors:?}"))?;

    let theirs = checker(java, &file)?;
    let verdicts = ours(&parsed, ROUNDS, is_readable);
    let findings = ours(&parsed, 1, |writer, reader| judge(writer, reader).readable);
    println!(
        "\ncompat, all {} pairs of {SCHEMAS} schemas, a pair: best of {ROUNDS} rounds, one thread",
        SCHEMAS * SCHEMAS
    );
    println!("{:<44} {:>9} {:>9}", "", "herald", "Java");
    let met = report("readable or not", verdicts.pair, theirs.pair, "ns", 20.0);
    println!(
        "{:<44} {:>9.1} {:>9.1} ns  {:>7.2}x  with every finding and its witness",
        "judgement",
        findings.pair,
        theirs.pair,
        theirs.pair / findings.pair
    );
    println!(
        "compatible: {} by herald, {} by Java, which accepts some that its reader cannot read",
        verdicts.compatible, theirs.compatible
    );
    if verdicts.compatible != findings.compatible {
        return Err("the quick verdict differs from the judgement".into());
    }
    Ok(met)
}

/// Best of some rounds over all pairs.
fn ours(
    schemas: &[Schema],
    rounds: usize,
    compatible: impl Fn(&Schema, &Schema) -> bool,
) -> Outcome {
    let mut best = f64::MAX;
    let mut count = 0;
    for _ in 0..rounds {
        let start = Instant::now();
        count = schemas
            .iter()
            .map(|writer| {
                schemas
                    .iter()
                    .filter(|reader| compatible(writer, reader))
                    .count()
            })
            .sum();
        best = best.min(start.elapsed().as_nanos() as f64);
    }
    Outcome {
        pair: best / (schemas.len() * schemas.len()) as f64,
        compatible: count,
    }
}

/// Runs Java's checker, building it first.
fn checker(java: &Path, schemas: &Path) -> Result<Outcome, Box<dyn Error>> {
    let built = Command::new("mvn")
        .args(["-q", "-B", "-f"])
        .arg(java.join("pom.xml"))
        .arg("package")
        .status()
        .map_err(|error| format!("mvn: {error}: the benchmark needs Maven and a JDK"))?;
    if !built.success() {
        return Err("mvn could not build avro/java".into());
    }
    let output = Command::new("java")
        .arg("-cp")
        .arg(java.join("target/avro-referee-1.jar"))
        .arg("herald.Checker")
        .arg(schemas)
        .arg(ROUNDS.to_string())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let rounds: Option<Vec<(f64, usize)>> = text.lines().map(round).collect();
    let rounds = rounds.ok_or("Java's checker printed something else")?;
    let best = rounds
        .iter()
        .map(|(time, _)| *time)
        .fold(f64::MAX, f64::min);
    let compatible = rounds.first().ok_or("Java's checker printed nothing")?.1;
    Ok(Outcome {
        pair: best / (SCHEMAS * SCHEMAS) as f64,
        compatible,
    })
}

fn round(line: &str) -> Option<(f64, usize)> {
    let (time, compatible) = line.split_once(' ')?;
    Some((time.parse().ok()?, compatible.parse().ok()?))
}

/// The schemas of the shipped pairs and, until they are enough, later versions of their records
/// with one more field.
fn schemas(pairs: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<Value> = Vec::new();
    for line in fs::read_to_string(pairs)?.lines() {
        let pair: Value = serde_json::from_str(line)?;
        if pair.get("parse_error").is_none() {
            for schema in [&pair["old"], &pair["new"]] {
                if seen.insert(schema.to_string()) {
                    all.push(schema.clone());
                }
            }
        }
    }
    for at in 0.. {
        if all.len() >= SCHEMAS {
            break;
        }
        let mut later = all.get(at).ok_or("there are too few records")?.clone();
        if let Some(fields) = later.get_mut("fields").and_then(Value::as_array_mut) {
            let name = format!("added_{at}");
            fields.push(json!({"name": name, "type": ["null", "string"], "default": null}));
            all.push(later);
        }
    }
    all.truncate(SCHEMAS);
    Ok(all.iter().map(Value::to_string).collect())
}
