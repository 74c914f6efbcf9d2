//! A payload as rows that fold: what the template's `ui.fields` shows.

use serde_json::{Value, json};

use super::{links::Kind, render::At, words};
use crate::model::{Field, FixedLogical, Message, Record, Type, TypeDef, TypeKind};

/// Rows that one page shows at most; what lies deeper is linked.
const MOST_ROWS: usize = 160;
/// Types inside one another that one page shows.
const DEEPEST: usize = 5;

/// The rows of a record, those of the outermost with anchors; `key` marks the partition key.
pub(super) fn rows(at: &At<'_, '_>, record: &Record, key: Option<&str>) -> Value {
    of_record(at, record, key, true)
}

/// The rows of a message's headers, with anchors where no field has the name.
pub(super) fn headers(at: &At<'_, '_>, message: &Message) -> Value {
    let mut writer = Writer::new(at);
    let row = |header: &Field| {
        let is_free = message.record.field(&header.name).is_none();
        let mut row = writer.field(header, false, is_free);
        let required = !is_nullable(&header.ty) && header.default.is_none();
        if let Value::Object(row) = &mut row {
            row.insert("required".into(), required.into());
        }
        row
    };
    message.headers.fields.iter().map(row).collect()
}

/// The rows of a record on a page that shows several, so that none has an anchor.
pub(super) fn plain_rows(at: &At<'_, '_>, record: &Record) -> Value {
    of_record(at, record, None, false)
}

fn of_record(at: &At<'_, '_>, record: &Record, key: Option<&str>, anchors: bool) -> Value {
    Writer::new(at).record(record, key, anchors)
}

/// The symbols of an enum, for a page of its own.
pub(super) fn symbols(def: &TypeDef) -> Value {
    let TypeKind::Enum(symbols) = &def.kind else {
        return Value::Null;
    };
    let rows: Vec<Value> = symbols
        .symbols
        .iter()
        .map(|s| {
            let default = symbols.default.as_ref() == Some(&s.name);
            json!({ "name": s.name, "rust": s.rust, "doc": s.doc, "default": default })
        })
        .collect();
    rows.into()
}

/// A type in pieces, the names of shared types with their addresses.
pub(super) fn pieces(at: &At<'_, '_>, ty: &Type) -> Value {
    let mut pieces = Vec::new();
    push_pieces(at, ty, &mut pieces);
    pieces.into()
}

fn push_pieces(at: &At<'_, '_>, ty: &Type, out: &mut Vec<Value>) {
    let mut around = |before: &str, inner: &Type, after: &str| {
        if !before.is_empty() {
            out.push(json!({ "text": before, "href": null }));
        }
        push_pieces(at, inner, out);
        out.push(json!({ "text": after, "href": null }));
    };
    match ty {
        Type::Optional { inner, .. } => around("", inner, "?"),
        Type::Array(inner) => around("[", inner, "]"),
        Type::Map(inner) => around("map<", inner, ">"),
        Type::Boxed(inner) => push_pieces(at, inner, out),
        Type::Named(name) => match at.site.model.types.get(name) {
            Some(def) if def.owner.is_some() => match &def.kind {
                TypeKind::Union(union) => {
                    for (i, variant) in union.variants.iter().enumerate() {
                        if i > 0 {
                            out.push(json!({ "text": " | ", "href": null }));
                        }
                        push_pieces(at, &variant.ty, out);
                    }
                }
                TypeKind::Enum(_) => out.push(json!({ "text": "enum", "href": null })),
                _ => out.push(json!({ "text": name, "href": null })),
            },
            _ => out.push(json!({ "text": name, "href": at.href(Kind::Type, name) })),
        },
        Type::Fixed(fixed) if at.site.links.url(Kind::Type, &fixed.name).is_some() => {
            out.push(json!({ "text": fixed.name, "href": at.href(Kind::Type, &fixed.name) }));
        }
        other => out.push(json!({ "text": words::describe(other), "href": null })),
    }
}

