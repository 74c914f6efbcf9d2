//! Judging pairs of schemas, one JSON line each: what `compat --pairs` prints.

use crate::json::avro_to_json;
use crate::resolve::{Mismatch, resolve, resolve_lazily};
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
/// the old one wrote; the samples are decoded that way, into Avro JSON.
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
        "backward": direction(&old, &new),
        "forward": direction(&new, &old),
        "decoded": decoded?,
    });
    Ok(answer.to_string())
}

type Parsed = Result<Schema, Vec<SchemaError>>;

fn direction(writer: &Parsed, reader: &Parsed) -> Value {
    let reasons: Vec<Value> = match (writer, reader) {
        (Ok(writer), Ok(reader)) => {
            let mismatches = resolve(writer, reader).err().unwrap_or_default();
            mismatches.iter().map(reason).collect()
        }
        _ => invalid("writer", writer)
            .chain(invalid("reader", reader))
            .collect(),
    };
    json!({ "readable": reasons.is_empty(), "reasons": reasons })
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
            json!({ "path": error.path, "rule": "schema", "message": message })
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
