//! Payloads: which format a schema has, and how it becomes the payload of a record.

use super::{
    avro, bindings,
    context::Context,
    json_schema::Schemas,
    layers::Layers,
    native::{self, Mapping},
    plan::{App, Plan, Use},
};
use crate::{source::Span, syntax::Node};

/// A schema with its format, as the Multi Format Schema Object says it.
#[derive(Clone, Copy)]
pub(super) struct Formatted<'t> {
    pub(super) schema: &'t Node<'t>,
    pub(super) format: Option<&'t Node<'t>>,
}

/// What a schema is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Avro,
    Other,
}

impl<'t> Formatted<'t> {
    /// Takes a Multi Format Schema Object apart; any other node is the schema itself.
    pub(super) fn of(node: &'t Node<'t>) -> Self {
        let format = node.get("schemaFormat");
        let wraps = format.is_some()
            || !["type", "properties", "allOf", "oneOf", "$ref"]
                .iter()
                .any(|k| node.get(k).is_some());
        match node.get("schema").filter(|_| wraps) {
            Some(schema) => Self { schema, format },
            None => Self {
                schema: node,
                format: None,
            },
        }
    }

    /// As [`Formatted::of`], where the object may stand behind a reference. A reference to a schema
    /// without a format is kept: it names the schema.
    fn behind(cx: &Context<'t>, node: &'t Node<'t>) -> Self {
        let own = Self::of(node);
        let Some(target) = cx.follow(own.schema) else {
            return own;
        };
        let inner = Self::of(target.node);
        match inner.format {
            Some(_) if inner.format() != Format::Json => inner,
            _ => own,
        }
    }

    pub(super) fn format(&self) -> Format {
        let Some(text) = self.format.and_then(Node::text) else {
            return Format::Json;
        };
        let text = text.to_ascii_lowercase();
        let json = [
            "application/schema",
            "application/vnd.aai.asyncapi",
            "application/vnd.oai.openapi",
        ];
        if text.starts_with("application/vnd.apache.avro") {
            Format::Avro
        } else if json.iter().any(|j| text.starts_with(j)) {
            Format::Json
        } else {
            Format::Other
        }
    }
}

/// Puts the payload of a message, its key and its examples.
pub(super) fn payload<'t>(
    cx: &Context<'t>,
    message: &Use<'t>,
    layers: &Layers<'t>,
    schemas: &mut Schemas<'_, 't>,
    body: &mut Mapping,
) {
    let at = message.key_span;
    let key = key(cx, message);
    let Some(raw) = layers.0.iter().find_map(|n| n.get("payload")) else {
        examples(cx, layers, None, false, body);
        return;
    };
    let formatted = Formatted::behind(cx, raw);
    let wrapped = match formatted.format() {
        Format::Avro => avro::payload(cx, message, formatted.schema, body),
        Format::Json => schemas.payload(&message.name, formatted.schema, body),
        Format::Other => {
            let format = formatted.format.map_or(raw.span, |f| f.span);
            let name = formatted.format.and_then(Node::text).unwrap_or_default();
            let message = format!("schemas of the format `{name}` are not read");
            cx.changed(
                format,
                message,
                "the payload is a record with the field `value` of bytes",
            );
            let mut fields = Mapping::new(at);
            fields.put("value", native::text(at, "bytes"));
            body.put("fields", fields.node());
            true
        }
    };
    if let Some((field, at)) = key {
        body.put("key", native::text(at, field));
    }
    examples(cx, layers, Some(formatted.schema), wrapped, body);
}

/// The payload of a message as it is written.
pub(super) fn of<'t>(cx: &Context<'t>, message: &Use<'t>) -> Option<Formatted<'t>> {
    let layers = Layers::with_traits(cx, message.node);
    let raw = layers.0.iter().find_map(|n| n.get("payload"))?;
    Some(Formatted::behind(cx, raw))
}

