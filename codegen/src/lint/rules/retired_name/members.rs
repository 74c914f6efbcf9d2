//! Fields and symbols of a schema by name, with what they are.

use std::collections::BTreeMap;

use serde_json::Value;

/// A field or symbol of a named type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Member {
    /// Full name of the record or enum.
    pub(crate) of: String,
    pub(crate) kind: Kind,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Field,
    Symbol,
}

/// Members with the text of their types; a symbol has none.
pub(crate) type Members = BTreeMap<Member, String>;

/// Everything that a schema names, types inside types included.
pub(crate) fn members(schema: &Value) -> Members {
    let mut members = Members::new();
    walk(schema, "", &mut members);
    members
}

/// Collects what a type declares, and returns its text: named types by their names alone.
fn walk(schema: &Value, namespace: &str, members: &mut Members) -> String {
    match schema {
        Value::String(name) => short(name),
        Value::Array(branches) => {
            let branches = branches
                .iter()
                .map(|branch| walk(branch, namespace, members));
            branches.collect::<Vec<_>>().join(" | ")
        }
        Value::Object(_) => object(schema, namespace, members),
        _ => String::new(),
    }
}

fn object(schema: &Value, namespace: &str, members: &mut Members) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(name) = text("name") {
        let full = full_name(name, text("namespace").unwrap_or(namespace));
        declared(schema, &full, members);
        return short(&full);
    }
    match text("type") {
        Some("array") => format!("[{}]", inner(schema, "items", namespace, members)),
        Some("map") => format!("map<{}>", inner(schema, "values", namespace, members)),
        Some(base) => match (
            text("logicalType"),
            schema.get("precision"),
            schema.get("scale"),
        ) {
            (Some("decimal"), precision, scale) => {
                let number = |v: Option<&Value>| v.and_then(Value::as_u64).unwrap_or_default();
                format!("decimal({}, {})", number(precision), number(scale))
            }
            (Some(logical), ..) => logical.to_owned(),
            (None, ..) => base.to_owned(),
        },
        None => schema
            .get("type")
            .map_or_else(String::new, |ty| walk(ty, namespace, members)),
    }
}

fn inner(schema: &Value, key: &str, namespace: &str, members: &mut Members) -> String {
    schema
        .get(key)
        .map_or_else(String::new, |ty| walk(ty, namespace, members))
}

fn declared(schema: &Value, full: &str, members: &mut Members) {
    let namespace = full.rsplit_once('.').map_or("", |(namespace, _)| namespace);
    let list = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    for field in list("fields") {
        let Some(name) = field.get("name").and_then(Value::as_str) else {
            continue;
        };
        let ty = inner(field, "type", namespace, members);
        members.insert(
            Member {
                of: full.to_owned(),
                kind: Kind::Field,
                name: name.to_owned(),
            },
            ty,
        );
    }
    for symbol in list("symbols").filter_map(Value::as_str) {
        let member = Member {
            of: full.to_owned(),
            kind: Kind::Symbol,
            name: symbol.to_owned(),
        };
        members.insert(member, String::new());
    }
}

/// A type's name without its namespace.
fn short(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}
