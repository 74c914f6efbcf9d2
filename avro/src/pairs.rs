//! Judging pairs of schemas, one JSON line each: what `compat --pairs` prints.

use crate::compat::{self, Finding, Kind, Witness};
use crate::json::avro_to_json;
use crate::resolve::{Mismatch, resolve_lazily};
use crate::schema::{Schema, SchemaError};
use serde_json::{Value, json};

/// Why a line could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// The line is no JSON.
    #[error("the line is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The line lacks a part.
    #[error("the line has no `{0}`")]
    Missing(&'static str),
    /// A sample is no hexadecimal text.
    #[error("a sample is not hexadecimal: {0:?}")]
    Hex(String),
}

/// Judges one line: `{"id", "old", "new", "samples": [{"hex"}]}` gives
/// `{"id", "backward", "forward", "decoded"}`. Backward: the new schema reads what
/// the old one wrote; the samples are decoded that way, into Avro JSON. A direction is
/// `{"readable", "compatible", "findings", "witness", "reasons"}`: what
/// [`judge`](crate::compat::judge) says, the first datum that cannot be read, and the
/// reasons that [`resolve`](crate::resolve::resolve) gives.
///
/// # Errors
/// A line of another form. A schema that is invalid is an answer, not an error.
pub fn judge(line: &str) -> Result<String, PairError> {
    let line: Value = serde_json::from_str(line)?;
    let part = |key| line.get(key).ok_or(PairError::Missing(key));
    let old = Schema::from_json(part("old")?);
    let new = Schema::from_json(part("new")?);
    let samples = line
        .get("samples")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let decoded: Result<Vec<Value>, PairError> = samples
        .iter()
        .map(|sample| decode(sample, &old, &new))
        .collect();
    let answer = json!({
        "id": part("id")?,
        "backward": direction(&old, &new, true),
        "forward": direction(&new, &old, false),
        "decoded": decoded?,
    });
    Ok(answer.to_string())
}

type Parsed = Result<Schema, Vec<SchemaError>>;

/// What happens in one direction. Findings about the edit are heeded where the older
/// schema writes.
fn direction(writer: &Parsed, reader: &Parsed, is_backward: bool) -> Value {
    let (Ok(writer), Ok(reader)) = (writer, reader) else {
        let reasons: Vec<Value> = invalid("writer", writer)
            .chain(invalid("reader", reader))
            .collect();
        return json!({
            "readable": false,
            "compatible": false,
            "findings": reasons,
            "witness": null,
            "reasons": reasons,
        });
    };
    let (judgement, reasons) = compat::judge_with_reasons(writer, reader);
    let findings = judgement.findings.iter();
    let findings = findings.filter(|one| is_backward || !one.rule.is_about_the_edit());
    let witness = judgement.findings.iter().find_map(unreadable);
    json!({
        "readable": judgement.readable,
        "compatible": judgement.compatible(),
        "findings": findings.map(finding).collect::<Vec<Value>>(),
        "witness": witness,
        "reasons": reasons.iter().map(reason).collect::<Vec<Value>>(),
    })
}

/// A datum that cannot be read.
fn unreadable(finding: &Finding) -> Option<Value> {
    let witness = finding.witness.as_ref()?;
    let fails = finding.kind == Kind::Unreadable;
    fails.then(|| json!({ "json": witness.json, "hex": witness.hex }))
}

fn finding(finding: &Finding) -> Value {
    let mut line = json!({
        "rule": finding.rule.code(),
        "name": finding.rule.name(),
        "path": finding.path,
        "message": finding.message,
        "severity": finding.severity.as_str(),
        "kind": finding.kind.as_str(),
        "writer": finding.writer,
        "reader": finding.reader,
        "witness": finding.witness.as_ref().map(witness),
    });
    if let Some(reason) = &finding.no_witness {
        line["no_witness"] = Value::from(reason.clone());
    }
    line
}

fn witness(witness: &Witness) -> Value {
    let mut line = json!({ "json": witness.json, "hex": witness.hex });
    let meanings = [("means", &witness.means), ("reads_as", &witness.reads_as)];
    for (key, value) in meanings {
        if let Some(value) = value {
            line[key] = value.clone();
        }
    }
    line
}

/// The errors of a schema, as reasons.
fn invalid<'a>(side: &'a str, parsed: &'a Parsed) -> impl Iterator<Item = Value> + 'a {
    parsed
        .as_ref()
        .err()
        .into_iter()
        .flatten()
        .map(move |error| {
            let message = format!("the {side}'s schema is invalid: {}", error.message);
            json!({
                "path": error.path,
                "rule": "schema",
                "message": message,
                "severity": "error",
            })
        })
}

fn reason(mismatch: &Mismatch) -> Value {
    json!({
        "path": mismatch.path,
        "rule": mismatch.rule.id(),
        "message": mismatch.message,
        "writer": mismatch.writer,
        "reader": mismatch.reader,
    })
}

fn decode(sample: &Value, old: &Parsed, new: &Parsed) -> Result<Value, PairError> {
    let hex = sample
        .get("hex")
        .and_then(Value::as_str)
        .ok_or(PairError::Missing("hex"))?;
    let bytes = unhex(hex).ok_or_else(|| PairError::Hex(hex.to_owned()))?;
    let (Ok(writer), Ok(reader)) = (old, new) else {
        return Ok(json!({ "error": "a schema is invalid" }));
    };
    let plan = match resolve_lazily(writer, reader) {
        Ok(plan) => plan,
        Err(mismatch) => return Ok(json!({ "error": mismatch.to_string() })),
    };
    let mut out = Vec::new();
    let transcoded = plan.transcode(&bytes, &mut out);
    Ok(match transcoded.and_then(|()| avro_to_json(reader, &out)) {
        Ok(value) => value,
        Err(error) => {
            let reason = plan
                .reason(error)
                .map_or_else(|| error.to_string(), Mismatch::to_string);
            json!({ "error": reason })
        }
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks(2)
            .map(|pair| (pair[0] << 4 | pair[1]) as u8)
            .collect(),
    )
}
