//! Defaults of properties, where they are values of what the property became.

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
    let fits = match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "int" => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        "long" => value.is_i64(),
        "float" | "double" => value.is_number(),
        _ => false,
    };
    fits.then(|| value.clone())
}
