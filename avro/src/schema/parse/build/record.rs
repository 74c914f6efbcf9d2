//! Records and their fields.

use super::super::super::{Field, FieldIndex, Kind, Name, Order, Record, TypeId, name};
use super::{Builder, FIELD_RESERVED, RESERVED, attributes, text};
use serde_json::{Map, Value};
use std::collections::HashSet;

impl Builder {
    pub(super) fn record(
        &mut self,
        object: &Map<String, Value>,
        is_error: bool,
        outer: Option<&str>,
    ) -> TypeId {
        let name = self.name(object, outer);
        let aliases = self.type_aliases(object, &name);
        let fields = if let Some(Value::Array(fields)) = object.get("fields") {
            self.fields(fields, &name)
        } else {
            self.error("a record needs `fields`, an array");
            Vec::new()
        };
        let doc = text(object, "doc");
        let record = Record {
            name,
            aliases,
            doc,
            by_name: FieldIndex::of(&fields),
            fields,
            is_error,
        };
        self.define(Kind::Record(record), attributes(object, &RESERVED))
    }

    fn fields(&mut self, fields: &[Value], name: &Name) -> Vec<Field> {
        let mut all: Vec<Field> = Vec::with_capacity(fields.len());
        let mut names = HashSet::with_capacity(fields.len());
        for (position, field) in fields.iter().enumerate() {
            let path = format!("fields/{position}");
            self.path.push(format!("/{path}"));
            if let Some(field) = self.field(field, name.namespace()) {
                if !names.insert(field.name.clone()) {
                    self.error(format!("the field {:?} exists already", field.name));
                }
                all.push(field);
            }
            self.path.pop();
        }
        all
    }

    fn field(&mut self, value: &Value, namespace: Option<&str>) -> Option<Field> {
        let Value::Object(object) = value else {
            self.error("a field is an object with `name` and `type`");
            return None;
        };
        let Some(name) = text(object, "name") else {
            self.error("a field needs a `name`");
            return None;
        };
        if let Some(message) = name::invalid_part(&name) {
            self.at("name", |b| b.error(message));
        }
        let Some(schema) = object.get("type") else {
            self.error(format!("the field {name:?} needs a `type`"));
            return None;
        };
        let schema = self.at("type", |b| b.schema(schema, namespace));
        let aliases = self.aliases(object);
        let order = self.order(object);
        let default = object
            .get("default")
            .map(|default| self.field_default(default, schema));
        let attributes = attributes(object, &FIELD_RESERVED);
        Some(Field {
            name,
            aliases,
            doc: text(object, "doc"),
            schema,
            default,
            order,
            attributes: attributes.into(),
        })
    }

    /// A number written as text is allowed as the default of a float or double,
    /// since JSON has neither NaN nor infinity.
    fn field_default(&self, default: &Value, schema: TypeId) -> Value {
        let kind = &self.types[schema.0 as usize].kind;
        if let (Kind::Float | Kind::Double, Value::String(text)) = (kind, default)
            && let Ok(number) = text.trim().parse::<f64>()
            && number.is_finite()
        {
            return Value::from(number);
        }
        default.clone()
    }

    fn order(&mut self, object: &Map<String, Value>) -> Order {
        let Some(value) = object.get("order") else {
            return Order::default();
        };
        match value.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("ascending") => Order::Ascending,
            Some("descending") => Order::Descending,
            Some("ignore") => Order::Ignore,
            _ => {
                let message = format!("{value} is no order: ascending, descending and ignore are");
                self.at("order", |b| b.error(message));
                Order::default()
            }
        }
    }
}
