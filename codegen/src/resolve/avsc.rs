//! Files that documents name: `.avsc` payloads and examples.

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
    pub(super) namespace: String,
    pub(super) aliases: Vec<String>,
    pub(super) doc: Option<String>,
    pub(super) types: Vec<TypeDef>,
}

/// The record of a `schema:` file.
pub(super) fn payload(
    index: &Index<'_>,
    document: &Document<'_>,
    node: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Payload> {
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
    let mut error = |message: String, label: &str, help: &str| {
        let diagnostic = Diagnostic::new(codes::BAD_SCHEMA_FILE, message, node.span, label);
        out.push(
            diagnostic
                .with(Span::start_of(id), "in this file")
                .help(help),
        );
    };
    let schema = match schema::parse(&file.text) {
        Ok(schema) => schema,
        Err(errors) => {
            for found in errors {
                error(
                    format!("`{path}` is not an Avro schema: {found}"),
                    "not a schema",
                    "correct the file",
                );
            }
            return None;
        }
    };
    let root = schema.root();
    let Kind::Record(record) = schema.kind(root) else {
        let found = schema.kind(root).keyword();
        error(
            format!("the payload in `{path}` is of type `{found}`, not a record"),
            "not a record",
            "a payload is a record",
        );
        return None;
    };
    if record.name.simple() != document.name {
        let message = format!(
            "`{path}` holds the record `{}`, not `{}`",
            record.name.simple(),
            document.name
        );
        error(
            message,
            "another name",
            "the name of a payload and of its record are the same: rename one",
        );
        return None;
    }
    match lower_schema::lower(&schema, record, &file.display) {
        Ok((lowered, types)) => Some(Payload {
            record: lowered,
            namespace: record.name.namespace().unwrap_or_default().to_owned(),
            aliases: record.aliases.iter().map(|a| a.full().to_owned()).collect(),
            doc: record.doc.clone(),
            types,
        }),
        Err(message) => {
            error(
                format!("`{path}`: {message}"),
                "cannot be used",
                "change the schema, or write the payload as `fields:`",
            );
            None
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
