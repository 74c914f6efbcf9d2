//! The versions of a message: what each step changed, field by field, and whether both sides of it
//! read each other's data.

use std::collections::{HashMap, HashSet};

use herald_avro::{
    compat::{Finding, judge},
    schema::parse,
};
use serde_json::{Map, Value, json};

use super::{links::Kind, render::At, words};
use crate::{model::Message, schema};

/// Changes and findings that one step shows.
const MOST: usize = 60;

/// Follows the path of a field whose symbols are meant.
const SYMBOLS: &str = " (symbols)";

/// A version with its schema.
struct Version {
    number: u32,
    released: bool,
    schema: Value,
}

/// All steps, the latest first; empty where there is one version only.
pub(super) fn steps(at: &At<'_, '_>, message: &Message) -> Value {
    let versions = versions(at, message);
    let steps: Vec<Value> = versions
        .windows(2)
        .filter_map(|pair| match pair {
            [old, new] => Some(step(at, message, old, new)),
            _ => None,
        })
        .collect();
    steps.into_iter().rev().collect::<Vec<_>>().into()
}

/// Every version, released ones and the current one, lowest first.
fn versions(at: &At<'_, '_>, message: &Message) -> Vec<Version> {
    let released = at.site.model.released(&message.name);
    if released.iter().all(|r| r.version == message.version) {
        return Vec::new();
    }
    let frozen = released.iter().filter_map(|r| {
        Some(Version {
            number: r.version,
            released: true,
            schema: serde_json::from_str(&r.schema).ok()?,
        })
    });
    let mut versions: Vec<Version> = frozen.collect();
    if versions
        .last()
        .is_none_or(|last| last.number < message.version)
    {
        versions.push(Version {
            number: message.version,
            released: false,
            schema: schema::of_message(at.site.model, message),
        });
    }
    versions
}

fn step(at: &At<'_, '_>, message: &Message, old: &Version, new: &Version) -> Value {
    let mut changes = changes(&fields(&old.schema), &fields(&new.schema));
    let more = changes.len().saturating_sub(MOST);
    changes.truncate(MOST);
    let (before, after) = (
        parse(&old.schema.to_string()).ok(),
        parse(&new.schema.to_string()).ok(),
    );
    let verdict = |writer: &Option<_>, reader: &Option<_>, edits: bool| match (writer, reader) {
        (Some(writer), Some(reader)) => {
            let judgement = judge(writer, reader);
            let said = judgement.findings.iter();
            let said = said.filter(|f| edits || !f.rule.is_about_the_edit());
            let findings: Vec<Value> = said.take(MOST).map(|f| finding(at, f)).collect();
            json!({ "ok": judgement.compatible(), "findings": findings })
        }
        _ => Value::Null,
    };
    json!({
        "from": old.number,
        "to": new.number,
        "released": new.released,
        "mode": message.compatibility.as_str(),
        "backward": verdict(&before, &after, true),
        "forward": verdict(&after, &before, false),
        "changes": changes,
        "more": more,
    })
}

fn finding(at: &At<'_, '_>, finding: &Finding) -> Value {
    let code = finding.rule.code();
    json!({
        "code": code,
        "href": format!("{}rules/{code}.html", at.root),
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "path": finding.path,
        "witness": finding.witness.as_ref().map(|w| words::clip(&w.json.to_string(), 400)),
        "hex": finding.witness.as_ref().map(|w| words::clip(&w.hex, 120)),
    })
}

/// What is compared of a field.
#[derive(PartialEq)]
struct Shape {
    ty: String,
    default: Option<String>,
    doc: Option<String>,
    aliases: Vec<String>,
}

/// Every field of a schema by its path; a record inside is looked into once.
fn fields(schema: &Value) -> Vec<(String, Shape)> {
    let mut reader = Reader::default();
    reader.learn(schema, "");
    let mut found = Vec::new();
    reader.walk(schema, "", &mut found);
    found
}

