//! Translated documents as files of a catalog that people go on with.

mod layout;
mod yaml;

use std::{collections::HashSet, path::Path};

use super::MissingRefs;
use crate::{
    diagnostic::{Diagnostic, Severity},
    model::Settings,
    pipeline::{Failure, Report},
    read,
};

/// Files by path, and what could not be carried over as it was.
#[derive(Debug)]
pub struct Converted {
    /// Files of a catalog, by their paths below its folder.
    pub files: Vec<(String, String)>,
    /// Warnings.
    pub report: Report,
}

/// Converts AsyncAPI documents, one or a folder of them, into a catalog.
///
/// # Errors
/// [`Failure::Catalog`] with everything that would stop `gen` on the same path.
pub fn convert(path: &Path, missing: MissingRefs) -> Result<Converted, Failure> {
    let (sources, unread) = read::read(path);
    let import = super::import(&sources, &HashSet::new(), missing);
    let settings = Settings {
        missing_refs: missing,
        ..Settings::default()
    };
    // What `gen` says of the same documents, lint included: a catalog that does not load is none.
    let loaded = crate::model_of(&sources, unread, settings);
    let (_, warnings) = match loaded {
        Ok(loaded) => loaded,
        Err(errors) => return Err(Failure::Catalog(Report::new(sources, errors))),
    };
    let about_the_document = |d: &Diagnostic| d.severity == Severity::Warning && d.code.0 < 100;
    let warnings = warnings.into_iter().filter(about_the_document).collect();
    let documents = import.system.iter().chain(&import.documents);
    let files = layout::files(documents);
    Ok(Converted {
        files,
        report: Report::new(sources, warnings),
    })
}
