//! Defaults of properties, where they are values of what the property became.

use herald_avro::codec::{Date, TimeMillis, TimestampMillis, parse_uuid};
use serde_json::{Value, json};

use super::{Schemas, types::Ty};

impl Schemas<'_, '_> {
    /// The default as the catalog writes it; nothing where it is no value of the type.
    pub(super) fn default_of(&self, ty: &Ty, value: &Value) -> Option<Value> {
        match ty {
            Ty::Plain(name) => plain(name, value),
            // The document's value is any JSON, and what travels is its text.
            Ty::Json => Some(json!(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            )),
            Ty::Named(name) => {
                let written = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let pairs = self.enums.get(name)?;
                let symbol = pairs.iter().find(|(v, _)| *v == written)?;
                Some(json!(symbol.1))
            }
            Ty::Array(items) => {
                let values = value.as_array()?.iter();
                values.map(|v| self.default_of(items, v)).collect()
            }
            Ty::Map(values) => {
                let members = value.as_object()?.iter();
                members
                    .map(|(k, v)| Some((k.clone(), self.default_of(values, v)?)))
                    .collect::<Option<serde_json::Map<_, _>>>()
                    .map(Value::Object)
            }
            Ty::Union(branches) => self.default_of(branches.first()?, value),
            Ty::Optional(_) => value.is_null().then_some(Value::Null),
        }
    }
}

fn plain(name: &str, value: &Value) -> Option<Value> {
    let text = value.as_str().unwrap_or_default();
    let fits = match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "int" => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        "long" => value.is_i64(),
        "float" | "double" => value.is_number(),
        "uuid" => text.len() == 36 && parse_uuid(text.as_bytes()).is_some(),
        // The catalog counts days and milliseconds.
        "date" => return Some(json!(text.parse::<Date>().ok()?.0)),
        "time-millis" => return Some(json!(text.parse::<TimeMillis>().ok()?.0)),
        "timestamp-millis" => return Some(json!(text.parse::<TimestampMillis>().ok()?.0)),
        _ => return decimal(name, value),
    };
    fits.then(|| value.clone())
}

/// A decimal as text, if it has no more digits than its type.
fn decimal(ty: &str, value: &Value) -> Option<Value> {
    let (precision, scale) = ty
        .strip_prefix("decimal(")?
        .strip_suffix(')')?
        .split_once(", ")?;
    let (precision, scale): (usize, usize) = (precision.parse().ok()?, scale.parse().ok()?);
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let least = whole.trim_start_matches('0').len() + scale;
    let fits = !whole.is_empty() && part.len() <= scale && least <= precision;
    (fits && is_number(whole) && is_number(part)).then(|| json!(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::plain;

    #[test]
    fn defaults_of_formats_are_written_as_the_catalog_reads_them() {
        let of = |ty, value| plain(ty, &value);
        assert_eq!(of("date", json!("1970-01-02")), Some(json!(1)));
        assert_eq!(of("date", json!(1)), None);
        let second = json!("1970-01-01T00:00:01Z");
        assert_eq!(of("timestamp-millis", second), Some(json!(1000)));
        assert_eq!(of("time-millis", json!("00:00:01")), Some(json!(1000)));
        assert_eq!(of("uuid", json!("none")), None);
        assert_eq!(of("decimal(38, 2)", json!(12.5)), Some(json!("12.5")));
        assert_eq!(of("decimal(38, 2)", json!("-0.25")), Some(json!("-0.25")));
        assert_eq!(of("decimal(38, 2)", json!("0.125")), None);
        assert_eq!(of("decimal(38, 2)", json!("1e3")), None);
        assert_eq!(of("decimal(3, 2)", json!("12.5")), None);
        assert_eq!(of("bytes", json!("a")), None);
    }
}
