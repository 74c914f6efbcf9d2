//! The embedded engine against Kafka Streams' `TopologyTestDriver`: random declarations on random
//! records, record for record.
//!
//! Needs a JDK and Maven: `cargo test -p herald-codegen --test parity -- --ignored`.
//! `HERALD_ROUNDS` asks for another number of declarations.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "parity/catalog.rs"]
mod catalog;
#[path = "parity/chance.rs"]
mod chance;
#[path = "parity/inputs.rs"]
mod inputs;

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use chance::Random;
use herald_avro::schema::Schema;
use herald_codegen::{Failure, build, diagnostic::Color, model::Settings};
use serde_json::{Value, json};

const RECORDS: u64 = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes the catalog, what is generated from it, and the embedded driver beside it.
fn prepare(folder: &Path, catalog: &str) {
    drop(fs::remove_dir_all(folder.join("catalog")));
    drop(fs::remove_dir_all(folder.join("generated")));
    fs::create_dir_all(folder.join("catalog")).unwrap();
    fs::write(folder.join("catalog/parity.yaml"), catalog).unwrap();
    let runtime = root().join("runtime").canonicalize().unwrap();
    let runtime = runtime.to_str().unwrap();
    let settings = Settings {
        runtime: runtime.to_owned(),
        standalone: false,
        today: None,
        ..Settings::default()
    };
    let built = match build(&folder.join("catalog"), settings) {
        Ok(built) => built,
        Err(Failure::Catalog(report)) => panic!("{}", report.text(Color::No)),
        Err(failure) => panic!("{failure}"),
    };
    for (path, text) in built.files.iter() {
        let path = folder.join("generated").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let embedded = folder.join("embedded");
    fs::create_dir_all(embedded.join("src")).unwrap();
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/embedded.rs");
    fs::copy(main, embedded.join("src/main.rs")).unwrap();
    let manifest = format!(
        "[package]\nname = \"embedded\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\ngenerated = {{ path = \"../generated\" }}\nherald = {{ path = {runtime:?} }}\nbytes = \"1\"\nfutures-util = {{ version = \"0.3\", default-features = false, features = [\"std\"] }}\njiff = {{ version = \"1\", default-features = false, features = [\"std\"] }}\nserde_json = \"1\"\n\n[profile.dev]\ndebug = false\n"
    );
    fs::write(embedded.join("Cargo.toml"), manifest).unwrap();
    // The versions that the workspace uses, which are there already.
    fs::copy(root().join("Cargo.lock"), embedded.join("Cargo.lock")).unwrap();
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

/// What a driver prints for lines.
fn answers(command: &mut Command, lines: &[Value]) -> Vec<Value> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input: Vec<u8> = lines
        .iter()
        .flat_map(|line| format!("{line}\n").into_bytes())
        .collect();
    // One that dies reads no further; its status says so below.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let parsed = text.lines().map(|line| serde_json::from_str(line).unwrap());
    parsed.collect()
}

/// Records by stream and topic, in order. Of a late record only which one it is, once; of a dead
/// letter too: behind a group Kafka Streams knows the row alone.
fn by_stream(answers: &[Value]) -> BTreeMap<String, BTreeMap<String, Vec<Value>>> {
    let mut all: BTreeMap<String, BTreeMap<String, Vec<Value>>> = BTreeMap::new();
    let mut stream = String::new();
    for answer in answers {
        if let Some(name) = answer["stream"].as_str() {
            name.clone_into(&mut stream);
            all.entry(stream.clone()).or_default();
            continue;
        }
        let topic = answer["topic"].as_str().unwrap().to_owned();
        let shown = if [Some("dlt"), Some("late")].contains(&topic.rsplit('.').next()) {
            json!({ "n": answer["n"] })
        } else {
            let value = answer["value"].as_str().map(|v| v[10..].to_owned());
            json!({
                "n": answer["n"], "key": answer["key"], "value": value,
                "time": answer["time"], "id": answer["id"],
            })
        };
        let records = all.entry(stream.clone()).or_default().entry(topic);
        let records = records.or_default();
        if shown.get("value").is_some() || records.last() != Some(&shown) {
            records.push(shown);
        }
    }
    all
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn both_engines_emit_the_same_records() {
    let rounds = std::env::var("HERALD_ROUNDS").ok();
    let rounds = rounds.and_then(|r| r.parse().ok()).unwrap_or(200);
    let (catalog, names) = catalog::catalog(rounds);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parity");
    prepare(&folder, &catalog);
    let project = folder.join("generated/streams");
    let maven = ["-q", "-B", "-DskipTests", "package", "-f"];
    succeeds(Command::new("mvn").args(maven).arg(project.join("pom.xml")));
    let embedded = folder.join("embedded");
    succeeds(
        Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet"])
            .current_dir(&embedded)
            .env("CARGO_TARGET_DIR", folder.join("target")),
    );
    let schema = |name: &str| {
        let path = folder.join(format!("generated/avro/parity.tests.{name}.avsc"));
        fs::read_to_string(path).unwrap()
    };
    let (sale, payment) = (schema("Sale"), schema("Payment"));
    let schemas = inputs::Schemas {
        sale: herald_avro::schema::parse(&sale).unwrap(),
        payment: herald_avro::schema::parse(&payment).unwrap(),
    };
    let _: &Schema = &schemas.sale;
    let mut lines = vec![
        json!({ "id": 1, "schema": sale }),
        json!({ "id": 2, "schema": payment }),
    ];
    for (seed, name) in (0..).zip(&names) {
        lines.push(json!({ "stream": name }));
        let mut random = Random::new(seed ^ 0x0abc_def0);
        lines.extend(inputs::lines(&mut random, &schemas, RECORDS));
    }
    // For looking at what differs.
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    fs::write(folder.join("lines.jsonl"), text.join("\n")).unwrap();
    let ours = answers(
        &mut Command::new(folder.join("target/debug/embedded")),
        &lines,
    );
    let classes = format!(
        "{0}/target/classes:{0}/target/test-classes:{0}/target/test-lib/*",
        project.display()
    );
    let quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";
    let java = [quiet, "-cp", &classes, "herald.streams.ParityDriver"];
    let theirs = answers(Command::new("java").args(java), &lines);
    compare(&by_stream(&ours), &by_stream(&theirs), names.len());
}

fn compare(
    ours: &BTreeMap<String, BTreeMap<String, Vec<Value>>>,
    theirs: &BTreeMap<String, BTreeMap<String, Vec<Value>>>,
    streams: usize,
) {
    assert_eq!((ours.len(), theirs.len()), (streams, streams));
    let mut wrong = Vec::new();
    let (mut records, mut silent) = (0, 0);
    for (stream, topics) in theirs {
        let own = &ours[stream];
        let emitted: usize = topics.values().map(Vec::len).sum();
        records += emitted;
        silent += usize::from(emitted == 0);
        let mut names: Vec<&String> = topics.keys().chain(own.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for topic in names {
            let none = Vec::new();
            let (a, b) = (
                own.get(topic).unwrap_or(&none),
                topics.get(topic).unwrap_or(&none),
            );
            if a != b {
                let at = a.iter().zip(b).take_while(|(a, b)| a == b).count();
                wrong.push(format!(
                    "{stream} {topic}: {} and {} records, the first that differs is {at}:\n  embedded      {}\n  Kafka Streams {}",
                    a.len(),
                    b.len(),
                    a.get(at).unwrap_or(&Value::Null),
                    b.get(at).unwrap_or(&Value::Null)
                ));
            }
        }
    }
    println!("{streams} streams, {records} records compared, {silent} streams emitted nothing");
    assert!(records > 10 * streams, "{records} records are too few");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
