//! Avro payloads: references followed, named types from files beside put in, written into the event
//! as they are.

use std::collections::HashSet;

use herald_avro::schema::Schema;
use serde_json::{Map, Value, json};

use super::{
    context::{Context, Id, id},
    native::{self, Mapping},
    plan::Use,
};
use crate::{
    asyncapi::export::ALIASES,
    syntax::{self, Node, is_avro_name},
};

/// Deepest nesting of references.
const MAX_DEPTH: usize = 60;

/// Puts the schema of a message's payload; says whether a record was put around it.
pub(super) fn payload<'t>(
    cx: &Context<'t>,
    message: &Use<'t>,
    schema: &'t Node<'t>,
    body: &mut Mapping,
) -> bool {
    let at = schema.span;
    let open = |body: &mut Mapping| {
        let mut fields = Mapping::new(at);
        fields.put("value", native::text(at, "bytes"));
        body.put("fields", fields.node());
        true
    };
    let Some(mut value) = whole(cx, schema) else {
        return open(body);
    };
    let record = value.get("type").and_then(Value::as_str) == Some("record");
    let wrapped = !record;
    if wrapped {
        let text = format!("the payload of `{}` is no record", message.name);
        cx.changed(at, text, "it becomes the field `value` of one");
        value = json!({
            "type": "record", "name": message.name,
            "fields": [{ "name": "value", "type": value }],
        });
    }
    if let Err(errors) = Schema::from_json(&value) {
        for error in errors {
            let text = format!(
                "the payload of `{}` is not an Avro schema: {error}",
                message.name
            );
            cx.wrong(at, text, "correct the schema");
        }
        return open(body);
    }
    let name = value
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let simple = name.rsplit('.').next().unwrap_or_default().to_owned();
    let place = cx.follow(schema).map_or(at, |t| t.node.span);
    body.put("schema", native::json(place, &value));
    if simple != message.name {
        body.put("record", native::text(place, simple));
    }
    wrapped
}

/// The schema as JSON, with everything that it uses.
pub(super) fn whole<'t>(cx: &Context<'t>, schema: &'t Node<'t>) -> Option<Value> {
    let mut reader = Reader {
        cx,
        open: Vec::new(),
        depth: 0,
    };
    let value = reader.value(schema)?;
    // Some write the schema's JSON as text.
    let written = value
        .as_str()
        .filter(|text| text.trim_start().starts_with(['{', '[']));
    let written = written.and_then(|text| serde_json::from_str(text).ok());
    let mut value = written.unwrap_or(value);
    complete(cx, schema, &mut value);
    Some(value)
}

/// Schemas as JSON.
struct Reader<'c, 't> {
    cx: &'c Context<'t>,
    /// Nodes that are being read, so that references do not go round.
    open: Vec<Id>,
    depth: usize,
}

impl<'t> Reader<'_, 't> {
    fn value(&mut self, node: &'t Node<'t>) -> Option<Value> {
        let target = self.cx.follow(node)?;
        if self.depth > MAX_DEPTH || self.open.contains(&id(target.node)) {
            let message = "the references go round in a circle";
            let help = "refer to a type inside itself by its name";
            self.cx.wrong(node.span, message, help);
            return None;
        }
        if target.last.is_none() {
            return self.inner(node);
        }
        self.open.push(id(target.node));
        let value = self.inner(target.node);
        self.open.pop();
        value
    }

    fn inner(&mut self, node: &'t Node<'t>) -> Option<Value> {
        self.depth += 1;
        let value = match &node.value {
            syntax::Value::List(items) => items.iter().map(|n| self.value(n)).collect(),
            syntax::Value::Map(map) => map
                .entries
                .iter()
                .map(|e| {
                    // Defaults and symbols are no schemas.
                    let value = match &*e.key {
                        "default" | "symbols" | "doc" | "aliases" => Some(e.value.json()),
                        _ => self.value(&e.value),
                    };
                    let key = match &*e.key {
                        ALIASES => "aliases",
                        key => key,
                    };
                    Some((key.to_owned(), value?))
                })
                .collect::<Option<Map<String, Value>>>()
                .map(Value::Object),
            syntax::Value::Scalar { .. } => Some(node.json()),
        };
        self.depth -= 1;
        value
    }
}

/// Puts in the named types that a schema uses and does not define, from `.avsc` files: the one in
/// the same folder first.
fn complete<'t>(cx: &Context<'t>, schema: &'t Node<'t>, value: &mut Value) {
    let file = cx
        .follow(schema)
        .map_or(schema.span.file, |t| t.node.span.file);
    let folder = |path: &str| {
        path.rsplit_once('/')
            .map_or(String::new(), |(f, _)| f.to_owned())
    };
    let own = cx
        .sources
        .get(file)
        .map(|f| folder(&f.path))
        .unwrap_or_default();
    let mut met = HashSet::new();
    define(value, "", &mut met, &mut |name, namespace| {
        let full = full_name(name, namespace);
        let mut files: Vec<_> = cx.schema_files().to_vec();
        // Order of path otherwise.
        files.sort_by_key(|f| folder(&f.path) != own);
        let simple = full.rsplit('.').next().unwrap_or(&full);
        let named = |text: &str| text.contains(simple);
        files.into_iter().filter(|f| named(&f.text)).find_map(|f| {
            let value: Value = serde_json::from_str(&f.text).ok()?;
            let inner = value
                .get("namespace")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let found = full_name(value.get("name")?.as_str()?, inner);
            (found == full).then_some(value)
        })
    });
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

/// Looks up a type by name and namespace.
type LookUp<'l> = dyn FnMut(&str, &str) -> Option<Value> + 'l;

/// Walks a schema in the order of the text, and replaces names that nothing before defines.
fn define(value: &mut Value, namespace: &str, met: &mut HashSet<String>, look_up: &mut LookUp<'_>) {
    match value {
        Value::String(name) => {
            let full = full_name(name, namespace);
            let simple = is_avro_name(full.rsplit('.').next().unwrap_or_default());
            if is_primitive(name) || met.contains(&full) || !simple || met.len() > 5000 {
                return;
            }
            if let Some(found) = look_up(name, namespace) {
                *value = found;
                define(value, namespace, met, look_up);
            }
        }
        Value::Array(items) => {
            for item in items {
                define(item, namespace, met, look_up);
            }
        }
        Value::Object(map) => object(map, namespace, met, look_up),
        _ => {}
    }
}

fn object(
    map: &mut Map<String, Value>,
    namespace: &str,
    met: &mut HashSet<String>,
    look_up: &mut LookUp<'_>,
) {
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
    let mut inside = namespace.to_owned();
    if matches!(kind, "record" | "error" | "enum" | "fixed") {
        let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
        if map.contains_key("namespace") {
            text("namespace").clone_into(&mut inside);
        }
        let full = full_name(text("name"), &inside);
        if let Some((of_name, _)) = full.rsplit_once('.') {
            of_name.clone_into(&mut inside);
        }
        met.insert(full);
        let fields = map.get_mut("fields").and_then(Value::as_array_mut);
        for field in fields.into_iter().flatten() {
            if let Some(ty) = field.get_mut("type") {
                define(ty, &inside, met, look_up);
            }
        }
        return;
    }
    for key in ["type", "items", "values"] {
        if let Some(inner) = map.get_mut(key) {
            define(inner, &inside, met, look_up);
        }
    }
}

fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "null"
            | "boolean"
            | "int"
            | "long"
            | "float"
            | "double"
            | "bytes"
            | "string"
            | "record"
            | "error"
            | "enum"
            | "fixed"
            | "array"
            | "map"
    )
}
