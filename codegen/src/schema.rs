//! Avro schemas of the model, as JSON: what `.avsc` files hold, what generated code registers, and
//! what released versions are compared with. Self-contained: each named type is written out where
//! it is first met (Avro 1.12, "Names").

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::model::{
    Field, Fixed, FixedLogical, Message, Model, Record, Type, TypeDef, TypeKind, UnionDef,
};

/// Schema of an event or command.
pub fn of_message(model: &Model, message: &Message) -> Value {
    let mut writer = Writer::new(model);
    writer.met.insert(message.payload_name.clone());
    let (namespace, name) = message
        .payload_name
        .rsplit_once('.')
        .unwrap_or(("", &message.payload_name));
    let head = Head {
        name,
        namespace,
        doc: message.doc.as_deref(),
        aliases: &message.aliases,
    };
    writer.record(&head, &message.record)
}

/// Schema of a record that is no message and no type of the catalog, without documentation.
pub(crate) fn of_record(model: &Model, namespace: &str, name: &str, record: &Record) -> Value {
    let head = Head {
        name,
        namespace,
        doc: None,
        aliases: &[],
    };
    without_docs(Writer::new(model).record(&head, record))
}

/// Schema of a shared type.
pub fn of_type(model: &Model, def: &TypeDef) -> Value {
    Writer::new(model).definition(def)
}

/// Schema of a type as a field uses it.
pub fn of(model: &Model, ty: &Type) -> Value {
    Writer::new(model).ty(ty)
}

/// The text of a schema file: indented by two spaces, with a final newline.
pub fn text(schema: &Value) -> String {
    let mut text = format!("{schema:#}\n");
    // Thousands of these are held at once.
    text.shrink_to_fit();
    text
}

/// A schema's JSON without its documentation.
pub(crate) fn without_docs(mut schema: Value) -> Value {
    remove_docs(&mut schema);
    schema
}

fn remove_docs(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(remove_docs),
        Value::Object(map) => {
            // Only a schema's own `doc`: a default may have a key of that name.
            if map.contains_key("type") {
                map.shift_remove("doc");
            }
            map.iter_mut()
                .filter(|(key, _)| *key != "default")
                .for_each(|(_, v)| remove_docs(v));
        }
        _ => {}
    }
}

struct Head<'a> {
    name: &'a str,
    namespace: &'a str,
    doc: Option<&'a str>,
    aliases: &'a [String],
}

impl Head<'_> {
    fn start(&self, kind: &str) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("type".into(), kind.into());
        map.insert("name".into(), self.name.into());
        if !self.namespace.is_empty() {
            map.insert("namespace".into(), self.namespace.into());
        }
        insert_doc(&mut map, self.doc, self.aliases);
        map
    }
}

struct Writer<'a> {
    model: &'a Model,
    met: HashSet<String>,
}

impl<'a> Writer<'a> {
    fn new(model: &'a Model) -> Self {
        Self {
            model,
            met: HashSet::new(),
        }
    }

    fn record(&mut self, head: &Head<'_>, record: &Record) -> Value {
        let mut map = head.start("record");
        let fields: Vec<Value> = record.fields.iter().map(|f| self.field(f)).collect();
        map.insert("fields".into(), fields.into());
        Value::Object(map)
    }

    fn field(&mut self, field: &Field) -> Value {
        let mut map = Map::new();
        map.insert("name".into(), field.name.as_str().into());
        map.insert("type".into(), self.ty(&field.ty));
        insert_doc(&mut map, field.doc.as_deref(), &field.aliases);
        if let Some(default) = &field.default {
            map.insert("default".into(), default.avro.clone());
        }
        insert_attributes(&mut map, field);
        Value::Object(map)
    }

