//! For machines: one JSON object.

use serde_json::{Value, json};

use super::{View, fingerprint};
use crate::compat::{Finding, Impact, Mark, Rollout, Severity};

/// Everything as one JSON object.
pub fn json(view: &View<'_>) -> Value {
    let outcome = view.outcome;
    let count = |severity| outcome.count(severity);
    json!({
        "against": view.against,
        "compatible": !outcome.breaks(),
        "findings": outcome.findings.iter().map(|f| finding(view, f)).collect::<Vec<_>>(),
        "rollout": rollout(&outcome.rollout),
        "summary": {
            "errors": count(Severity::Error),
            "warnings": count(Severity::Warning),
            "notes": count(Severity::Note),
            "waived": outcome.waived,
            "messages": outcome.messages,
        },
    })
}

fn finding(view: &View<'_>, finding: &Finding) -> Value {
    let proof = finding.proof.as_ref();
    json!({
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.as_str(),
        "event": finding.event,
        "also": finding.also,
        "path": finding.path,
        "message": finding.message,
        "places": finding.marks.iter().map(|m| place(view, m)).collect::<Vec<_>>(),
        "hurts": impacts(&finding.hurt),
        "spares": impacts(&finding.unhurt),
        "help": finding.help,
        "fix": finding.fix.as_ref().map(|fix| json!({
            "yaml": fix.yaml,
            "applicable": fix.edit.is_some(),
        })),
        "direction": proof.map(|p| p.direction.as_str()),
        "versions": proof.map(|p| &p.versions),
        "kind": proof.map(|p| p.kind),
        "writer": proof.and_then(|p| p.writer.as_ref()),
        "reader": proof.and_then(|p| p.reader.as_ref()),
        "witness": proof.and_then(|p| p.witness.as_ref()).map(|w| json!({
            "json": w.json,
            "hex": w.hex,
            "means": w.means,
            "reads_as": w.reads_as,
        })),
        "no_witness": proof.and_then(|p| p.no_witness.as_ref()),
        "fingerprint": fingerprint(finding),
    })
}

fn impacts(impacts: &[Impact]) -> Vec<Value> {
    let one = |i: &Impact| json!({ "service": i.service, "why": i.why });
    impacts.iter().map(one).collect()
}

fn place(view: &View<'_>, mark: &Mark) -> Value {
    let side = match mark.when {
        crate::compat::When::Now => "now",
        crate::compat::When::Before => "before",
    };
    let Some((file, span)) = view.place(mark) else {
        return json!({ "side": side, "label": mark.text });
    };
    json!({
        "side": side,
        "file": &*file.display,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "label": mark.text,
    })
}

fn rollout(rollout: &Rollout) -> Value {
    let turns: Vec<Value> = rollout
        .turns
        .iter()
        .map(|turn| {
            json!({
                "message": turn.message,
                "from": turn.from,
                "to": turn.to,
                "order": turn.order.as_str(),
                "consumers": turn.consumers,
                "producers": turn.producers,
            })
        })
        .collect();
    json!({ "messages": turns, "steps": rollout.steps, "cycle": rollout.cycle })
}