#[derive(Default)]
struct Reader<'a> {
    /// Definitions by full name and, as nothing else is meant in one schema, by name.
    named: HashMap<String, &'a Map<String, Value>>,
    seen: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn learn(&mut self, schema: &'a Value, namespace: &str) {
        match schema {
            Value::Array(branches) => branches.iter().for_each(|b| self.learn(b, namespace)),
            Value::Object(map) => {
                let own = map
                    .get("namespace")
                    .and_then(Value::as_str)
                    .unwrap_or(namespace);
                if let Some(name) = map.get("name").and_then(Value::as_str) {
                    self.named.insert(format!("{own}.{name}"), map);
                    self.named.insert(name.to_owned(), map);
                }
                for field in items(map, "fields") {
                    if let Some(ty) = field.get("type") {
                        self.learn(ty, own);
                    }
                }
                for key in ["items", "values", "type"] {
                    if let Some(inner) = map.get(key).filter(|v| !v.is_string()) {
                        self.learn(inner, own);
                    }
                }
            }
            _ => {}
        }
    }

    fn walk(&mut self, schema: &'a Value, path: &str, found: &mut Vec<(String, Shape)>) {
        match schema {
            Value::String(name) => {
                if let Some(map) = self.named.get(name).copied() {
                    self.definition(map, path, found);
                }
            }
            Value::Array(branches) => {
                for branch in branches {
                    self.walk(branch, path, found);
                }
            }
            Value::Object(map) => {
                for key in ["items", "values"] {
                    if let Some(inner) = map.get(key) {
                        self.walk(inner, path, found);
                    }
                }
                match map.get("type") {
                    Some(inner @ (Value::Array(_) | Value::Object(_))) => {
                        self.walk(inner, path, found);
                    }
                    _ => self.definition(map, path, found),
                }
            }
            _ => {}
        }
    }

    fn definition(
        &mut self,
        map: &'a Map<String, Value>,
        path: &str,
        found: &mut Vec<(String, Shape)>,
    ) {
        let name = map.get("name").and_then(Value::as_str).unwrap_or_default();
        if !name.is_empty() && !self.seen.insert(name.to_owned()) {
            return;
        }
        for field in items(map, "fields") {
            let (Some(name), Some(ty)) =
                (field.get("name").and_then(Value::as_str), field.get("type"))
            else {
                continue;
            };
            let path = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            let texts = field
                .get("aliases")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let shape = Shape {
                ty: text(ty, 0),
                default: field.get("default").map(Value::to_string),
                doc: field.get("doc").and_then(Value::as_str).map(str::to_owned),
                aliases: texts
                    .filter_map(|a| a.as_str().map(str::to_owned))
                    .collect(),
            };
            found.push((path.clone(), shape));
            self.walk(ty, &path, found);
        }
        if let Some(symbols) = map.get("symbols") {
            let shape = Shape {
                ty: words_of(symbols),
                default: map.get("default").map(Value::to_string),
                doc: None,
                aliases: Vec::new(),
            };
            let path = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}{SYMBOLS}")
            };
            found.push((path, shape));
        }
    }
}

/// A type in short.
fn text(schema: &Value, depth: usize) -> String {
    if depth > 6 {
        return "…".to_owned();
    }
    match schema {
        Value::String(name) => name.rsplit('.').next().unwrap_or(name).to_owned(),
        Value::Array(branches) => {
            let is_null = |b: &&Value| b.as_str() == Some("null");
            let rest: Vec<String> = branches
                .iter()
                .filter(|b| !is_null(b))
                .map(|b| text(b, depth + 1))
                .collect();
            let nullable = branches.iter().any(|b| is_null(&b));
            let text = rest.join(" | ");
            match (nullable, rest.len()) {
                (true, 1) => format!("{text}?"),
                (true, _) => format!("null | {text}"),
                _ => text,
            }
        }
        Value::Object(map) => {
            let number = |key: &str| map.get(key).and_then(Value::as_u64).unwrap_or(0);
            if let Some(logical) = map.get("logicalType").and_then(Value::as_str) {
                return match logical {
                    "decimal" => {
                        format!("decimal({}, {})", number("precision"), number("scale"))
                    }
                    other => other.to_owned(),
                };
            }
            let inner = |key: &str| map.get(key).map_or("…".to_owned(), |v| text(v, depth + 1));
            match map.get("type").and_then(Value::as_str) {
                Some("array") => format!("[{}]", inner("items")),
                Some("map") => format!("map<{}>", inner("values")),
                Some("record" | "error" | "enum" | "fixed") => inner("name"),
                Some(primitive) => primitive.to_owned(),
                None => inner("type"),
            }
        }
        _ => "…".to_owned(),
    }
}

