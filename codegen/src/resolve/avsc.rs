//! Files that documents name: `.avsc` payloads and examples.

use super::index::Index;
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
    pub(super) types: Vec<TypeDef>,
}

/// The record of a `schema:` file.
pub(super) fn payload(
    index: &Index<'_>,
    document: &Document<'_>,
    schema: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Payload> {
    let name = schema.text()?;
    if beside(index, document, name).is_none() {
        out.push(no_file(
            index,
            document,
            name,
            schema.span,
            codes::BAD_SCHEMA_FILE,
        ));
    }
    None
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
