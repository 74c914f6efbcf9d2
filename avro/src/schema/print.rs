//! The JSON form of a schema.

use super::{Enum, Field, Fixed, Kind, Name, Order, Record, Schema, TypeId};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

impl Schema {
    /// The JSON form, each named type defined where it is first mentioned.
    pub fn to_json(&self) -> Value {
        Printer {
            schema: self,
            defined: HashSet::new(),
        }
        .print(self.root, None)
    }
}

struct Printer<'a> {
    schema: &'a Schema,
    defined: HashSet<TypeId>,
}

impl<'a> Printer<'a> {
    fn print(&mut self, id: TypeId, namespace: Option<&str>) -> Value {
        let one = self.schema.get(id);
        if let Some(name) = one.kind.name()
            && !self.defined.insert(id)
        {
            return Value::from(reference(name, namespace));
        }
        let mut object = Map::new();
        object.insert("type".to_owned(), one.kind.keyword().into());
        match &one.kind {
            Kind::Union(branches) => {
                return branches
                    .iter()
                    .map(|branch| self.print(*branch, namespace))
                    .collect();
            }
            Kind::Array(items) => {
                object.insert("items".to_owned(), self.print(*items, namespace));
            }
            Kind::Map(values) => {
                object.insert("values".to_owned(), self.print(*values, namespace));
            }
            Kind::Record(record) => self.record(record, namespace, &mut object),
            Kind::Enum(symbols) => enumeration(symbols, namespace, &mut object),
            Kind::Fixed(fixed) => fixed_size(fixed, namespace, &mut object),
            primitive if one.attributes.is_empty() => return primitive.keyword().into(),
            _ => {}
        }
        object.extend(Map::clone(&one.attributes));
        aliases(one.kind.aliases(), one.kind.name(), &mut object);
        Value::Object(object)
    }

    fn record(
        &mut self,
        record: &'a Record,
        namespace: Option<&str>,
        object: &mut Map<String, Value>,
    ) {
        named(&record.name, namespace, record.doc.as_ref(), object);
        let inner = record.name.namespace();
        let fields = record
            .fields
            .iter()
            .map(|field| self.field(field, inner))
            .collect();
        object.insert("fields".to_owned(), fields);
    }

    fn field(&mut self, field: &Field, namespace: Option<&str>) -> Value {
        let mut object = Map::new();
        object.insert("name".to_owned(), field.name.clone().into());
        object.insert("type".to_owned(), self.print(field.schema, namespace));
        if let Some(doc) = &field.doc {
            object.insert("doc".to_owned(), doc.clone().into());
        }
        if let Some(default) = &field.default {
            object.insert("default".to_owned(), default.clone());
        }
        match field.order {
            Order::Ascending => {}
            Order::Descending => drop(object.insert("order".to_owned(), json!("descending"))),
            Order::Ignore => drop(object.insert("order".to_owned(), json!("ignore"))),
        }
        if !field.aliases.is_empty() {
            object.insert("aliases".to_owned(), json!(field.aliases));
        }
        object.extend(Map::clone(&field.attributes));
        Value::Object(object)
    }
}

fn enumeration(symbols: &Enum, namespace: Option<&str>, object: &mut Map<String, Value>) {
    named(&symbols.name, namespace, symbols.doc.as_ref(), object);
    object.insert("symbols".to_owned(), json!(symbols.symbols));
    if let Some(default) = &symbols.default {
        object.insert("default".to_owned(), default.clone().into());
    }
}

fn fixed_size(fixed: &Fixed, namespace: Option<&str>, object: &mut Map<String, Value>) {
    named(&fixed.name, namespace, fixed.doc.as_ref(), object);
    object.insert("size".to_owned(), fixed.size.into());
}

fn named(name: &Name, outer: Option<&str>, doc: Option<&String>, object: &mut Map<String, Value>) {
    object.insert("name".to_owned(), name.simple().into());
    if name.namespace() != outer {
        object.insert(
            "namespace".to_owned(),
            name.namespace().unwrap_or_default().into(),
        );
    }
    if let Some(doc) = doc {
        object.insert("doc".to_owned(), doc.clone().into());
    }
}

fn aliases(aliases: &[Name], name: Option<&Name>, object: &mut Map<String, Value>) {
    if aliases.is_empty() {
        return;
    }
    let namespace = name.and_then(Name::namespace);
    let written = aliases.iter().map(|alias| match alias.namespace() {
        own if own == namespace => alias.simple().to_owned(),
        Some(_) => alias.full().to_owned(),
        None => format!(".{}", alias.simple()),
    });
    object.insert("aliases".to_owned(), written.collect());
}

/// How a type is mentioned again: a simple name would be taken for one of the
/// surrounding namespace, or for one of Avro's types.
fn reference(name: &Name, namespace: Option<&str>) -> String {
    let ambiguous = super::name::PRIMITIVES.contains(&name.simple());
    if name.namespace() == namespace && !ambiguous {
        name.simple().to_owned()
    } else {
        name.full().to_owned()
    }
}
