//! What differs between the fields of two schemas.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::shapes::{SYMBOLS, Shape};
use crate::site::words;

/// What differs, fields in the order of the new schema, then what is gone.
pub(super) fn changes(old: &[(String, Shape)], new: &[(String, Shape)]) -> Vec<Value> {
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

#[cfg(test)]
mod tests {
    use super::{super::shapes::fields, *};

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
}
