//! Defaults of fields: from what people write to what an Avro schema writes (Avro 1.12, "Complex
//! Types", default values). A union's default is of any branch in the catalog; Avro wants the
//! first, so the branch that it fits must be first.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::{EnumDef, Fixed, FixedLogical, Record, Type, TypeDef, TypeKind};

/// Deepest nesting of a default.
const MAX_DEPTH: usize = 32;

/// Types by name.
pub(super) type Types = BTreeMap<String, TypeDef>;

/// The value as an Avro schema writes it, or why it is not a value of the type.
pub(super) fn to_avro(types: &Types, ty: &Type, value: &Value) -> Result<Value, String> {
    convert(types, ty, value, 0)
}

fn convert(types: &Types, ty: &Type, value: &Value, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err("it is nested too deeply".into());
    }
    match ty {
        Type::Null if value.is_null() => Ok(Value::Null),
        Type::Boolean if value.is_boolean() => Ok(value.clone()),
        Type::Int | Type::Date | Type::TimeMillis => {
            integer(value, i64::from(i32::MIN), i64::from(i32::MAX))
        }
        Type::Long
        | Type::TimeMicros
        | Type::TimestampMillis
        | Type::TimestampMicros
        | Type::TimestampNanos
        | Type::LocalTimestampMillis
        | Type::LocalTimestampMicros
        | Type::LocalTimestampNanos => integer(value, i64::MIN, i64::MAX),
        Type::Float | Type::Double if value.is_number() => Ok(value.clone()),
        Type::String if value.is_string() => Ok(value.clone()),
        Type::Uuid => uuid(value),
        Type::Bytes => bytes(value),
        Type::Decimal { precision, scale } => decimal(value, *precision, *scale, None),
        Type::Fixed(fixed) => fixed_value(fixed, value),
        Type::Optional { inner, null_first } => match (value.is_null(), null_first) {
            (true, true) => Ok(Value::Null),
            (false, true) => {
                Err("the default of a nullable field is `null`, its first branch".into())
            }
            (_, false) => convert(types, inner, value, depth + 1),
        },
        Type::Array(items) => match value {
            Value::Array(values) => values
                .iter()
                .map(|v| convert(types, items, v, depth + 1))
                .collect(),
            _ => Err(expected("a list", value)),
        },
        Type::Map(inner) => match value {
            Value::Object(map) => map
                .iter()
                .map(|(k, v)| Ok((k.clone(), convert(types, inner, v, depth + 1)?)))
                .collect::<Result<Map<_, _>, String>>()
                .map(Value::Object),
            _ => Err(expected("a mapping", value)),
        },
        Type::Named(name) => match types.get(name).map(|t| &t.kind) {
            Some(TypeKind::Record(record)) => record_value(types, record, value, depth),
            Some(TypeKind::Enum(def)) => symbol(def, value),
            Some(TypeKind::Union(union)) => {
                let first = union.variants.first().map_or(&Type::Null, |v| &v.ty);
                convert(types, first, value, depth + 1)
                    .map_err(|why| format!("it must be a value of the union's first branch: {why}"))
            }
            Some(TypeKind::Fixed(fixed)) => fixed_value(fixed, value),
            None => Err(format!("there is no type `{name}`")),
        },
        Type::Boxed(inner) => convert(types, inner, value, depth),
        Type::Null => Err(expected("null", value)),
        Type::Boolean => Err(expected("`true` or `false`", value)),
        Type::Float | Type::Double => Err(expected("a number", value)),
        Type::String => Err(expected("text", value)),
    }
}

fn expected(what: &str, value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().take(40).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("expected {what}, found `{short}{dots}`")
}

fn integer(value: &Value, min: i64, max: i64) -> Result<Value, String> {
    match value.as_i64() {
        Some(number) if (min..=max).contains(&number) => Ok(number.into()),
        _ => Err(expected(
            &format!("a whole number from {min} to {max}"),
            value,
        )),
    }
}

fn uuid(value: &Value) -> Result<Value, String> {
    let groups = value
        .as_str()
        .map(|t| t.split('-').map(str::len).collect::<Vec<_>>());
    let hex = value
        .as_str()
        .is_some_and(|t| t.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()));
    if hex && groups.as_deref() == Some(&[8, 4, 4, 4, 12]) {
        return Ok(value.as_str().unwrap_or_default().to_lowercase().into());
    }
    Err(expected("a uuid", value))
}

/// Bytes as Avro writes them in JSON: a character from U+0000 to U+00FF each.
fn bytes(value: &Value) -> Result<Value, String> {
    match value.as_str() {
        Some(text) if text.chars().all(|c| u32::from(c) < 256) => Ok(value.clone()),
        _ => Err(expected(
            "text of characters up to U+00FF, one for each byte",
            value,
        )),
    }
}