    fn ty(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Optional { inner, null_first } => {
                let inner = self.ty(inner);
                let null = Value::from("null");
                Value::Array(if *null_first {
                    vec![null, inner]
                } else {
                    vec![inner, null]
                })
            }
            Type::Array(items) => json!({ "type": "array", "items": self.ty(items) }),
            Type::Map(values) => json!({ "type": "map", "values": self.ty(values) }),
            Type::Boxed(inner) => self.ty(inner),
            Type::Fixed(fixed) => self.fixed(fixed),
            Type::Named(name) => {
                let model = self.model;
                match model.types.get(name) {
                    Some(def) => self.definition(def),
                    None => name.as_str().into(),
                }
            }
            other => plain(other),
        }
    }

    /// A named type: written out at its first use, by name from then on.
    fn definition(&mut self, def: &TypeDef) -> Value {
        if let TypeKind::Union(union) = &def.kind {
            return self.union(union);
        }
        let full_name = def.full_name();
        if !self.met.insert(full_name.clone()) {
            return full_name.into();
        }
        let head = Head {
            name: def.simple_name(),
            namespace: &def.namespace,
            doc: def.doc.as_deref(),
            aliases: &def.aliases,
        };
        match &def.kind {
            TypeKind::Record(record) => self.record(&head, record),
            TypeKind::Enum(def) => {
                let mut map = head.start("enum");
                let symbols: Vec<Value> =
                    def.symbols.iter().map(|s| s.name.as_str().into()).collect();
                map.insert("symbols".into(), symbols.into());
                if let Some(default) = &def.default {
                    map.insert("default".into(), default.as_str().into());
                }
                Value::Object(map)
            }
            TypeKind::Fixed(fixed) => fixed_schema(&head, fixed),
            TypeKind::Union(union) => self.union(union),
        }
    }

    fn union(&mut self, union: &UnionDef) -> Value {
        Value::Array(union.variants.iter().map(|v| self.ty(&v.ty)).collect())
    }

    fn fixed(&mut self, fixed: &Fixed) -> Value {
        if let Some(def) = self.model.types.get(&fixed.name)
            && matches!(&def.kind, TypeKind::Fixed(own) if **own == *fixed)
        {
            return self.definition(def);
        }
        let head = Head {
            name: &fixed.name,
            namespace: &fixed.namespace,
            doc: None,
            aliases: &[],
        };
        let full_name = crate::model::full_name(&fixed.namespace, &fixed.name);
        if self.met.insert(full_name.clone()) {
            fixed_schema(&head, fixed)
        } else {
            full_name.into()
        }
    }
}

fn fixed_schema(head: &Head<'_>, fixed: &Fixed) -> Value {
    let mut map = head.start("fixed");
    map.insert("size".into(), fixed.size.into());
    match fixed.logical {
        None => {}
        Some(FixedLogical::Uuid) => drop(map.insert("logicalType".into(), "uuid".into())),
        Some(FixedLogical::Duration) => drop(map.insert("logicalType".into(), "duration".into())),
        Some(FixedLogical::Decimal { precision, scale }) => {
            map.insert("logicalType".into(), "decimal".into());
            map.insert("precision".into(), precision.into());
            map.insert("scale".into(), scale.into());
        }
    }
    Value::Object(map)
}

fn insert_doc(map: &mut Map<String, Value>, doc: Option<&str>, aliases: &[String]) {
    if let Some(doc) = doc {
        map.insert("doc".into(), doc.into());
    }
    if !aliases.is_empty() {
        map.insert("aliases".into(), json!(aliases));
    }
}

/// Attributes that Avro does not know and every reader passes over.
fn insert_attributes(map: &mut Map<String, Value>, field: &Field) {
    let texts = [
        ("deprecated", &field.deprecated),
        ("pattern", &field.pattern),
        ("unit", &field.unit),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            map.insert(name.into(), text.as_str().into());
        }
    }
    if field.pii {
        map.insert("pii".into(), true.into());
    }
    if let Some(added) = field.added {
        map.insert("added".into(), added.into());
    }
}

/// A type without a name and without parts.
fn plain(ty: &Type) -> Value {
    let (base, logical) = match ty {
        Type::Boolean => return "boolean".into(),
        Type::Int => return "int".into(),
        Type::Long => return "long".into(),
        Type::Float => return "float".into(),
        Type::Double => return "double".into(),
        Type::Bytes => return "bytes".into(),
        Type::String => return "string".into(),
        Type::Decimal { precision, scale } => {
            return json!({
                "type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale
            });
        }
        Type::Uuid => ("string", "uuid"),
        Type::Date => ("int", "date"),
        Type::TimeMillis => ("int", "time-millis"),
        Type::TimeMicros => ("long", "time-micros"),
        Type::TimestampMillis => ("long", "timestamp-millis"),
        Type::TimestampMicros => ("long", "timestamp-micros"),
        Type::TimestampNanos => ("long", "timestamp-nanos"),
        Type::LocalTimestampMillis => ("long", "local-timestamp-millis"),
        Type::LocalTimestampMicros => ("long", "local-timestamp-micros"),
        Type::LocalTimestampNanos => ("long", "local-timestamp-nanos"),
        _ => return "null".into(),
    };
    json!({ "type": base, "logicalType": logical })
}
