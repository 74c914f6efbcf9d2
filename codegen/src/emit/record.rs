//! Records: a struct and its codec.

use super::{
    code::{Code, MAX_WIDTH},
    docs,
    fields::{self, Place},
    imports::Imports,
    index::Index,
    rust_file::RustFile,
    rust_type::rust_type,
};
use crate::model::{Field, Record};

/// What a struct says about itself besides its fields.
pub(super) struct Head<'a> {
    /// Rust name.
    pub(super) rust: &'a str,
    /// Documentation by paragraph.
    pub(super) docs: Vec<String>,
    /// Why it should not be used any more.
    pub(super) deprecated: Option<&'a str>,
    /// Whether values are keys of hash maps.
    pub(super) hash: bool,
}

/// Writes a record's struct and `Codec`.
pub(super) fn write(file: &mut RustFile, index: &Index<'_>, head: &Head<'_>, record: &Record) {
    if record.fields.iter().any(|f| f.deprecated.is_some()) {
        file.allow_deprecated();
    }
    write_struct(file, index, head, record);
    file.body.blank();
    write_codec(file, index, head.rust, record);
}

fn write_struct(file: &mut RustFile, index: &Index<'_>, head: &Head<'_>, record: &Record) {
    let RustFile { imports, body, .. } = file;
    docs::outer(body, &head.docs);
    body.line(if head.hash {
        "#[derive(Clone, Debug, PartialEq, Eq, Hash)]"
    } else {
        "#[derive(Clone, Debug, PartialEq)]"
    });
    deprecated(body, head.deprecated);
    if record.fields.is_empty() {
        return body.line(format_args!("pub struct {} {{}}", head.rust));
    }
    body.block(format_args!("pub struct {}", head.rust), |code| {
        for field in &record.fields {
            docs::outer(code, &field_docs(field));
            deprecated(code, field.deprecated.as_deref());
            let ty = rust_type(index, &field.ty, imports);
            let line = format!("pub {}: {ty},", field.rust);
            if line.len() + 4 <= MAX_WIDTH {
                code.line(line);
            } else {
                code.line(format_args!("pub {}:\n        {ty},", field.rust));
            }
        }
    });
}

pub(super) fn deprecated(code: &mut Code, reason: Option<&str>) {
    if let Some(reason) = reason {
        code.line(format_args!("#[deprecated = {reason:?}]"));
    }
}

/// What the catalog says about a field, by paragraph.
fn field_docs(field: &Field) -> Vec<String> {
    let first = match &field.doc {
        Some(doc) => docs::text(doc),
        None => format!("The field `{}`.", field.name),
    };
    vec![first, facts(field)]
}

/// What the catalog says about a field besides its documentation, in one paragraph.
pub(super) fn facts(field: &Field) -> String {
    let mut facts = Vec::new();
    if let Some(unit) = &field.unit {
        facts.push(format!("Unit: {}.", docs::text(unit)));
    }
    if let Some(pattern) = &field.pattern {
        facts.push(format!("Pattern: {}.", docs::code_span(pattern)));
    }
    if field.pii {
        facts.push("Personal data.".to_owned());
    }
    if let Some(version) = field.added {
        facts.push(format!("Since version {version}."));
    }
    if let Some(default) = field.default.as_ref().filter(|d| !d.plain.is_null()) {
        let default = docs::code_span(&default.plain.to_string());
        facts.push(format!("Default: {default}."));
    }
    facts.join(" ")
}

fn write_codec(file: &mut RustFile, index: &Index<'_>, rust: &str, record: &Record) {
    let codec = file.imports.codec("Codec");
    let least = index.min_size_of_record(record);
    let places: Vec<String> = record
        .fields
        .iter()
        .map(|f| format!("self.{}", f.rust))
        .collect();
    let RustFile { imports, body, .. } = file;
    body.block(format_args!("impl {codec} for {rust}"), |code| {
        code.line(format_args!("const MIN_SIZE: usize = {least};"));
        code.blank();
        encode(code, imports, record, &places);
        code.blank();
        write_blank(code, imports, record);
        code.blank();
        write_read(code, index, imports, record, &places);
    });
}

fn encode(code: &mut Code, imports: &mut Imports, record: &Record, places: &[String]) {
    let out = if places.is_empty() { "out" } else { "mut out" };
    code.block(write_head(imports, out), |code| {
        for (field, place) in record.fields.iter().zip(places) {
            fields::write(code, imports, &field.ty, Place::field(place));
        }
        code.line("out");
    });
}

/// The signature of `Codec::write`.
pub(super) fn write_head(imports: &mut Imports, out: &str) -> String {
    let cursor = imports.codec("Cursor");
    format!("fn write<'a>(&self, {out}: {cursor}<'a>) -> {cursor}<'a>")
}

/// Longest inside of a struct literal on one line (`struct_lit_width`).
const MAX_LITERAL: usize = 18;

fn write_blank(code: &mut Code, imports: &mut Imports, record: &Record) {
    code.block("fn blank() -> Self", |code| {
        if record.fields.is_empty() {
            return code.line("Self {}");
        }
        let codec = imports.codec("Codec");
        // The formatter keeps so short a literal on one line.
        if let [only] = record.fields.as_slice() {
            let value = format!("{}: {codec}::blank()", only.rust);
            if value.len() <= MAX_LITERAL {
                return code.line(format_args!("Self {{ {value} }}"));
            }
        }
        code.block("Self", |code| {
            for field in &record.fields {
                code.line(format_args!("{}: {codec}::blank(),", field.rust));
            }
        });
    });
}

fn write_read(
    code: &mut Code,
    index: &Index<'_>,
    imports: &mut Imports,
    record: &Record,
    places: &[String],
) {
    let reader = imports.codec("Reader");
    if places.is_empty() {
        return code.line(format_args!(
            "fn read(&mut self, _: &mut {reader}<'_>) {{}}"
        ));
    }
    let head = format!("fn read(&mut self, r: &mut {reader}<'_>)");
    code.block(head, |code| {
        for (field, place) in record.fields.iter().zip(places) {
            fields::read(code, index, imports, &field.ty, Place::field(place));
        }
    });
}
