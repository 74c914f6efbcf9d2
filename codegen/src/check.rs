//! A model against itself: what is wrong stops `gen`, what is suspicious is handed on.

use crate::{
    diagnostic::{Diagnostic, Severity},
    lint,
    model::Model,
    source::Sources,
    syntax::Document,
};

/// Runs every check; warnings of a catalog without errors.
///
/// # Errors
/// Everything found, when an error is among it.
pub fn check(
    model: &Model,
    _documents: &[Document<'_>],
    sources: &Sources,
) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let found = lint::run(model, sources, None);
    if found.iter().any(|d| d.severity == Severity::Error) {
        Err(found)
    } else {
        Ok(found)
    }
}
