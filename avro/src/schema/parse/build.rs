//! From JSON to the arena of types. Only the text is looked at here; what needs
//! all names is checked afterwards.

use super::super::{
    Enum, Field, Fixed, Kind, Logical, Name, Order, Record, Schema, SchemaError, Type, TypeId, name,
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Builds the arena, and says for every type where it stands in the text.
pub(super) fn build(value: &Value) -> (Schema, Vec<String>, Vec<SchemaError>) {
    let mut builder = Builder::default();
    let root = builder.schema(value, None);
    builder.link(root)
}

#[derive(Default)]
struct Builder {
    types: Vec<Type>,
    /// JSON pointer of every type.
    places: Vec<String>,
    /// Named types whose definition has ended.
    known: HashMap<String, TypeId>,
    /// Mentions of names that were not known then.
    pending: Vec<(TypeId, String)>,
    /// Definitions that repeat a name: the later one, the earlier one.
    repeated: Vec<(TypeId, TypeId)>,
    path: Vec<String>,
    errors: Vec<SchemaError>,
}

const RESERVED: [&str; 10] = [
    "doc",
    "fields",
    "items",
    "name",
    "namespace",
    "size",
    "symbols",
    "values",
    "type",
    "aliases",
];
const FIELD_RESERVED: [&str; 6] = ["default", "doc", "name", "order", "type", "aliases"];

impl Builder {
    fn error(&mut self, message: impl Into<String>) {
        self.errors.push(SchemaError {
            path: self.path.concat(),
            message: message.into(),
        });
    }

    /// Runs `read` with `key` appended to the path.
    fn at<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path
            .push(format!("/{}", key.replace('~', "~0").replace('/', "~1")));
        let value = read(self);
        self.path.pop();
        value
    }

    fn add(&mut self, kind: Kind, attributes: Map<String, Value>) -> TypeId {
        let id = TypeId(self.types.len() as u32);
        let logical = Logical::of(&kind, &attributes);
        self.types.push(Type {
            kind,
            logical,
            attributes,
        });
        self.places.push(self.path.concat());
        id
    }

    /// Stands for a type that could not be read.
    fn placeholder(&mut self) -> TypeId {
        self.add(Kind::Null, Map::new())
    }

    fn schema(&mut self, value: &Value, namespace: Option<&str>) -> TypeId {
        match value {
            Value::String(name) => self.mention(name, namespace),
            Value::Array(branches) => {
                let ids = branches.iter().enumerate().map(|(position, branch)| {
                    self.at(&position.to_string(), |b| b.schema(branch, namespace))
                });
                let ids = ids.collect();
                self.add(Kind::Union(ids), Map::new())
            }
            Value::Object(object) => self.object(object, namespace),
            other => {
                self.error(format!(
                    "{other} is no schema: a name, an object or an array is"
                ));
                self.placeholder()
            }
        }
    }

    fn object(&mut self, object: &Map<String, Value>, namespace: Option<&str>) -> TypeId {
        let Some(keyword) = object.get("type").and_then(Value::as_str) else {
            self.error("a schema needs a `type` that is a string");
            return self.placeholder();
        };
        match keyword {
            "record" | "error" => self.record(object, keyword == "error", namespace),
            "enum" => self.enumeration(object, namespace),
            "fixed" => self.fixed(object, namespace),
            "array" => self.collection(object, "items", Kind::Array, namespace),
            "map" => self.collection(object, "values", Kind::Map, namespace),
            _ => match primitive(keyword) {
                Some(kind) => self.add(kind, attributes(object, &RESERVED)),
                None => self.at("type", |b| b.mention(keyword, namespace)),
            },
        }
    }

    fn mention(&mut self, name: &str, namespace: Option<&str>) -> TypeId {
        if let Some(kind) = primitive(name) {
            return self.add(kind, Map::new());
        }
        let full = Name::new(name, namespace).full().to_owned();
        if let Some(id) = self.known.get(&full).or_else(|| self.known.get(name)) {
            return *id;
        }
        let id = self.placeholder();
        self.pending.push((id, full));
        id
    }

    fn collection(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        kind: fn(TypeId) -> Kind,
        namespace: Option<&str>,
    ) -> TypeId {
        let Some(part) = object.get(key) else {
            self.error(format!("it needs `{key}`"));
            return self.placeholder();
        };
        let part = self.at(key, |b| b.schema(part, namespace));
        self.add(kind(part), attributes(object, &RESERVED))
    }

    fn record(
        &mut self,
        object: &Map<String, Value>,
        is_error: bool,
        outer: Option<&str>,
    ) -> TypeId {
        let name = self.name(object, outer);
        let aliases = self.type_aliases(object, &name);
        let fields = match object.get("fields") {
            Some(Value::Array(fields)) => self.fields(fields, &name),
            _ => {
                self.error("a record needs `fields`, an array");
                Vec::new()
            }
        };
        let doc = text(object, "doc");
        let record = Record {
            name,
            aliases,
            doc,
            fields,
            is_error,
        };
        self.define(Kind::Record(record), attributes(object, &RESERVED))
    }

    fn fields(&mut self, fields: &[Value], name: &Name) -> Vec<Field> {
        let mut all: Vec<Field> = Vec::with_capacity(fields.len());
        for (position, field) in fields.iter().enumerate() {
            let path = format!("fields/{position}");
            self.path.push(format!("/{path}"));
            if let Some(field) = self.field(field, name.namespace()) {
                if all.iter().any(|other| other.name == field.name) {
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
            attributes,
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

    fn enumeration(&mut self, object: &Map<String, Value>, namespace: Option<&str>) -> TypeId {
        let name = self.name(object, namespace);
        let aliases = self.type_aliases(object, &name);
        let symbols = match object.get("symbols") {
            Some(Value::Array(symbols)) => self.at("symbols", |b| b.symbols(symbols)),
            _ => {
                self.error("an enum needs `symbols`, an array");
                Vec::new()
            }
        };
        let default = text(object, "default");
        if let Some(default) = &default
            && !symbols.contains(default)
        {
            self.at("default", |b| {
                b.error(format!("{default:?} is none of the symbols"))
            });
        }
        let mut attributes = attributes(object, &RESERVED);
        attributes.shift_remove("default");
        let doc = text(object, "doc");
        self.define(
            Kind::Enum(Enum {
                name,
                aliases,
                doc,
                symbols,
                default,
            }),
            attributes,
        )
    }

    fn symbols(&mut self, values: &[Value]) -> Vec<String> {
        let mut symbols: Vec<String> = Vec::with_capacity(values.len());
        for (position, value) in values.iter().enumerate() {
            let problem = match value.as_str() {
                None => Some(format!("{value} is no symbol: a string is")),
                Some(symbol) if symbols.iter().any(|other| other == symbol) => {
                    Some(format!("the symbol {symbol:?} exists already"))
                }
                Some(symbol) => name::invalid_part(symbol),
            };
            if let Some(message) = problem {
                self.at(&position.to_string(), |b| b.error(message));
            }
            symbols.push(value.as_str().unwrap_or_default().to_owned());
        }
        symbols
    }

    fn fixed(&mut self, object: &Map<String, Value>, namespace: Option<&str>) -> TypeId {
        let name = self.name(object, namespace);
        let aliases = self.type_aliases(object, &name);
        let size = object
            .get("size")
            .and_then(Value::as_i64)
            .and_then(|n| i32::try_from(n).ok());
        let size = size.and_then(|size| usize::try_from(size).ok());
        if size.is_none() {
            self.error("a fixed needs a `size`, a whole number of bytes");
        }
        let fixed = Fixed {
            name,
            aliases,
            doc: text(object, "doc"),
            size: size.unwrap_or(0),
        };
        self.define(Kind::Fixed(fixed), attributes(object, &RESERVED))
    }

    fn name(&mut self, object: &Map<String, Value>, outer: Option<&str>) -> Name {
        let Some(written) = object.get("name").and_then(Value::as_str) else {
            self.error("it needs a `name` that is a string");
            return Name::new("_", None);
        };
        let namespace = object.get("namespace").and_then(Value::as_str).or(outer);
        let name = Name::new(written, namespace);
        if let Some(message) = name::invalid(&name) {
            self.at("name", |b| b.error(message));
        }
        name
    }

    fn type_aliases(&mut self, object: &Map<String, Value>, name: &Name) -> Vec<Name> {
        let mut all: Vec<Name> = Vec::new();
        for written in self.aliases(object) {
            let alias = Name::new(&written, name.namespace());
            if let Some(message) = name::invalid_part(alias.simple()) {
                self.at("aliases", |b| b.error(message));
            }
            if !all.contains(&alias) {
                all.push(alias);
            }
        }
        all
    }

    fn aliases(&mut self, object: &Map<String, Value>) -> Vec<String> {
        let Some(value) = object.get("aliases") else {
            return Vec::new();
        };
        let names: Option<Vec<String>> = value.as_array().and_then(|all| {
            all.iter()
                .map(|alias| alias.as_str().map(str::to_owned))
                .collect()
        });
        names.unwrap_or_else(|| {
            self.at("aliases", |b| b.error("aliases are an array of strings"));
            Vec::new()
        })
    }

    /// Ends the definition of a named type.
    fn define(&mut self, kind: Kind, attributes: Map<String, Value>) -> TypeId {
        let full = kind
            .name()
            .map(|name| name.full().to_owned())
            .unwrap_or_default();
        let id = self.add(kind, attributes);
        if let Some(earlier) = self.known.get(&full) {
            self.repeated.push((id, *earlier));
            return *earlier;
        }
        self.known.insert(full, id);
        id
    }

    /// Replaces mentions by what they mean.
    fn link(mut self, root: TypeId) -> (Schema, Vec<String>, Vec<SchemaError>) {
        let mut target: Vec<TypeId> = (0..self.types.len() as u32).map(TypeId).collect();
        for (id, full) in std::mem::take(&mut self.pending) {
            match self.known.get(&full) {
                Some(known) => target[id.0 as usize] = *known,
                None => {
                    let path = self.places[id.0 as usize].clone();
                    let message = format!("there is no type of the name {full:?}");
                    self.errors.push(SchemaError { path, message });
                }
            }
        }
        for one in &mut self.types {
            one.kind.replace(|id| target[id.0 as usize]);
        }
        let root = target[root.0 as usize];
        let schema = Schema {
            types: self.types,
            root,
        };
        for (later, earlier) in self.repeated {
            if !super::super::same::same(&schema, later, &schema, earlier) {
                let path = self.places[later.0 as usize].clone();
                let message = format!(
                    "another type has the name {:?} already",
                    schema.type_name(later)
                );
                self.errors.push(SchemaError { path, message });
            }
        }
        (schema, self.places, self.errors)
    }
}

impl Kind {
    fn replace(&mut self, target: impl Fn(TypeId) -> TypeId) {
        match self {
            Self::Array(part) | Self::Map(part) => *part = target(*part),
            Self::Union(branches) => branches.iter_mut().for_each(|id| *id = target(*id)),
            Self::Record(record) => {
                record
                    .fields
                    .iter_mut()
                    .for_each(|field| field.schema = target(field.schema));
            }
            _ => {}
        }
    }
}

fn primitive(keyword: &str) -> Option<Kind> {
    Some(match keyword {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "int" => Kind::Int,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bytes" => Kind::Bytes,
        "string" => Kind::String,
        _ => return None,
    })
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn attributes(object: &Map<String, Value>, reserved: &[&str]) -> Map<String, Value> {
    let own = object
        .iter()
        .filter(|(key, _)| !reserved.contains(&key.as_str()));
    own.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
