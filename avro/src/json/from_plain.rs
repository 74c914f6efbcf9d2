//! From plain JSON to a datum.

use super::suggest::nearest;
use super::{scalar, unions};
use crate::codec::write;
use crate::default::Defaults;
use crate::schema::{Field, Kind, Record, Schema, TypeId};
use serde_json::{Map, Value as Json};

/// One thing wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
pub struct JsonError {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// The encoding of the value that `json` means. A field that is absent takes its
/// default.
///
/// # Errors
/// Everything that is wrong, each with its place.
pub fn from_plain(schema: &Schema, json: &Json) -> Result<Vec<u8>, Vec<JsonError>> {
    let mut encoder = Encoder::new(schema);
    let mut out = Vec::new();
    encoder.value(schema.root(), json, &mut out);
    if encoder.errors.is_empty() {
        Ok(out)
    } else {
        Err(encoder.errors)
    }
}

/// How many values may be looked at: a document that means one of many branches
/// at every level could take for ever to tell.
const MAX_STEPS: u32 = 1 << 16;

pub(super) struct Encoder<'a> {
    schema: &'a Schema,
    path: Vec<String>,
    errors: Vec<JsonError>,
    steps: u32,
    defaults: Defaults<'a>,
}

impl<'a> Encoder<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            path: Vec::new(),
            errors: Vec::new(),
            defaults: Defaults::new(schema),
            steps: MAX_STEPS,
        }
    }

    fn error(&mut self, message: impl Into<String>) {
        self.errors.push(JsonError {
            path: self.path.concat(),
            message: message.into(),
        });
    }

    fn at(&mut self, key: &str, write: impl FnOnce(&mut Self)) {
        self.path
            .push(format!("/{}", key.replace('~', "~0").replace('/', "~1")));
        write(self);
        self.path.pop();
    }

    fn value(&mut self, id: TypeId, json: &Json, out: &mut Vec<u8>) {
        let Some(steps) = self.steps.checked_sub(1) else {
            if self.errors.is_empty() {
                self.error("it takes too long to tell which types are meant");
            }
            return;
        };
        self.steps = steps;
        let schema = self.schema;
        match schema.kind(id) {
            Kind::Record(record) => self.record(record, json, out),
            Kind::Union(branches) => self.union(branches, json, out),
            Kind::Array(item) => match json.as_array() {
                Some(items) => self.array(*item, items, out),
                None => self.error("an array is expected"),
            },
            Kind::Map(value) => match json.as_object() {
                Some(entries) => self.map(*value, entries, out),
                None => self.error("an object is expected"),
            },
            _ => {
                if let Err(message) = scalar::read(schema, id, json, out) {
                    self.error(message);
                }
            }
        }
    }

    fn array(&mut self, item: TypeId, items: &[Json], out: &mut Vec<u8>) {
        if !items.is_empty() {
            write::block(items.len(), out);
            for (position, json) in items.iter().enumerate() {
                self.at(&position.to_string(), |encoder| {
                    encoder.value(item, json, out);
                });
            }
        }
        write::block(0, out);
    }

    fn map(&mut self, value: TypeId, entries: &Map<String, Json>, out: &mut Vec<u8>) {
        if !entries.is_empty() {
            write::block(entries.len(), out);
            for (key, json) in entries {
                write::string(key, out);
                self.at(key, |encoder| encoder.value(value, json, out));
            }
        }
        write::block(0, out);
    }

    fn record(&mut self, record: &Record, json: &Json, out: &mut Vec<u8>) {
        let Some(object) = json.as_object() else {
            return self.error(format!("an object is expected, of type {}", record.name));
        };
        for key in object.keys().filter(|key| record.position(key).is_none()) {
            let names = record.fields.iter().map(|field| field.name.as_str());
            let hint = nearest(key, names.filter(|name| !object.contains_key(*name)));
            let hint = hint
                .map(|name| format!("; did you mean {name:?}?"))
                .unwrap_or_default();
            let message = format!("{} has no field of this name{hint}", record.name);
            self.at(key, |encoder| encoder.error(message));
        }
        for field in &record.fields {
            match object.get(&field.name) {
                Some(json) => {
                    self.at(&field.name, |encoder| {
                        encoder.value(field.schema, json, out);
                    });
                }
                None => self.absent(field, out),
            }
        }
    }

    fn absent(&mut self, field: &Field, out: &mut Vec<u8>) {
        match &field.default {
            None => self.error(format!("the field {:?} is missing", field.name)),
            Some(value) => {
                if let Err(error) = self.defaults.encode(field.schema, value, out) {
                    self.error(format!(
                        "the field {:?} is missing, and {error}",
                        field.name
                    ));
                }
            }
        }
    }

    fn union(&mut self, branches: &[TypeId], json: &Json, out: &mut Vec<u8>) {
        if let Some((branch, json)) = unions::tag(self.schema, branches, json) {
            write::index(branch, out);
            let name = self.schema.type_name(branches[branch]).to_owned();
            return self.at(&name, |encoder| encoder.value(branches[branch], json, out));
        }
        let chosen = self
            .choose(branches, json)
            .or_else(|| self.only(branches, json));
        let Some(branch) = chosen else {
            let names: Vec<&str> = branches
                .iter()
                .map(|id| self.schema.type_name(*id))
                .collect();
            return self.error(format!("it matches none of {}", names.join(", ")));
        };
        write::index(branch, out);
        self.value(branches[branch], json, out);
    }

    /// The first branch that reads `json`. Branches are told apart by their outer
    /// form; only where several fit are they tried in full.
    pub(super) fn choose(&mut self, branches: &[TypeId], json: &Json) -> Option<usize> {
        let fits = |at: &usize| unions::may_hold(self.schema, branches[*at], json);
        let candidates: Vec<usize> = (0..branches.len()).filter(fits).collect();
        match candidates[..] {
            [] => None,
            [only] => Some(only),
            [first, ..] => {
                let reads = |at: &&usize| self.reads(branches[**at], json);
                Some(candidates.iter().find(reads).copied().unwrap_or(first))
            }
        }
    }

    fn reads(&mut self, id: TypeId, json: &Json) -> bool {
        let before = std::mem::take(&mut self.errors);
        self.value(id, json, &mut Vec::new());
        std::mem::replace(&mut self.errors, before).is_empty()
    }

    /// The only branch beside null, whose own errors say more than that nothing fits;
    /// or the only record, if `json` is an object.
    fn only(&self, branches: &[TypeId], json: &Json) -> Option<usize> {
        let is_null = |id: &TypeId| matches!(self.schema.kind(*id), Kind::Null);
        let is_record = |id: &TypeId| matches!(self.schema.kind(*id), Kind::Record(_));
        let candidates: Vec<usize> = (0..branches.len())
            .filter(|at| !is_null(&branches[*at]))
            .filter(|at| branches.len() == 2 || (json.is_object() && is_record(&branches[*at])))
            .collect();
        if let [one] = candidates[..] {
            Some(one)
        } else {
            None
        }
    }
}
