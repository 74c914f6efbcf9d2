//! Translated documents as files of a catalog that people go on with.

mod layout;
mod yaml;

use std::{collections::HashSet, path::Path};

use super::MissingRefs;
use crate::{
    diagnostic::{Diagnostic, Severity, codes},
    lint,
    model::Settings,
    pipeline::{Failure, Report},
    read,
    source::{FileId, Span},
    syntax::{self, Document, Entry},
};

/// Files by path, and what could not be carried over as it was.
#[derive(Debug)]
pub struct Converted {
    /// Files of a catalog, by their paths below its folder.
    pub files: Vec<(String, String)>,
    /// Warnings.
    pub report: Report,
}

/// A JSON value as YAML, with a final newline.
#[cfg(test)]
pub(super) fn yaml_text(value: &serde_json::Value) -> String {
    let nowhere = Span::start_of(FileId(0));
    yaml::document(&super::import::json_node(nowhere, value))
}

/// A key and its JSON value as YAML, as they stand in a mapping at an indentation.
pub(super) fn yaml_entry(key: &str, value: &serde_json::Value, indent: usize, out: &mut String) {
    let key_span = Span::start_of(FileId(0));
    let entry = Entry {
        key: key.into(),
        key_span,
        value: super::import::json_node(key_span, value),
    };
    yaml::entry(&entry, indent, out);
}

/// A JSON value as YAML, as it stands in a list at an indentation.
pub(super) fn yaml_item(value: &serde_json::Value, indent: usize, out: &mut String) {
    let nowhere = Span::start_of(FileId(0));
    yaml::item(&super::import::json_node(nowhere, value), indent, out);
}

/// Converts AsyncAPI documents, one or a folder of them, into a catalog.
///
/// # Errors
/// [`Failure::Catalog`] with everything that would stop `gen` on the same path.
pub fn convert(path: &Path, missing: MissingRefs) -> Result<Converted, Failure> {
    let (sources, unread) = read::read(path);
    let is_document = |file: &crate::source::SourceFile| super::is_document(&file.path, &file.text);
    if unread.is_empty() && !sources.iter().any(|(_, file)| is_document(file)) {
        let message = format!("there is no AsyncAPI document at `{}`", path.display());
        let help = "a document is YAML or JSON, and has `asyncapi: 3.0.0` at its top";
        let found = vec![Diagnostic::whole(codes::ASYNCAPI, message).help(help)];
        return Err(Failure::Catalog(Report::new(sources, found)));
    }
    let import = super::import(&sources, &HashSet::new(), missing);
    let settings = Settings {
        missing_refs: missing,
        ..Settings::default()
    };
    // What `gen` says of the same documents, lint included: a catalog that does not load is none.
    let loaded = crate::model_of(&sources, unread, settings);
    let (model, warnings) = match loaded {
        Ok(loaded) => loaded,
        Err(errors) => return Err(Failure::Catalog(Report::new(sources, errors))),
    };
    let about_the_document = |d: &Diagnostic| {
        let said = d.code.0 < 100 || d.code == lint::TYPES_OF_ONE_NAME;
        d.severity == Severity::Warning && said
    };
    let warnings = warnings.into_iter().filter(about_the_document).collect();
    let parsed = syntax::parse_all(&sources, Vec::new(), missing);
    let native = |d: &Document<'_>| d.kind.word == "system" && !d.imported;
    let has_system = parsed.is_ok_and(|parsed| parsed.documents.iter().any(native));
    let system = import.system.iter().filter(|_| !has_system);
    // Examples that do not fit are gone from the model.
    let fits = |name: &str, number: usize| {
        let end = format!("#{name}/examples/{number}");
        let examples = model.message(name).map(|m| &m.examples);
        examples.is_some_and(|e| e.iter().any(|(path, _)| path.ends_with(&end)))
    };
    let files = layout::files(system.chain(&import.documents), &fits);
    Ok(Converted {
        files,
        report: Report::new(sources, warnings),
    })
}
