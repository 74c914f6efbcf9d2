//! From a record and a field of a schema to where they stand: in a catalog, or in a JSON file.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Side,
    finding::{Mark, Target, When},
};
use crate::{
    lint::{Lines, Place},
    model::{Message, Model, Record, Source, Type, TypeKind},
    source::{FileId, Sources, Span},
    syntax,
};

/// Where a field of a record is declared, or the record where it has no such field.
pub(crate) fn member(model: &Model, record: &str, field: Option<&str>) -> Option<Place> {
    let (source, name, fields) = declared(model, record)?;
    let found = field.and_then(|f| fields?.field(f));
    Some(match found {
        Some(field) => Place::field(source, field),
        None => Place::new(source, [name]),
    })
}

/// The deepest field that a path of a judgement leads to.
pub(crate) fn along(model: &Model, message: &Message, path: &str) -> Option<Place> {
    let path = super::paths::plain(path);
    let (mut source, mut record) = (&message.source, &message.record);
    let mut found = None;
    for name in path.split('.') {
        let Some(field) = record.field(name) else {
            break;
        };
        found = Some(Place::field(source, field));
        let Some(def) = named(&field.ty).and_then(|name| model.types.get(name)) else {
            break;
        };
        let TypeKind::Record(inner) = &def.kind else {
            break;
        };
        (source, record) = (&def.source, inner);
    }
    found
}

/// The named type inside lists, maps and nulls.
pub(crate) fn named(ty: &Type) -> Option<&str> {
    match ty.unboxed() {
        Type::Named(name) => Some(name),
        Type::Optional { inner, .. } | Type::Array(inner) | Type::Map(inner) => named(inner),
        _ => None,
    }
}

/// The declaration of a record, an enum or a fixed, by its full name.
fn declared<'a>(
    model: &'a Model,
    full_name: &str,
) -> Option<(&'a Source, &'a str, Option<&'a Record>)> {
    let name = full_name.rsplit('.').next().unwrap_or(full_name);
    if let Some(message) = model.message(name).filter(|m| m.full_name() == full_name) {
        return Some((&message.source, &message.name, Some(&message.record)));
    }
    let def = model.type_of(full_name)?;
    let record = match &def.kind {
        TypeKind::Record(record) => Some(record),
        _ => None,
    };
    Some((&def.source, def.simple_name(), record))
}

/// A pointer to a field of a record inside a schema's JSON, or to the record, or to the whole.
pub(crate) fn pointer(schema: &Value, record: &str, field: Option<&str>) -> String {
    let mut found = None;
    search(schema, "", "", record, &mut found);
    let Some((pointer, declaration)) = found else {
        return String::new();
    };
    let fields = declaration.get("fields").and_then(Value::as_array);
    let mut names = fields
        .into_iter()
        .flatten()
        .map(|f| f.get("name").and_then(Value::as_str));
    let at = field.and_then(|field| names.position(|name| name == Some(field)));
    match at {
        Some(at) => format!("{pointer}/fields/{at}/name"),
        None => format!("{pointer}/name"),
    }
}

fn search<'s>(
    schema: &'s Value,
    pointer: &str,
    namespace: &str,
    record: &str,
    found: &mut Option<(String, &'s Value)>,
) {
    if found.is_some() {
        return;
    }
    if let Value::Array(branches) = schema {
        for (at, branch) in branches.iter().enumerate() {
            search(branch, &format!("{pointer}/{at}"), namespace, record, found);
        }
        return;
    }
    let Value::Object(map) = schema else { return };
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    let mut namespace = text("namespace").unwrap_or(namespace);
    if let Some(name) = text("name") {
        let full = match name.rsplit_once('.') {
            Some((own, _)) => {
                namespace = own;
                name.to_owned()
            }
            None => crate::model::full_name(namespace, name),
        };
        if full == record {
            *found = Some((pointer.to_owned(), schema));
            return;
        }
    }
    for key in ["type", "items", "values"] {
        if let Some(inner) = map.get(key) {
            search(inner, &format!("{pointer}/{key}"), namespace, record, found);
        }
    }
    let fields = map.get("fields").and_then(Value::as_array);
    for (at, field) in fields.into_iter().flatten().enumerate() {
        if let Some(inner) = field.get("type") {
            let pointer = format!("{pointer}/fields/{at}/type");
            search(inner, &pointer, namespace, record, found);
        }
    }
}

/// Looks places up in the texts of both sides.
pub(crate) struct Finder<'a> {
    now: Lines<'a>,
    before: Option<Lines<'a>>,
    sources: (&'a Sources, Option<&'a Sources>),
    json: HashMap<(When, String, String), Option<Span>>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(now: &'a Sources, before: Option<&'a Sources>) -> Self {
        Self {
            now: Lines::new(now),
            before: before.map(Lines::new),
            sources: (now, before),
            json: HashMap::new(),
        }
    }

    /// Fills in where a mark stands.
    pub(crate) fn find(&mut self, mark: &mut Mark) {
        let lines = match mark.when {
            When::Now => Some(&mut self.now),
            When::Before => self.before.as_mut(),
        };
        mark.span = match &mark.target {
            Target::Words(place) => lines.and_then(|lines| lines.span(place)),
            Target::Json { file, pointer } => {
                let sources = match mark.when {
                    When::Now => Some(self.sources.0),
                    When::Before => self.sources.1,
                };
                let key = (mark.when, file.clone(), pointer.clone());
                *self
                    .json
                    .entry(key)
                    .or_insert_with(|| in_json(sources?, file, pointer))
            }
        };
    }
}

fn in_json(sources: &Sources, file: &str, pointer: &str) -> Option<Span> {
    let (id, found): (FileId, _) = sources.find(file)?;
    Some(syntax::locate(id, &found.text, pointer))
}

/// Where the head of a document of a side stands.
pub(crate) fn head(side: &Side, message: &str) -> Option<Place> {
    let message = side.model.message(message)?;
    Some(Place::new(&message.source, [message.name.as_str()]))
}
