//! Plain JSON of values without parts: what logical types look like, and back.

use super::{double, float};
use crate::codec::{
    Bytes, Codec, Date, Duration, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos,
    Reader, TimeMicros, TimeMillis, TimestampMicros, TimestampMillis, TimestampNanos, Uuid,
    encode_unscaled, parse_scaled, parse_uuid, scaled_text, unscaled_of,
};
use crate::schema::{Kind, Logical, Schema, TypeId};
use crate::value::Value;
use serde_json::Value as Json;
use std::fmt::Display;
use std::str::FromStr;

/// The JSON of a value without parts.
pub(super) fn show(schema: &Schema, id: TypeId, value: &Value) -> Json {
    let logical = schema.get(id).logical;
    match value {
        Value::Boolean(value) => Json::from(*value),
        Value::Int(value) => match logical {
            Some(Logical::Date) => text_or_number(Date(*value), *value),
            Some(Logical::TimeMillis) => text_or_number(TimeMillis(*value), *value),
            _ => Json::from(*value),
        },
        Value::Long(value) => long(logical, *value),
        Value::Float(value) => float(*value),
        Value::Double(value) => double(*value),
        Value::String(value) => Json::from(value.clone()),
        Value::Bytes(bytes) | Value::Fixed(bytes) => binary(logical, bytes),
        Value::Enum(symbol) => match schema.kind(id) {
            Kind::Enum(symbols) => symbols.symbols[*symbol].clone().into(),
            _ => Json::Null,
        },
        _ => Json::Null,
    }
}

fn long(logical: Option<Logical>, value: i64) -> Json {
    match logical {
        Some(Logical::TimeMicros) => text_or_number(TimeMicros(value), value),
        Some(Logical::TimestampMillis) => text_or_number(TimestampMillis(value), value),
        Some(Logical::TimestampMicros) => text_or_number(TimestampMicros(value), value),
        Some(Logical::TimestampNanos) => text_or_number(TimestampNanos(value), value),
        Some(Logical::LocalTimestampMillis) => text_or_number(LocalTimestampMillis(value), value),
        Some(Logical::LocalTimestampMicros) => text_or_number(LocalTimestampMicros(value), value),
        Some(Logical::LocalTimestampNanos) => text_or_number(LocalTimestampNanos(value), value),
        _ => Json::from(value),
    }
}

/// A number that means no date or time stays a number.
fn text_or_number(value: impl Display, number: impl Into<Json> + Display) -> Json {
    let text = value.to_string();
    if text == number.to_string() {
        number.into()
    } else {
        text.into()
    }
}

fn binary(logical: Option<Logical>, bytes: &[u8]) -> Json {
    match logical {
        Some(Logical::Decimal { scale, .. }) => match unscaled_of(bytes) {
            Ok(unscaled) => scaled_text(unscaled, scale).into(),
            Err(_) => Bytes(bytes.to_vec()).to_string().into(),
        },
        Some(Logical::Uuid) => match Uuid::from_slice(bytes) {
            Ok(uuid) => uuid.to_string().into(),
            Err(_) => Json::Null,
        },
        Some(Logical::Duration) => match Duration::decode(&mut Reader::new(bytes)) {
            Ok(duration) => duration.to_string().into(),
            Err(_) => Json::Null,
        },
        _ => Bytes(bytes.to_vec()).to_string().into(),
    }
}