fn items<'a>(map: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> {
    map.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn words_of(symbols: &Value) -> String {
    let symbols = symbols.as_array().into_iter().flatten();
    symbols
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What differs, fields in the order of the new schema, then what is gone.
fn changes(old: &[(String, Shape)], new: &[(String, Shape)]) -> Vec<Value> {
    let before: HashMap<&str, &Shape> = old.iter().map(|(p, s)| (p.as_str(), s)).collect();
    let mut renamed = HashSet::new();
    let mut out = Vec::new();
    for (path, shape) in new {
        let around = path.rsplit_once('.').map_or("", |(around, _)| around);
        let join = |alias: &String| {
            if around.is_empty() {
                alias.clone()
            } else {
                format!("{around}.{alias}")
            }
        };
        let mut former = shape.aliases.iter().map(join);
        match before.get(path.as_str()) {
            Some(was) => changed(&mut out, path, was, shape),
            None => match former.find(|name| before.contains_key(name.as_str())) {
                Some(name) => {
                    out.push(line("renamed", path, &[("was", &name), ("is", path)]));
                    if let Some(was) = before.get(name.as_str()) {
                        changed(&mut out, path, was, shape);
                    }
                    renamed.insert(name);
                }
                // Fields of a record that is new itself go without saying.
                None if path
                    .strip_suffix(SYMBOLS)
                    .is_some_and(|of| !before.contains_key(of)) => {}
                None if !around.is_empty()
                    && !before.contains_key(around)
                    && new.iter().any(|(p, _)| p == around) => {}
                None => {
                    let default = shape.default.clone().unwrap_or_else(|| "none".to_owned());
                    out.push(line(
                        "added",
                        path,
                        &[("type", &shape.ty), ("default", &default)],
                    ));
                }
            },
        }
    }
    let now: HashSet<&str> = new.iter().map(|(p, _)| p.as_str()).collect();
    for (path, shape) in old {
        let around = path.rsplit_once('.').map_or("", |(around, _)| around);
        let covered = !around.is_empty() && !now.contains(around) && before.contains_key(around);
        if !now.contains(path.as_str()) && !renamed.contains(path) && !covered {
            out.push(line("removed", path, &[("type", &shape.ty)]));
        }
    }
    out
}

fn changed(out: &mut Vec<Value>, path: &str, was: &Shape, is: &Shape) {
    if was.ty != is.ty {
        out.push(line("type", path, &[("was", &was.ty), ("is", &is.ty)]));
    }
    if was.default != is.default {
        let text = |d: &Option<String>| d.clone().unwrap_or_else(|| "none".to_owned());
        out.push(line(
            "default",
            path,
            &[("was", &text(&was.default)), ("is", &text(&is.default))],
        ));
    }
    if was.doc != is.doc {
        out.push(line("described anew", path, &[]));
    }
}

/// A line of the diff; every key is there, as templates ask for it.
fn line(what: &str, path: &str, facts: &[(&str, &str)]) -> Value {
    let fact = |key: &str| {
        let found = facts.iter().find(|(name, _)| *name == key);
        found.map(|(_, text)| words::clip(text, 200))
    };
    json!({
        "what": what,
        "path": path,
        "was": fact("was"),
        "is": fact("is"),
        "type": fact("type"),
        "default": fact("default"),
    })
}

/// The released steps of the whole catalog, for the list of changes: message, versions and the
/// fields that came, went or changed.
pub(super) fn recent(at: &At<'_, '_>) -> Vec<Value> {
    let messages = at.site.model.messages().filter(|m| m.version > 1);
    let of = |message: &Message| {
        let versions = versions(at, message);
        let [.., old, new] = &versions[..] else {
            return None;
        };
        let kind = if at.site.model.events.contains_key(&message.name) {
            Kind::Event
        } else {
            Kind::Command
        };
        let changes = changes(&fields(&old.schema), &fields(&new.schema));
        Some(json!({
            "ref": at.reference(kind, &message.name),
            "from": old.number,
            "to": new.number,
            "released": new.released,
            "changes": changes.iter().take(12).collect::<Vec<_>>(),
            "more": changes.len().saturating_sub(12),
        }))
    };
    messages.filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &Value, new: &Value) -> Vec<String> {
        let lines = changes(&fields(old), &fields(new));
        let text = |v: &Value| {
            let get = |key: &str| v[key].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {}>{} {}",
                get("what"),
                get("path"),
                get("was"),
                get("is"),
                get("type")
            )
        };
        lines.iter().map(text).collect()
    }

    #[test]
    fn every_kind_of_change_is_told_once() {
        let old = json!({ "type": "record", "name": "A", "fields": [
            { "name": "a", "type": "int" },
            { "name": "b", "type": { "type": "record", "name": "B", "fields": [
                { "name": "x", "type": "string" }
            ] } },
            { "name": "old", "type": "long" },
        ] });
        let new = json!({ "type": "record", "name": "A", "fields": [
            { "name": "a", "type": ["null", "long"] },
            { "name": "b", "type": { "type": "record", "name": "B", "fields": [
                { "name": "x", "type": "string", "doc": "now" },
                { "name": "y", "type": { "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2 } },
            ] } },
            { "name": "new", "type": "long", "aliases": ["old"] },
            { "name": "c", "type": { "type": "array", "items": { "type": "record", "name": "C", "fields": [
                { "name": "z", "type": "int" }
            ] } }, "default": [] },
        ] });
        assert_eq!(
            diff(&old, &new),
            [
                "type a int>long? -",
                "described anew b.x ->- -",
                "added b.y ->- decimal(9, 2)",
                "renamed new old>new -",
                "added c ->- [C]",
            ]
        );
        assert_eq!(diff(&new, &new), Vec::<String>::new());
    }

    #[test]
    fn recursion_ends() {
        let schema = json!({ "type": "record", "name": "N", "namespace": "n", "fields": [
            { "name": "next", "type": ["null", "n.N"] }
        ] });
        assert_eq!(fields(&schema).len(), 1);
    }
}
