//! Headers and correlation: what a message carries beside its payload, in words. The runtime writes
//! CloudEvents headers of its own, which carry identity, correlation and tracing.

use super::{context::Context, layers::Layers};
use crate::syntax::Node;

/// One sentence about the headers, one about the correlation id.
pub(super) fn words<'t>(cx: &Context<'t>, message: &Layers<'t>) -> Vec<String> {
    let mut words = Vec::new();
    let headers = message.inside(cx, "headers");
    let mut names = properties(cx, &headers);
    names.retain(|(name, _)| !is_envelope(name));
    if let Some((_, first)) = names.first() {
        let listed: Vec<String> = names.iter().map(|(n, _)| format!("`{n}`")).collect();
        words.push(format!("Headers: {}.", listed.join(", ")));
        let message = "headers of its own are no part of a message here";
        let becomes = "they stand in its documentation; the envelope carries CloudEvents, \
                       correlation and tracing";
        cx.changed(first.span, message, becomes);
    }
    let correlation = message.inside(cx, "correlationId");
    if let Some(location) = correlation.text(cx, "location")
        && !location.rsplit('/').next().is_some_and(is_envelope)
    {
        words.push(format!("Correlation id: `{location}`."));
    }
    words
}

/// Whether the runtime writes a header of that meaning: CloudEvents and trace context.
fn is_envelope(name: &str) -> bool {
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
        None => matches!(name, "traceparent" | "tracestate" | "content-type"),
    }
}

/// Names of the properties of a schema and of what it is put together from.
fn properties<'t>(cx: &Context<'t>, layers: &Layers<'t>) -> Vec<(String, &'t Node<'t>)> {
    let mut found: Vec<(String, &'t Node<'t>)> = Vec::new();
    let mut open: Vec<&'t Node<'t>> = layers.0.clone();
    let mut steps = 0;
    while let Some(node) = open.pop() {
        steps += 1;
        if steps > 200 {
            break;
        }
        for entry in node.get("properties").map_or(&[][..], |p| p.entries()) {
            if !found.iter().any(|(n, _)| *n == entry.key) {
                found.push((entry.key.to_string(), &entry.value));
            }
        }
        let parts = node.get("allOf").map_or(&[][..], |p| p.items());
        let inner = node.get("schema").into_iter().chain(parts);
        open.extend(inner.filter_map(|n| Some(cx.follow(n)?.node)));
    }
    found
}
