//! What travels beside a payload: CloudEvents 1.0 in binary content mode and W3C trace context, as
//! the runtime writes them.

use serde_json::{Map, Value, json};

use super::CONTENT_TYPE;

/// Name of the trait.
pub(super) const TRAIT: &str = "CloudEvents";

/// Headers, whether each is always there, and what it says.
const HEADERS: &[(&str, bool, &str)] = &[
    ("ce_specversion", true, "Version of CloudEvents."),
    (
        "ce_id",
        true,
        "Identity of the message; a repeat has the same.",
    ),
    ("ce_type", true, "Full name of the event or command."),
    ("ce_source", true, "Service that sent it."),
    ("ce_time", false, "When it was sent."),
    ("ce_subject", false, "Key of the message."),
    ("ce_dataschema", false, "Where the payload's schema is."),
    (
        "ce_correlationid",
        false,
        "What belongs together has the same.",
    ),
    ("ce_causationid", false, "Message that this one answers."),
    ("traceparent", false, "W3C trace context."),
    ("tracestate", false, "W3C trace context of vendors."),
    ("content-type", true, "What the payload is."),
];

/// Names of those that are always there.
pub(super) fn required() -> impl Iterator<Item = &'static str> {
    HEADERS.iter().filter(|h| h.1).map(|h| h.0)
}

/// Headers and correlation of every message.
pub(super) fn message_trait() -> Value {
    let property = |(name, _, doc): &(&str, bool, &str)| {
        let mut schema = Map::new();
        schema.insert("type".into(), "string".into());
        schema.insert("description".into(), (*doc).into());
        match *name {
            "ce_specversion" => drop(schema.insert("const".into(), "1.0".into())),
            "content-type" => drop(schema.insert("const".into(), CONTENT_TYPE.into())),
            "ce_time" => drop(schema.insert("format".into(), "date-time".into())),
            _ => {}
        }
        ((*name).to_owned(), Value::Object(schema))
    };
    let properties: Map<String, Value> = HEADERS.iter().map(property).collect();
    let required: Vec<&str> = required().collect();
    json!({
        "headers": { "type": "object", "required": required, "properties": properties },
        "correlationId": { "location": "$message.header#/ce_correlationid" },
    })
}
