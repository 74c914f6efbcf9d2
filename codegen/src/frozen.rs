//! What a version is frozen as: the schema of its payload, and in the attribute `headers`, which
//! Avro does not know and every reader passes over, the headers of the message's own.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{
    lint::keys::describe,
    model::{EnumDef, Field, Message, Model, Type, TypeKind},
    schema,
};

const HEADERS: &str = "headers";

/// The JSON that is frozen of a message as it is.
pub(crate) fn json(model: &Model, message: &Message) -> Value {
    let mut json = schema::of_message(model, message);
    let fields = message.headers.fields.iter();
    let headers: Vec<Value> = fields.map(|f| Header::of(model, f).json()).collect();
    if let (Value::Object(map), false) = (&mut json, headers.is_empty()) {
        map.insert(HEADERS.to_owned(), headers.into());
    }
    json
}

/// The text of a frozen file.
pub(crate) fn text(model: &Model, message: &Message) -> String {
    schema::text(&json(model, message))
}

/// The schema of the payload alone, where a frozen text has headers beside it.
fn payload_json(text: &str) -> Option<Value> {
    // Most have none, and parsing thousands takes its time.
    if !text.contains("\"headers\"") {
        return None;
    }
    let mut json: Value = serde_json::from_str(text).ok()?;
    json.as_object_mut()?.shift_remove(HEADERS)?;
    Some(json)
}

/// The text of the payload's schema, as others have it.
pub(crate) fn payload(text: &str) -> Cow<'_, str> {
    match payload_json(text) {
        Some(json) => Cow::Owned(schema::text(&json)),
        None => Cow::Borrowed(text),
    }
}

/// Whether two frozen texts differ in headers at most.
pub(crate) fn have_one_payload(a: &str, b: &str) -> bool {
    a == b || payload(a) == payload(b)
}

/// The headers that a frozen JSON has, in its order.
pub(crate) fn headers(json: &Value) -> Vec<Header> {
    let headers = json.get(HEADERS).and_then(Value::as_array);
    let headers = headers.into_iter().flatten();
    headers.filter_map(Header::from_json).collect()
}

/// A JSON pointer to a header's name in a frozen text.
pub(crate) fn pointer(text: &str, header: &str) -> String {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let mut headers = headers(&json).into_iter();
    match headers.position(|h| h.name == header) {
        Some(at) => format!("/{HEADERS}/{at}/name"),
        None => "/name".to_owned(),
    }
}

/// A header of a message's own, with all that decides whether the other side can read it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    /// Its name on the wire.
    pub(crate) name: String,
    /// The type of its text, never an optional one.
    pub(crate) ty: Type,
    /// Whether it may be left out.
    pub(crate) optional: bool,
    /// What it is where it was left out, in plain JSON.
    pub(crate) default: Option<Value>,
    /// The symbols of an enum.
    pub(crate) symbols: Option<Symbols>,
}

/// The texts that an enum may have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Symbols {
    /// All that are declared.
    pub(crate) names: Vec<String>,
    /// The one that stands for unknown ones.
    pub(crate) fallback: Option<String>,
}

impl Header {
    fn of(model: &Model, field: &Field) -> Self {
        let (ty, optional) = match &field.ty {
            Type::Optional { inner, .. } => (&**inner, true),
            other => (other, false),
        };
        let default = field.default.as_ref().map(|d| d.plain.clone());
        Self {
            name: field.name.clone(),
            ty: ty.clone(),
            optional,
            default: default.filter(|d| !d.is_null()),
            symbols: enumeration(model, ty).map(Symbols::of),
        }
    }

    /// Its type as the catalog writes it.
    pub(crate) fn words(&self) -> String {
        let mark = if self.optional { "?" } else { "" };
        format!("{}{mark}", describe(&self.ty))
    }

    fn json(&self) -> Value {
        let mut map = Map::new();
        map.insert("name".to_owned(), self.name.as_str().into());
        map.insert("type".to_owned(), self.words().into());
        if let Some(symbols) = &self.symbols {
            map.insert("symbols".to_owned(), symbols.names.clone().into());
            if let Some(fallback) = &symbols.fallback {
                map.insert("fallback".to_owned(), fallback.as_str().into());
            }
        }
        if let Some(default) = &self.default {
            map.insert("default".to_owned(), default.clone());
        }
        map.into()
    }

    fn from_json(json: &Value) -> Option<Self> {
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        let words = text("type")?;
        let symbols = json.get("symbols").and_then(Value::as_array);
        Some(Self {
            name: text("name")?.to_owned(),
            ty: type_of(words.trim_end_matches('?')),
            optional: words.ends_with('?'),
            default: json.get("default").cloned(),
            symbols: symbols.map(|names| Symbols {
                names: names
                    .iter()
                    .filter_map(|name| name.as_str().map(str::to_owned))
                    .collect(),
                fallback: text("fallback").map(str::to_owned),
            }),
        })
    }
}

impl Symbols {
    fn of(def: &EnumDef) -> Self {
        Self {
            names: def.symbols.iter().map(|s| s.name.clone()).collect(),
            fallback: def.default.clone(),
        }
    }
}

fn enumeration<'m>(model: &'m Model, ty: &Type) -> Option<&'m EnumDef> {
    let Type::Named(name) = ty else { return None };
    match &model.types.get(name)?.kind {
        TypeKind::Enum(def) => Some(def),
        _ => None,
    }
}

/// Types of headers that their name says all of.
const PLAIN: [Type; 16] = [
    Type::Boolean,
    Type::Int,
    Type::Long,
    Type::Float,
    Type::Double,
    Type::String,
    Type::Uuid,
    Type::Date,
    Type::TimeMillis,
    Type::TimeMicros,
    Type::TimestampMillis,
    Type::TimestampMicros,
    Type::TimestampNanos,
    Type::LocalTimestampMillis,
    Type::LocalTimestampMicros,
    Type::LocalTimestampNanos,
];

/// The type that [`describe`] had these words for.
fn type_of(words: &str) -> Type {
    let plain = PLAIN.iter().find(|ty| describe(ty) == words).cloned();
    let decimal = || {
        let inside = words.strip_prefix("decimal(")?.strip_suffix(')')?;
        let (precision, scale) = inside.split_once(", ")?;
        Some(Type::Decimal {
            precision: precision.parse().ok()?,
            scale: scale.parse().ok()?,
        })
    };
    plain
        .or_else(decimal)
        .unwrap_or_else(|| Type::Named(words.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_header_is_read_as_it_was_frozen() {
        let decimal = Type::Decimal {
            precision: 9,
            scale: 2,
        };
        let types = PLAIN.iter().cloned().chain([decimal]);
        for ty in types.chain([Type::Named("Level".to_owned())]) {
            let symbols = matches!(ty, Type::Named(_)).then(|| Symbols {
                names: vec!["LOW".to_owned(), "HIGH".to_owned()],
                fallback: Some("LOW".to_owned()),
            });
            for optional in [false, true] {
                let header = Header {
                    name: "x-one".to_owned(),
                    ty: ty.clone(),
                    optional,
                    default: (!optional).then(|| json!("5")),
                    symbols: symbols.clone(),
                };
                assert_eq!(Header::from_json(&header.json()), Some(header));
            }
        }
    }
}
