//! For code scanning: SARIF 2.1.0.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{View, details, fingerprint};
use crate::{
    compat::{self, Finding, Severity},
    source::{SourceFile, Span},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Everything as a SARIF log with one run.
pub fn sarif(view: &View<'_>) -> Value {
    let findings = &view.outcome.findings;
    let used: BTreeSet<&str> = findings.iter().map(|f| f.code.as_str()).collect();
    let rules: Vec<compat::RuleInfo> = compat::rules().filter(|r| used.contains(r.code)).collect();
    let index = |code: &str| rules.iter().position(|r| r.code == code);
    let results: Vec<Value> = findings
        .iter()
        .map(|f| result(view, f, index(&f.code)))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "herald",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(rule: &compat::RuleInfo) -> Value {
    let docs = rule.docs();
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.name },
        "help": { "text": docs, "markdown": docs },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn result(view: &View<'_>, finding: &Finding, rule: Option<usize>) -> Value {
    let mut places: Vec<Value> = finding
        .marks
        .iter()
        .filter_map(|mark| {
            let (file, span) = view.place(mark)?;
            Some(json!({
                "physicalLocation": physical(file, span),
                "message": { "text": mark.text },
            }))
        })
        .collect();
    let related = places.split_off(places.len().min(1));
    let lines = std::iter::once(finding.message.clone()).chain(details(finding));
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": lines.collect::<Vec<_>>().join("\n") },
        "locations": places,
        "relatedLocations": related,
        "partialFingerprints": { "herald/v1": fingerprint(finding) },
    });
    if let (Some(rule), Some(map)) = (rule, result.as_object_mut()) {
        map.insert("ruleIndex".to_owned(), rule.into());
    }
    result
}

fn physical(file: &SourceFile, span: Span) -> Value {
    json!({
        "artifactLocation": { "uri": &*file.display, "uriBaseId": "%SRCROOT%" },
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    })
}
