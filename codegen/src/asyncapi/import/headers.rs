//! Headers and correlation: what a message carries beside its payload. The runtime writes CloudEvents
//! headers of its own, which carry identity, correlation and tracing; the others are the message's.

use super::{
    context::Context,
    extensions,
    json_schema::Schemas,
    layers::Layers,
    native::Mapping,
    payload::{Format, Formatted},
    plan::{Plan, Use},
};
use crate::syntax::Node;

/// Keeps the names that the headers of all messages become, before types take them.
pub(super) fn reserve<'t>(cx: &Context<'t>, plan: &Plan<'t>, schemas: &mut Schemas<'_, 't>) {
    let named = |u: &&Use<'t>| !u.repeated && extensions::name(u.node).is_none();
    for message in plan.uses.iter().filter(named) {
        let layers = Layers::with_traits(cx, message.node);
        schemas.reserve_headers(&message.name, &layers.inside(cx, "headers").0);
    }
}

/// Puts the headers of a message's own; in words those that it cannot have, and its correlation id.
pub(super) fn headers<'t>(
    cx: &Context<'t>,
    message: &Use<'t>,
    layers: &Layers<'t>,
    schemas: &mut Schemas<'_, 't>,
    body: &mut Mapping,
) -> Vec<String> {
    let mut words = Vec::new();
    // An exported message says in the catalog's words which headers it has.
    if extensions::name(message.node).is_none() {
        let written = layers.inside(cx, "headers").0;
        let (json, other): (Vec<_>, Vec<_>) = written.into_iter().partition(|n| is_json(n));
        for node in other {
            let format = node.get("schemaFormat").unwrap_or(node);
            let message = "headers are read from schemas of JSON Schema alone";
            let becomes = "they are left out; write them under `headers:` in the catalog";
            cx.changed(format.span, message, becomes);
        }
        let left_out = schemas.headers(&message.name, &json, body);
        if !left_out.is_empty() {
            let listed: Vec<String> = left_out.iter().map(|n| format!("`{n}`")).collect();
            words.push(format!("Headers: {}.", listed.join(", ")));
        }
    }
    let correlation = layers.inside(cx, "correlationId");
    if let Some(location) = correlation.text(cx, "location")
        && !location.rsplit('/').next().is_some_and(is_envelope)
    {
        words.push(format!("Correlation id: `{location}`."));
    }
    words
}

fn is_json(node: &Node<'_>) -> bool {
    Formatted::of(node).format() == Format::Json
}

/// Whether the runtime writes a header of that meaning: CloudEvents and trace context.
pub(super) fn is_envelope(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "specversion",
        "id",
        "type",
        "source",
        "time",
        "subject",
        "dataschema",
        "datacontenttype",
        "correlationid",
        "causationid",
        "traceparent",
        "tracestate",
    ];
    let prefixes = ["ce_", "ce-", "cloudEvents:", "cloudEvents_"];
    let bare = prefixes.iter().find_map(|p| name.strip_prefix(p));
    match bare {
        Some(bare) => NAMES.contains(&bare),
        None => ["traceparent", "tracestate", "content-type"]
            .iter()
            .any(|own| name.eq_ignore_ascii_case(own)),
    }
}
