//! For people: each finding with both sides' lines, then the order of deployment.

use std::fmt::Write as _;

use serde_json::Value;

use super::{View, by_reason};
use crate::{
    compat::{Finding, Order, Rollout, Severity, When},
    diagnostic::{Color, Label, Paint, Style, excerpt},
};

/// Longest witness that is shown whole, in characters.
const SHOWN: usize = 240;

/// Everything as text.
pub fn text(view: &View<'_>, color: Color) -> String {
    let paint = Paint(color);
    let mut text = String::new();
    for finding in &view.outcome.findings {
        one(&mut text, view, finding, paint);
        text.push('\n');
    }
    rollout(&mut text, &view.outcome.rollout, paint);
    let messages = match view.outcome.messages {
        1 => "1 message".to_owned(),
        n => format!("{n} messages"),
    };
    let _ = write!(
        text,
        "{}: {messages} compared with {}",
        view.counts(),
        view.against
    );
    match view.outcome.waived {
        0 => {}
        1 => text.push_str("; 1 finding is waived"),
        n => drop(write!(text, "; {n} findings are waived")),
    }
    text.push('\n');
    text
}

fn one(text: &mut String, view: &View<'_>, finding: &Finding, paint: Paint) {
    let red = match finding.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;32",
    };
    let head = format!("{}[{}]", finding.severity.as_str(), finding.code);
    text.push_str(&paint.with(red, &head));
    text.push_str(&paint.with("1", &format!(": {}\n", finding.message)));
    let lines = finding.marks.iter().filter_map(|m| m.span);
    let gutter = lines.map(|s| s.line.to_string().len()).max().unwrap_or(1);
    let before = format!(" ({})", view.against);
    for (at, mark) in finding.marks.iter().enumerate() {
        let (Some(span), Some(sources)) = (mark.span, view.sources(mark.when)) else {
            continue;
        };
        let first = at == 0;
        let style = Style {
            paint,
            color: if first { red } else { "1;34" },
            mark: if first { '^' } else { '-' },
            arrow: if first { "-->" } else { ":::" },
            gutter,
            remark: if mark.when == When::Before {
                &before
            } else {
                ""
            },
        };
        let label = Label {
            span,
            text: mark.text.clone(),
        };
        excerpt(text, &label, &style, sources);
    }
    for (word, line) in remarks(finding) {
        let bar = paint.with("1;34", &format!("{:gutter$} =", ""));
        let _ = writeln!(text, "{bar} {}: {line}", paint.with("1", word));
    }
}

/// What stands below the excerpts, each with its word.
fn remarks(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(proof) = finding.proof.as_ref().filter(|p| p.versions.len() > 1) {
        let versions: Vec<String> = proof.versions.iter().map(u32::to_string).collect();
        lines.push(("versions", versions.join(", ")));
    }
    if !finding.also.is_empty() {
        lines.push(("also in", finding.also.join(", ")));
    }
    lines.extend(witness(finding).map(|line| ("witness", line)));
    lines.extend(by_reason(&finding.hurt).into_iter().map(|l| ("hurts", l)));
    lines.extend(
        by_reason(&finding.unhurt)
            .into_iter()
            .map(|l| ("spares", l)),
    );
    if let Some(fix) = &finding.fix {
        let applied = if fix.edit.is_some() {
            " (`--fix` does)"
        } else {
            ""
        };
        lines.push(("write", format!("{}{applied}", fix.yaml)));
    }
    lines.extend(finding.help.iter().map(|step| ("help", step.clone())));
    lines
}

/// The datum that shows a finding, or why there is none.
pub(super) fn witness(finding: &Finding) -> Option<String> {
    let proof = finding.proof.as_ref()?;
    let Some(witness) = &proof.witness else {
        return proof.no_witness.as_ref().map(|why| format!("none: {why}"));
    };
    let (json, hex) = (cut(&witness.json.to_string()), cut(&witness.hex));
    Some(match (&witness.means, &witness.reads_as) {
        (means, Some(read)) => {
            let (path, means, read) = differing(means.as_ref().unwrap_or(&witness.json), read);
            let (means, read) = (cut(&means.to_string()), cut(&read.to_string()));
            format!("{path}{means} is written (hex {hex}) and {read} is read")
        }
        (_, None) => format!("{json} is written (hex {hex}) and cannot be read"),
    })
}

/// The first part in which two values differ, with its path.
fn differing<'v>(a: &'v Value, b: &'v Value) -> (String, &'v Value, &'v Value) {
    let inside = match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let mut pairs = a
                .iter()
                .filter_map(|(k, v)| Some((k.clone(), v, b.get(k)?)));
            pairs.find(|(_, a, b)| a != b)
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            let mut pairs = pairs.map(|(i, (a, b))| (i.to_string(), a, b));
            pairs.find(|(_, a, b)| a != b)
        }
        _ => None,
    };
    match inside {
        Some((key, a, b)) => {
            let (rest, a, b) = differing(a, b);
            let path = if rest.is_empty() {
                format!("{key}: ")
            } else {
                format!("{key}.{rest}")
            };
            (path, a, b)
        }
        None => (String::new(), a, b),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain("…".chars()).collect()
}

fn rollout(text: &mut String, rollout: &Rollout, paint: Paint) {
    if rollout.turns.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with("1", "rollout"));
    for turn in &rollout.turns {
        let why = match turn.order {
            Order::ConsumersFirst => "consumers first, they read both",
            Order::ProducersFirst => "producers first, what they write is read by both",
            Order::Either => "in any order",
            Order::Neither => "no order works: neither side reads the other's data",
        };
        let (message, from, to) = (&turn.message, &turn.from, turn.to);
        let _ = writeln!(text, "  {message}, {from} → version {to}: {why}");
    }
    if !rollout.cycle.is_empty() {
        let _ = writeln!(
            text,
            "  there is no order: {}\n",
            rollout.cycle.join(" before ")
        );
        return;
    }
    if rollout.turns.iter().any(|t| t.order == Order::Neither) {
        text.push('\n');
        return;
    }
    for (at, services) in rollout.steps.iter().enumerate() {
        let _ = writeln!(text, "  {}. deploy {}", at + 1, services.join(", "));
    }
    text.push('\n');
}
