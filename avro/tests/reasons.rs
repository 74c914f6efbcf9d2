//! The findings leave out nothing that Avro's Java checker lists.

#![allow(clippy::unwrap_used)]

mod support;

use herald_avro::compat::{Kind, Severity, judge};
use herald_avro::schema::Schema;
use serde_json::{Map, Value};
use support::pairs;

/// For each place that Java names there is an error at that place or further in: where
/// Java says that a branch of a union is missing, the finding says why.
#[test]
fn findings_are_wherever_java_finds_something() {
    let (file, text) = pairs();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for line in text.lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        if pair.get("parse_error").is_some() {
            continue;
        }
        let (old, new) = (&pair["old"], &pair["new"]);
        for (writer, reader, key) in [(old, new, "new_reads_old"), (new, old, "old_reads_new")] {
            let reasons = pair[key]["incompatibilities"].as_array();
            let places = reasons
                .into_iter()
                .flatten()
                .map(|reason| &reason["location"]);
            let places: Vec<String> = places
                .map(|at| path(reader, at.as_str().unwrap()))
                .collect();
            let found = errors(writer, reader);
            count += places.len();
            let missed = places
                .iter()
                .filter(|place| !found.iter().any(|path| within(path, place)));
            wrong.extend(
                missed.map(|place| format!("{}: {key}: {place:?} of {found:?}", pair["id"])),
            );
        }
    }
    assert!(count > 500, "only {count} reasons in {}", file.display());
    assert!(
        wrong.is_empty(),
        "{} missed\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Paths of the errors that keep a reader from reading, without branches of unions.
fn errors(writer: &Value, reader: &Value) -> Vec<String> {
    let parse = |json| Schema::from_json(json).unwrap();
    let judgement = judge(&parse(writer), &parse(reader));
    let blocking = judgement.findings.into_iter().filter(|finding| {
        finding.severity == Severity::Error
            && matches!(finding.kind, Kind::Unreadable | Kind::Refused)
    });
    blocking
        .map(|finding| without_branches(&finding.path))
        .collect()
}

fn within(path: &str, place: &str) -> bool {
    let rest = path.strip_prefix(place);
    rest.is_some_and(|rest| {
        place.is_empty() || rest.is_empty() || rest.starts_with(['.', '[', '{'])
    })
}

fn without_branches(path: &str) -> String {
    let parts = path.split('<').enumerate();
    let kept = parts.map(|(at, part)| {
        if at == 0 {
            part
        } else {
            part.split_once('>').unwrap().1
        }
    });
    kept.collect::<String>().trim_start_matches('.').to_owned()
}

/// Java's place, a JSON pointer into the reader's schema, as a path.
fn path(schema: &Value, location: &str) -> String {
    let mut names = Map::new();
    collect(schema, None, &mut names);
    let (mut at, mut path) = (schema.clone(), String::new());
    let mut keys = location.split('/').filter(|key| !key.is_empty());
    while let Some(key) = keys.next() {
        if let Some(named) = at.as_str().and_then(|name| names.get(name)) {
            at = named.clone();
        }
        match key {
            "fields" => {
                at = at["fields"][keys.next().unwrap().parse::<usize>().unwrap()].clone();
                let dot = if path.is_empty() { "" } else { "." };
                path += dot;
                path += at["name"].as_str().unwrap();
            }
            "type" => at = at["type"].clone(),
            "items" | "values" => {
                path += if key == "items" { "[]" } else { "{}" };
                at = at[key].clone();
            }
            // A branch of the writer's union, or what of the type it is.
            _ => return path,
        }
    }
    path
}

/// Named types, by full and by simple name.
fn collect(schema: &Value, namespace: Option<&str>, names: &mut Map<String, Value>) {
    let Value::Object(object) = schema else {
        for branch in schema.as_array().into_iter().flatten() {
            collect(branch, namespace, names);
        }
        return;
    };
    let namespace = object
        .get("namespace")
        .and_then(Value::as_str)
        .or(namespace);
    if let (Some(name), Some("record" | "error" | "enum" | "fixed")) = (
        object.get("name").and_then(Value::as_str),
        object["type"].as_str(),
    ) {
        names.insert(name.to_owned(), schema.clone());
        if let Some(namespace) = namespace {
            names.insert(format!("{namespace}.{name}"), schema.clone());
        }
    }
    for key in ["type", "items", "values", "fields"] {
        if let Some(part @ (Value::Object(_) | Value::Array(_))) = object.get(key) {
            collect(part, namespace, names);
        }
    }
}
