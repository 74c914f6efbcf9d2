//! How a message travels: frame and headers.

use serde_json::{Value, json};

use crate::model::{Model, Wire};

/// The frame around payloads, in words.
pub(super) fn wire(model: &Model) -> Value {
    match model.system.wire {
        Wire::Registry => json!({
            "name": "Registry wire format",
            "bytes": "00 | 4-byte schema id, big endian | Avro datum",
        }),
        Wire::SingleObject => json!({
            "name": "Avro Single Object Encoding",
            "bytes": "C3 01 | 8-byte Rabin fingerprint, little endian | Avro datum",
        }),
    }
}

/// Headers of a message (CloudEvents 1.0 in binary mode, and the trace); `sources` are the services
/// that hand it out.
pub(super) fn headers(
    model: &Model,
    full_name: &str,
    key: Option<&str>,
    sources: &[&str],
) -> Value {
    let system = &model.system.name;
    let source = match sources {
        [] => format!("/{system}/<service>"),
        several => several
            .iter()
            .take(3)
            .map(|s| format!("/{system}/{s}"))
            .collect::<Vec<_>>()
            .join(" or "),
    };
    let mut rows = vec![
        ("ce_specversion", "1.0".to_owned(), "Version of CloudEvents"),
        (
            "ce_id",
            "unique".to_owned(),
            "Stays the same over repeats and redrives: recognise a repeat by it",
        ),
        (
            "ce_type",
            full_name.to_owned(),
            "Avro full name of the payload",
        ),
        ("ce_source", source, "Who made it"),
        ("ce_time", "RFC 3339".to_owned(), "When it was made"),
    ];
    if let Some(key) = key {
        rows.push((
            "ce_subject",
            format!("text of {key}"),
            "What it is about: the key",
        ));
    }
    rows.extend([
        (
            "ce_correlationid",
            "id".to_owned(),
            "The message or request that began it all",
        ),
        (
            "ce_causationid",
            "id".to_owned(),
            "The message or request that caused this one",
        ),
        ("traceparent", "W3C".to_owned(), "The trace it belongs to"),
        (
            "content-type",
            "application/avro".to_owned(),
            "How the payload is encoded",
        ),
    ]);
    let rows = rows
        .into_iter()
        .map(|(name, value, about)| json!({ "name": name, "value": value, "about": about }));
    rows.collect::<Vec<_>>().into()
}
