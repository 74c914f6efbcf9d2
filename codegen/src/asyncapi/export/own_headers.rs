//! Headers of a message's own as JSON Schema. On the wire they are text; the schema says of which
//! values.

use herald_avro::codec::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis,
    TimestampMicros, TimestampMillis, TimestampNanos,
};
use serde_json::{Map, Value, json};

use super::headers;
use crate::model::{Field, Message, Model, Type, TypeKind};

/// The headers object of a message that has some of its own. By AsyncAPI's rule for traits its
/// `required` stands in place of the envelope's, so it repeats that.
pub(super) fn of_message(model: &Model, message: &Message) -> Option<Value> {
    let fields = &message.headers.fields;
    if fields.is_empty() {
        return None;
    }
    let always = fields
        .iter()
        .filter(|f| !matches!(f.ty, Type::Optional { .. }) && f.default.is_none());
    let mut required: Vec<&str> = headers::required().collect();
    required.extend(always.map(|f| f.name.as_str()));
    let properties = fields.iter().map(|f| (f.name.clone(), property(model, f)));
    let properties: Map<String, Value> = properties.collect();
    Some(json!({ "type": "object", "required": required, "properties": properties }))
}

fn property(model: &Model, header: &Field) -> Value {
    let mut schema = of_type(model, &header.ty);
    if let Some(doc) = &header.doc {
        schema.insert("description".into(), doc.as_str().into());
    }
    if let Some(default) = header.default.as_ref().filter(|d| !d.plain.is_null()) {
        let value = in_text(&header.ty, &default.plain);
        schema.insert("default".into(), value.unwrap_or(default.plain.clone()));
    }
    if let Some(pattern) = &header.pattern {
        schema.insert("pattern".into(), pattern.as_str().into());
    }
    if header.deprecated.is_some() {
        schema.insert("deprecated".into(), true.into());
    }
    schema.into()
}

/// A default as the wire has it, for types that the catalog writes as a number.
fn in_text(ty: &Type, plain: &Value) -> Option<Value> {
    let number = plain.as_i64()?;
    let text = match ty {
        Type::Date => Date::from(i32::try_from(number).ok()?).to_string(),
        Type::TimeMillis => TimeMillis::from(i32::try_from(number).ok()?).to_string(),
        Type::TimeMicros => TimeMicros::from(number).to_string(),
        Type::TimestampMillis => TimestampMillis::from(number).to_string(),
        Type::TimestampMicros => TimestampMicros::from(number).to_string(),
        Type::TimestampNanos => TimestampNanos::from(number).to_string(),
        Type::LocalTimestampMillis => LocalTimestampMillis::from(number).to_string(),
        Type::LocalTimestampMicros => LocalTimestampMicros::from(number).to_string(),
        Type::LocalTimestampNanos => LocalTimestampNanos::from(number).to_string(),
        _ => return None,
    };
    Some(text.into())
}

fn of_type(model: &Model, ty: &Type) -> Map<String, Value> {
    let (kind, format) = match ty {
        Type::Optional { inner, .. } => return of_type(model, inner),
        Type::Named(name) => return of_enum(model, name),
        Type::Decimal { scale, .. } => return decimal(*scale),
        Type::Boolean => ("boolean", None),
        Type::Int => ("integer", Some("int32")),
        Type::Long => ("integer", Some("int64")),
        Type::Float => ("number", Some("float")),
        Type::Double => ("number", Some("double")),
        Type::Uuid => ("string", Some("uuid")),
        Type::Date => ("string", Some("date")),
        Type::TimeMillis | Type::TimeMicros => ("string", Some("time")),
        Type::TimestampMillis | Type::TimestampMicros | Type::TimestampNanos => {
            ("string", Some("date-time"))
        }
        // A local timestamp has no offset, which `date-time` demands.
        _ => ("string", None),
    };
    let mut schema = Map::from_iter([("type".to_owned(), kind.into())]);
    if let Some(format) = format {
        schema.insert("format".into(), format.into());
    }
    schema
}

fn of_enum(model: &Model, name: &str) -> Map<String, Value> {
    let mut schema = Map::from_iter([("type".to_owned(), "string".into())]);
    if let Some(TypeKind::Enum(def)) = model.types.get(name).map(|t| &t.kind) {
        let symbols = def.symbols.iter().map(|s| s.name.as_str());
        schema.insert("enum".into(), symbols.collect());
    }
    schema
}

fn decimal(scale: u32) -> Map<String, Value> {
    let step = if scale == 0 {
        "1".to_owned()
    } else {
        format!("0.{:0>width$}", 1, width = scale as usize)
    };
    Map::from_iter([
        ("type".to_owned(), "number".into()),
        ("format".to_owned(), "decimal".into()),
        ("multipleOf".to_owned(), number(&step)),
    ])
}

/// A number as it is written.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
