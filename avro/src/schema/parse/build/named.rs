//! Enums, fixed, and what named types have in common.

use super::super::super::{Enum, Fixed, Kind, Name, TypeId, name};
use super::{Builder, RESERVED, attributes, text};
use serde_json::{Map, Value};
use std::collections::HashSet;

impl Builder {
    pub(super) fn enumeration(
        &mut self,
        object: &Map<String, Value>,
        namespace: Option<&str>,
    ) -> TypeId {
        let name = self.name(object, namespace);
        let aliases = self.type_aliases(object, &name);
        let symbols = if let Some(Value::Array(symbols)) = object.get("symbols") {
            self.at("symbols", |b| b.symbols(symbols))
        } else {
            self.error("an enum needs `symbols`, an array");
            Vec::new()
        };
        let default = text(object, "default");
        if let Some(default) = &default
            && !symbols.contains(default)
        {
            self.at("default", |b| {
                b.error(format!("{default:?} is none of the symbols"));
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
        let mut seen = HashSet::with_capacity(values.len());
        for (position, value) in values.iter().enumerate() {
            let problem = match value.as_str() {
                None => Some(format!("{value} is no symbol: a string is")),
                Some(symbol) if !seen.insert(symbol) => {
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

    pub(super) fn fixed(&mut self, object: &Map<String, Value>, namespace: Option<&str>) -> TypeId {
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

    pub(super) fn name(&mut self, object: &Map<String, Value>, outer: Option<&str>) -> Name {
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

    pub(super) fn type_aliases(&mut self, object: &Map<String, Value>, name: &Name) -> Vec<Name> {
        let mut all: Vec<Name> = Vec::new();
        let mut seen = HashSet::new();
        for written in self.aliases(object) {
            let alias = Name::new(&written, name.namespace());
            if let Some(message) = name::invalid_part(alias.simple()) {
                self.at("aliases", |b| b.error(message));
            }
            if seen.insert(alias.clone()) {
                all.push(alias);
            }
        }
        all
    }

    pub(super) fn aliases(&mut self, object: &Map<String, Value>) -> Vec<String> {
        let Some(value) = object.get("aliases") else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let names: Option<Vec<String>> = value.as_array().and_then(|all| {
            let names: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
            let distinct = names?.into_iter().filter(|name| seen.insert(*name));
            Some(distinct.map(str::to_owned).collect())
        });
        names.unwrap_or_else(|| {
            self.at("aliases", |b| b.error("aliases are an array of strings"));
            Vec::new()
        })
    }
}