/// Appends the encoding of a value without parts.
///
/// # Errors
/// What was expected instead.
pub(super) fn read(
    schema: &Schema,
    id: TypeId,
    json: &Json,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let logical = schema.get(id).logical;
    match schema.kind(id) {
        Kind::Null if json.is_null() => {}
        Kind::Null => return Err("null is expected".to_owned()),
        Kind::Boolean => json
            .as_bool()
            .ok_or("true or false is expected")?
            .encode(out),
        Kind::Int => match (logical, json) {
            (Some(Logical::Date), Json::String(text)) => {
                parse::<Date>(text, "a date such as 2024-02-29")?.encode(out);
            }
            (Some(Logical::TimeMillis), Json::String(text)) => {
                parse::<TimeMillis>(text, "a time such as 10:15:30.123")?.encode(out);
            }
            _ => whole(json)
                .and_then(|number| i32::try_from(number).ok())
                .ok_or("a whole number of 32 bits is expected")?
                .encode(out),
        },
        Kind::Long => match json {
            Json::String(text) if logical.is_some() => moment(logical, text, out)?,
            _ => whole(json)
                .ok_or("a whole number of 64 bits is expected")?
                .encode(out),
        },
        Kind::Float => (number(json).ok_or("a number is expected")? as f32).encode(out),
        Kind::Double => number(json).ok_or("a number is expected")?.encode(out),
        Kind::String => string(logical, json, out)?,
        Kind::Enum(symbols) => {
            let text = json.as_str().unwrap_or_default();
            let expected = || format!("one of {} is expected", symbols.symbols.join(", "));
            let symbol = symbols.symbols.iter().position(|symbol| symbol == text);
            crate::codec::write::index(symbol.ok_or_else(expected)?, out);
        }
        Kind::Bytes => match logical {
            Some(Logical::Decimal { precision, scale }) => {
                encode_unscaled(decimal(json, precision, scale)?, None, out);
            }
            _ => base64(json)?.encode(out),
        },
        Kind::Fixed(fixed) => match logical {
            Some(Logical::Decimal { precision, scale }) => {
                encode_unscaled(decimal(json, precision, scale)?, Some(fixed.size), out);
            }
            Some(Logical::Uuid) => out.extend_from_slice(uuid(json)?.as_bytes()),
            Some(Logical::Duration) => {
                let text = json.as_str().unwrap_or_default();
                parse::<Duration>(text, "a duration such as P1M2DT3S")?.encode(out);
            }
            _ => {
                let bytes = base64(json)?.0;
                if bytes.len() != fixed.size {
                    return Err(format!("{} byte(s) in base64 are expected", fixed.size));
                }
                out.extend_from_slice(&bytes);
            }
        },
        _ => return Err("a value without parts is expected".to_owned()),
    }
    Ok(())
}

fn parse<T: FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{what} is expected"))
}

fn moment(logical: Option<Logical>, text: &str, out: &mut Vec<u8>) -> Result<(), String> {
    const INSTANT: &str = "an instant such as 2024-02-29T12:00:00Z";
    const CLOCK: &str = "a date and time such as 2024-02-29T12:00:00";
    match logical {
        Some(Logical::TimeMicros) => {
            parse::<TimeMicros>(text, "a time such as 10:15:30.123456")?.encode(out);
        }
        Some(Logical::TimestampMillis) => parse::<TimestampMillis>(text, INSTANT)?.encode(out),
        Some(Logical::TimestampMicros) => parse::<TimestampMicros>(text, INSTANT)?.encode(out),
        Some(Logical::TimestampNanos) => parse::<TimestampNanos>(text, INSTANT)?.encode(out),
        Some(Logical::LocalTimestampMillis) => {
            parse::<LocalTimestampMillis>(text, CLOCK)?.encode(out);
        }
        Some(Logical::LocalTimestampMicros) => {
            parse::<LocalTimestampMicros>(text, CLOCK)?.encode(out);
        }
        _ => parse::<LocalTimestampNanos>(text, CLOCK)?.encode(out),
    }
    Ok(())
}

fn string(logical: Option<Logical>, json: &Json, out: &mut Vec<u8>) -> Result<(), String> {
    if logical == Some(Logical::Uuid) {
        uuid(json)?.encode(out);
    } else {
        crate::codec::write::string(json.as_str().ok_or("a string is expected")?, out);
    }
    Ok(())
}

fn uuid(json: &Json) -> Result<Uuid, String> {
    let text = json.as_str().unwrap_or_default();
    parse_uuid(text.as_bytes()).ok_or_else(|| "a UUID is expected".to_owned())
}

fn base64(json: &Json) -> Result<Bytes, String> {
    let text = json.as_str().ok_or("bytes in base64 are expected")?;
    parse(text, "bytes in base64")
}

fn whole(json: &Json) -> Option<i64> {
    json.as_i64()
}

fn number(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        _ => json.as_f64(),
    }
}

/// A decimal is text, or a whole number: other JSON numbers are not exact.
fn decimal(json: &Json, precision: u32, scale: u32) -> Result<i128, String> {
    let text = match json {
        Json::String(text) => text.clone(),
        Json::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return Err("a decimal in a string, such as \"12.50\", is expected".to_owned()),
    };
    let unscaled = parse_scaled(&text, scale).map_err(|error| format!("{text:?}: {error}"))?;
    let digits = unscaled
        .unsigned_abs()
        .checked_ilog10()
        .map_or(1, |log| log + 1);
    if digits > precision {
        return Err(format!("{text:?} has more than {precision} digits"));
    }
    Ok(unscaled)
}
