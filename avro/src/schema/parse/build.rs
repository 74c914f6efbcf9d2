//! From JSON to the arena of types. Only the text is looked at here; what needs
//! all names is checked afterwards.

mod named;
mod record;

use super::super::{BranchIndex, Kind, Logical, Name, Schema, SchemaError, Type, TypeId};
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
    /// There are too many types.
    is_full: bool,
}

/// Every mention of a type that has no name is a type of its own: memory is finite.
const MAX_TYPES: usize = 30_000;
/// Nobody reads more.
const MAX_ERRORS: usize = 1000;

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
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
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
            attributes: attributes.into(),
        });
        self.places.push(self.path.concat());
        id
    }

    /// Stands for a type that could not be read.
    fn placeholder(&mut self) -> TypeId {
        self.add(Kind::Null, Map::new())
    }

    fn schema(&mut self, value: &Value, namespace: Option<&str>) -> TypeId {
        if self.types.len() >= MAX_TYPES {
            // Said once; what follows is not looked at.
            if !std::mem::replace(&mut self.is_full, true) {
                self.errors.truncate(MAX_ERRORS - 1);
                self.error(format!("the schema has more than {MAX_TYPES} types"));
            }
            return TypeId(0);
        }
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
            if let Some(known) = self.known.get(&full) {
                target[id.0 as usize] = *known;
            } else {
                let path = self.places[id.0 as usize].clone();
                let message = format!("there is no type of the name {full:?}");
                self.errors.push(SchemaError { path, message });
            }
        }
        for one in &mut self.types {
            one.kind.replace(|id| target[id.0 as usize]);
        }
        let root = target[root.0 as usize];
        let has_field_aliases = self.types.iter().any(|one| match &one.kind {
            Kind::Record(record) => record.fields.iter().any(|f| !f.aliases.is_empty()),
            _ => false,
        });
        let mut schema = Schema {
            types: self.types,
            root,
            has_field_aliases,
            large_unions: HashMap::new(),
        };
        schema.large_unions = BranchIndex::of_all(&schema);
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
