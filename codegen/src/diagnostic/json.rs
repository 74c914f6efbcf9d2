//! Diagnostics for machines: one JSON object each.

use serde_json::{Value, json};

use super::{Diagnostic, Label};
use crate::source::Sources;

/// One diagnostic as a JSON object.
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    json!({
        "code": diagnostic.code.to_string(),
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "at": diagnostic.at.as_ref().map(|label| place(label, sources)),
        "related": diagnostic.related.iter().map(|label| place(label, sources)).collect::<Vec<_>>(),
        "help": diagnostic.help,
    })
}

fn place(label: &Label, sources: &Sources) -> Value {
    let span = label.span;
    json!({
        "file": sources.get(span.file).map(|f| f.display.as_ref()),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "label": label.text,
    })
}
