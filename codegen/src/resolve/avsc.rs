//! Files that documents name: `.avsc` payloads and examples.

use std::sync::Arc;

use herald_avro::schema::{self, Kind};

use super::{index::Index, lower_schema};
use crate::{
    diagnostic::{Code, Diagnostic, codes, did_you_mean},
    model::{Record, TypeDef},
    source::{FileId, SourceFile, Span},
    syntax::{Document, Node},
};

/// The payload that an `.avsc` file holds.
pub(super) struct Payload {
    pub(super) record: Record,
    /// Full name of the record.
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) aliases: Vec<String>,
    pub(super) doc: Option<String>,
    pub(super) types: Vec<TypeDef>,
}

/// The record of a `schema:` key: a file's, or the one that stands there.
pub(super) fn payload(
    index: &Index<'_>,
    document: &Document<'_>,
    node: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Payload> {
    if node.map().is_some() {
        let source = index.sources.source(node.span);
        let mut problems = Problems {
            what: format!("the schema of `{}`", document.name),
            help_file: "correct it",
            at: node.span,
            file: None,
            out,
        };
        let schema = problems.schema(schema::Schema::from_json(&node.json()))?;
        return problems.payload(document, &schema, &source.file);
    }
    let path = node.text()?;
    let Some((id, file)) = beside(index, document, path) else {
        out.push(no_file(
            index,
            document,
            path,
            node.span,
            codes::BAD_SCHEMA_FILE,
        ));
        return None;
    };
    let mut problems = Problems {
        what: format!("`{path}`"),
        help_file: "correct the file",
        at: node.span,
        file: Some(Span::start_of(id)),
        out,
    };
    let schema = problems.schema(schema::parse(&file.text))?;
    problems.payload(document, &schema, &file.display)
}

/// Says what is wrong with one schema.
struct Problems<'o> {
    /// What the schema is called in sentences.
    what: String,
    help_file: &'static str,
    at: Span,
    file: Option<Span>,
    out: &'o mut Vec<Diagnostic>,
}

impl Problems<'_> {
    fn error(&mut self, message: String, label: &str, help: &str) {
        let diagnostic = Diagnostic::new(codes::BAD_SCHEMA_FILE, message, self.at, label);
        let diagnostic = match self.file {
            Some(file) => diagnostic.with(file, "in this file"),
            None => diagnostic,
        };
        self.out.push(diagnostic.help(help));
    }

    fn schema(
        &mut self,
        read: Result<schema::Schema, Vec<schema::SchemaError>>,
    ) -> Option<schema::Schema> {
        let errors = match read {
            Ok(schema) => return Some(schema),
            Err(errors) => errors,
        };
        for found in errors {
            let message = format!("{} is not an Avro schema: {found}", self.what);
            self.error(message, "not a schema", self.help_file);
        }
        None
    }

    fn payload(
        &mut self,
        document: &Document<'_>,
        schema: &schema::Schema,
        file: &Arc<str>,
    ) -> Option<Payload> {
        let root = schema.root();
        let Kind::Record(record) = schema.kind(root) else {
            let found = schema.kind(root).keyword();
            let message = format!(
                "the payload in {} is of type `{found}`, not a record",
                self.what
            );
            self.error(message, "not a record", "a payload is a record");
            return None;
        };
        let expected = document.root.get("record").and_then(Node::text);
        let expected = expected.unwrap_or(&document.name);
        let found = record.name.simple();
        if found != expected {
            let message = format!("{} holds the record `{found}`, not `{expected}`", self.what);
            let help = format!("rename one, or write `record: {found}` beside `schema:`");
            self.error(message, "another name", &help);
            return None;
        }
        match lower_schema::lower(schema, record, file, &document.name) {
            Ok((lowered, types)) => Some(Payload {
                record: lowered,
                name: record.name.full().to_owned(),
                namespace: record.name.namespace().unwrap_or_default().to_owned(),
                aliases: record.aliases.iter().map(|a| a.full().to_owned()).collect(),
                doc: record.doc.clone(),
                types,
            }),
            Err(message) => {
                self.error(
                    format!("{}: {message}", self.what),
                    "cannot be used",
                    "change the schema, or write the payload as `fields:`",
                );
                None
            }
        }
    }
}

/// The file at a path from the document's own folder.
pub(super) fn beside<'a>(
    index: &Index<'a>,
    document: &Document<'_>,
    path: &str,
) -> Option<(FileId, &'a SourceFile)> {
    let own = &index.sources.get(document.name_span.file)?.path;
    let mut parts: Vec<&str> = own.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    index.sources.find(&parts.join("/"))
}

/// Says that a named file is not there, and which one may be meant.
pub(super) fn no_file(
    index: &Index<'_>,
    document: &Document<'_>,
    path: &str,
    at: Span,
    code: Code,
) -> Diagnostic {
    let folder = index
        .sources
        .get(document.name_span.file)
        .and_then(|f| f.path.rsplit_once('/'));
    let folder = folder.map_or("", |(folder, _)| folder);
    let near = index.sources.iter().filter_map(|(_, f)| {
        if folder.is_empty() {
            Some(f.path.as_str())
        } else {
            f.path.strip_prefix(folder)?.strip_prefix('/')
        }
    });
    let help = did_you_mean(path, near)
        .unwrap_or_else(|| "its path is taken from this file's folder".to_owned());
    let message = format!("there is no file `{path}` in the catalog");
    Diagnostic::new(code, message, at, "not found").help(help)
}
