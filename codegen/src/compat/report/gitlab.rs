//! For GitLab: a Code Quality report, which is a subset of Code Climate's format.

use serde_json::{Value, json};

use super::{View, details, fingerprint};
use crate::compat::{Finding, Severity};

/// Everything as a list of issues.
pub fn gitlab(view: &View<'_>) -> Value {
    view.outcome
        .findings
        .iter()
        .map(|f| issue(view, f))
        .collect()
}

fn issue(view: &View<'_>, finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "blocker",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    let first = view.first(finding);
    // A location is demanded even of what is about the whole.
    let path = first.map_or("catalog", |(file, _)| &*file.display);
    let line = first.map_or(1, |(_, span)| span.line);
    json!({
        "type": "issue",
        "description": finding.message,
        "content": { "body": details(finding).join("\n") },
        "check_name": format!("{} {}", finding.code, finding.rule),
        "fingerprint": fingerprint(finding),
        "severity": severity,
        "categories": ["Compatibility"],
        "location": { "path": path, "lines": { "begin": line } },
    })
}
