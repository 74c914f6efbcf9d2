//! The fields of a schema by their paths, each with what is compared of it.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

/// Follows the path of a field whose symbols are meant.
pub(super) const SYMBOLS: &str = " (symbols)";

/// What is compared of a field.
#[derive(PartialEq)]
pub(super) struct Shape {
    pub(super) ty: String,
    pub(super) default: Option<String>,
    pub(super) doc: Option<String>,
    pub(super) aliases: Vec<String>,
}

/// Every field of a schema by its path; a record inside is looked into once.
pub(super) fn fields(schema: &Value) -> Vec<(String, Shape)> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn recursion_ends() {
        let schema = json!({ "type": "record", "name": "N", "namespace": "n", "fields": [
            { "name": "next", "type": ["null", "n.N"] }
        ] });
        assert_eq!(fields(&schema).len(), 1);
    }
}