/// How Avro carries a type, where the catalog's word does not say it.
fn carried(ty: &Type) -> Option<String> {
    let base = match ty.unboxed() {
        Type::Uuid => "string",
        Type::Date | Type::TimeMillis => "int",
        Type::TimeMicros
        | Type::TimestampMillis
        | Type::TimestampMicros
        | Type::TimestampNanos
        | Type::LocalTimestampMillis
        | Type::LocalTimestampMicros
        | Type::LocalTimestampNanos => "long",
        Type::Decimal { .. } => "bytes",
        Type::Fixed(fixed) => {
            let logical = match fixed.logical? {
                FixedLogical::Uuid => "uuid".to_owned(),
                FixedLogical::Duration => "duration".to_owned(),
                FixedLogical::Decimal { precision, scale } => {
                    format!("decimal({precision}, {scale})")
                }
            };
            return Some(format!("{logical} over {} bytes", fixed.size));
        }
        Type::Optional { inner, .. } | Type::Array(inner) | Type::Map(inner) => {
            return carried(inner);
        }
        _ => return None,
    };
    Some(format!("carried as {base}"))
}

struct Writer<'w, 's, 'a> {
    at: &'w At<'s, 'a>,
    left: usize,
    around: Vec<&'a str>,
}

impl<'w, 's, 'a> Writer<'w, 's, 'a> {
    fn new(at: &'w At<'s, 'a>) -> Self {
        Self {
            at,
            left: MOST_ROWS,
            around: Vec::new(),
        }
    }

    fn record(&mut self, record: &Record, key: Option<&str>, anchors: bool) -> Value {
        let mut rows = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            self.left = self.left.saturating_sub(1);
            rows.push(self.field(field, key == Some(&field.name), anchors));
        }
        rows.into()
    }

    fn field(&mut self, field: &Field, is_key: bool, anchor: bool) -> Value {
        let default = field.default.as_ref();
        // That a nullable field is null where it is missing goes without saying.
        let default = default.filter(|d| !d.plain.is_null() || !is_nullable(&field.ty));
        json!({
            "name": field.name,
            "anchor": anchor,
            "key": is_key,
            "type": pieces(self.at, &field.ty),
            "carried": carried(&field.ty),
            "nullable": is_nullable(&field.ty),
            "doc": self.at.doc(field.doc.as_deref()),
            "default": default.map(|d| words::clip(&d.plain.to_string(), 200)),
            "pattern": field.pattern,
            "unit": field.unit,
            "pii": field.pii,
            "added": field.added,
            "deprecated": field.deprecated,
            "aliases": field.aliases,
            "inner": self.inner(&field.ty),
        })
    }

    /// What a field of a named type folds out to.
    fn inner(&mut self, ty: &Type) -> Value {
        let Some(name) = named(ty) else {
            return Value::Null;
        };
        let Some((name, def)) = self.at.site.model.types.get_key_value(name) else {
            return Value::Null;
        };
        let shown = if def.owner.is_some() {
            None
        } else {
            Some(name)
        };
        match &def.kind {
            TypeKind::Fixed(_) => Value::Null,
            TypeKind::Enum(symbols) => json!({
                "label": words::count(symbols.symbols.len(), "symbol"),
                "name": shown,
                "symbols": symbols.symbols.iter().map(|s| &s.name).collect::<Vec<_>>(),
                "default": symbols.default,
                "rows": null,
                "branches": null,
                "again": false,
            }),
            TypeKind::Record(record) => {
                let again = self.around.contains(&name.as_str());
                let deeper = !again && self.left > 0 && self.around.len() < DEEPEST;
                let rows = if deeper {
                    self.around.push(name);
                    let rows = self.record(record, None, false);
                    self.around.pop();
                    rows
                } else {
                    Value::Null
                };
                json!({
                    "label": words::count(record.fields.len(), "field"),
                    "name": name,
                    "symbols": null,
                    "default": null,
                    "rows": rows,
                    "branches": null,
                    "again": again,
                })
            }
            TypeKind::Union(union) => {
                let again = self.around.contains(&name.as_str()) || self.around.len() >= DEEPEST;
                let branches: Vec<Value> = if again {
                    Vec::new()
                } else {
                    self.around.push(name);
                    let branches = union.variants.iter();
                    let branches = branches
                        .map(|v| json!({ "type": pieces(self.at, &v.ty), "inner": self.inner(&v.ty) }))
                        .collect();
                    self.around.pop();
                    branches
                };
                json!({
                    "label": format!("one of {}", words::count(union.variants.len(), "type")),
                    "name": shown,
                    "symbols": null,
                    "default": null,
                    "rows": null,
                    "branches": branches,
                    "again": again,
                })
            }
        }
    }
}

/// The named type inside arrays, maps and options.
fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Optional { inner, .. }
        | Type::Array(inner)
        | Type::Map(inner)
        | Type::Boxed(inner) => named(inner),
        _ => None,
    }
}

fn is_nullable(ty: &Type) -> bool {
    matches!(ty.unboxed(), Type::Optional { .. })
}