fn fixed_value(fixed: &Fixed, value: &Value) -> Result<Value, String> {
    if let Some(FixedLogical::Decimal { precision, scale }) = fixed.logical {
        return decimal(value, precision, scale, Some(fixed.size));
    }
    let value = bytes(value)?;
    let length = value.as_str().map_or(0, |t| t.chars().count());
    if length == fixed.size {
        return Ok(value);
    }
    Err(format!("expected {} bytes, found {length}", fixed.size))
}

fn symbol(def: &EnumDef, value: &Value) -> Result<Value, String> {
    if value
        .as_str()
        .is_some_and(|text| def.symbols.iter().any(|s| s.name == text))
    {
        return Ok(value.clone());
    }
    let symbols: Vec<&str> = def.symbols.iter().map(|s| s.name.as_str()).collect();
    Err(expected(
        &format!("one of `{}`", symbols.join("`, `")),
        value,
    ))
}

fn record_value(
    types: &Types,
    record: &Record,
    value: &Value,
    depth: usize,
) -> Result<Value, String> {
    let Value::Object(given) = value else {
        return Err(expected("a mapping", value));
    };
    if let Some(strange) = given.keys().find(|k| record.field(k).is_none()) {
        return Err(format!("`{strange}` is not a field of the record"));
    }
    let mut map = Map::new();
    for field in &record.fields {
        let value = match (given.get(&field.name), &field.default) {
            (Some(value), _) => convert(types, &field.ty, value, depth + 1),
            (None, Some(default)) => convert(types, &field.ty, &default.plain, depth + 1),
            (None, None) => Err("it is missing and has no default".into()),
        };
        map.insert(
            field.name.clone(),
            value.map_err(|why| format!("in `{}`: {why}", field.name))?,
        );
    }
    Ok(Value::Object(map))
}

/// A decimal as the two's-complement bytes of its unscaled value, big-endian, as few as hold it.
fn decimal(
    value: &Value,
    precision: u32,
    scale: u32,
    size: Option<usize>,
) -> Result<Value, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(expected("a decimal such as `\"12.50\"`", value)),
    };
    let unscaled = unscaled(&text, precision, scale).ok_or_else(|| {
        expected(
            &format!("a decimal of {precision} digits, {scale} after the point"),
            value,
        )
    })?;
    let all = unscaled.to_be_bytes();
    let fill = if unscaled < 0 { 0xff } else { 0 };
    let redundant = |i: usize| all[i] == fill && (all[i + 1] ^ fill) & 0x80 == 0;
    let start = (0..all.len() - 1).take_while(|i| redundant(*i)).count();
    let mut bytes = all[start..].to_vec();
    if let Some(size) = size {
        if bytes.len() > size {
            return Err(format!("the decimal does not fit into {size} bytes"));
        }
        bytes.splice(0..0, std::iter::repeat_n(fill, size - bytes.len()));
    }
    Ok(bytes.into_iter().map(char::from).collect::<String>().into())
}

fn unscaled(text: &str, precision: u32, scale: u32) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || part.len() > scale as usize {
        return None;
    }
    let padded = format!("{whole}{part:0<width$}", width = scale as usize);
    if !padded.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let significant = padded.trim_start_matches('0');
    if significant.len() > precision as usize {
        return None;
    }
    let number: i128 = if significant.is_empty() {
        0
    } else {
        significant.parse().ok()?
    };
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Types, to_avro};
    use crate::model::Type;

    #[test]
    fn decimals_become_bytes() {
        let ty = Type::Decimal {
            precision: 6,
            scale: 2,
        };
        let avro = |v| to_avro(&Types::new(), &ty, &v);
        assert_eq!(avro(json!("12.50")), Ok(json!("\u{4}\u{e2}")));
        assert_eq!(avro(json!("-0.01")), Ok(json!("\u{ff}")));
        assert_eq!(avro(json!("1.28")), Ok(json!("\u{0}\u{80}")));
        assert_eq!(avro(json!(0)), Ok(json!("\u{0}")));
        assert!(avro(json!("12.505")).is_err());
        assert!(avro(json!("12345.00")).is_err());
        assert!(avro(json!("1e3")).is_err());
    }

    #[test]
    fn numbers_keep_their_range() {
        let avro = |ty, v| to_avro(&Types::new(), &ty, &v);
        assert!(avro(Type::Int, json!(2_147_483_648_i64)).is_err());
        assert!(avro(Type::Long, json!(2_147_483_648_i64)).is_ok());
        assert!(avro(Type::Int, json!(1.5)).is_err());
    }
}