/// Says once for each document that what it describes as JSON travels as Avro, and that nothing
/// tells which fields are keys.
pub(super) fn report<'t>(cx: &Context<'t>, plan: &Plan<'t>) {
    for (i, app) in plan.apps.iter().enumerate() {
        let of_app = |u: &&Use<'t>| plan.channels.get(u.channel).is_some_and(|c| c.app == i);
        let own: Vec<&Use<'t>> = plan.uses.iter().filter(of_app).collect();
        travels_as_avro(cx, app, &own);
        let keyless = own.iter().filter(|u| !u.repeated && key(cx, u).is_none());
        let schema = |u: &&Use<'t>| bindings::key_schema(cx, &Layers::with_traits(cx, u.node));
        let mut places: Vec<Span> = keyless.filter_map(schema).map(|n| n.span).collect();
        places.dedup();
        if let Some((first, others)) = places.split_first() {
            let more = match others.len() {
                0 => String::new(),
                count => format!("; so it is with {count} more"),
            };
            let message = format!("the key's schema does not say which field it is{more}");
            let becomes = "the event has no key; name the field with `key:` in the catalog, or \
                           `x-herald-key` in the message";
            cx.changed(*first, message, becomes);
        }
    }
}

fn travels_as_avro<'t>(cx: &Context<'t>, app: &App<'t>, uses: &[&Use<'t>]) {
    let json = uses.iter().find_map(|u| {
        let is_json = of(cx, u)?.format() == Format::Json;
        let layers = Layers::with_traits(cx, u.node);
        is_json.then(|| layers.get(cx, "contentType").map_or(u.key_span, |c| c.span))
    });
    if let Some(at) = json {
        let usual = app.root.get("defaultContentType");
        let usual = usual.filter(|n| n.text().is_some_and(|t| t.contains("json")));
        let message = "payloads are described as JSON, and travel as Avro";
        let becomes = "whoever reads or writes them as JSON today needs the generated schemas";
        cx.changed(usual.map_or(at, |n| n.span), message, becomes);
    }
}

/// The field that is the key: named outright, or the only property of the key's schema if the
/// payload has it too.
pub(super) fn key<'t>(cx: &Context<'t>, message: &Use<'t>) -> Option<(String, Span)> {
    let layers = Layers::with_traits(cx, message.node);
    if let Some(named) = layers.get(cx, "x-herald-key") {
        return Some((named.text()?.to_owned(), named.span));
    }
    let schema = bindings::key_schema(cx, &layers)?;
    let [only] = schema.get("properties")?.entries() else {
        return None;
    };
    let payload = cx.follow(layers.get(cx, "payload")?)?.node;
    let payload = cx.follow(Formatted::of(payload).schema)?.node;
    let required = payload.get("required")?.items().iter();
    let always = required.filter_map(Node::text).any(|r| r == only.key);
    let field = payload.get("properties")?.get(&only.key)?;
    let text = matches!(field.get("type")?.text()?, "string" | "integer");
    (always && text).then(|| (super::names::field_name(&only.key), only.key_span))
}

/// Examples of the message and of its schema; those of a payload that got a record around it too.
fn examples<'t>(
    cx: &Context<'t>,
    layers: &Layers<'t>,
    schema: Option<&'t Node<'t>>,
    wrapped: bool,
    body: &mut Mapping,
) {
    let mut found: Vec<&Node<'t>> = Vec::new();
    for node in &layers.0 {
        let listed = cx.items(node, "examples").iter();
        found.extend(listed.filter_map(|e| e.get("payload")));
    }
    if found.is_empty()
        && let Some(target) = schema.and_then(|s| cx.follow(s))
    {
        let node = Formatted::of(target.node).schema;
        found.extend(cx.items(node, "examples"));
        found.extend(node.get("example"));
    }
    let fits = |n: &&&Node<'t>| n.map().is_some() || wrapped;
    let items: Vec<Node<'static>> = found
        .iter()
        .filter(fits)
        .map(|node| {
            let copy = native::copied(node);
            if !wrapped {
                return copy;
            }
            let mut around = Mapping::new(node.span);
            around.put("value", copy);
            around.node()
        })
        .collect();
    if let Some(first) = items.first() {
        let at = first.span;
        body.put("examples", native::list(at, items));
    }
}
