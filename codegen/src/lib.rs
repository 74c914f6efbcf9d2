//! Herald's generator: catalog text → model → files in memory → the output folder.
//!
//! `read → parse → resolve → check → emit → persist`: each stage is a function from one value to
//! the next, and only the first and the last touch the disk.

pub mod asyncapi;
pub mod check;
pub mod compat;
pub mod diagnostic;
pub mod emit;
mod envelope;
pub mod files;
mod frozen;
pub mod ident;
pub mod language;
pub mod lint;
pub mod model;
pub mod persist;
mod pipeline;
pub mod read;
pub mod release;
pub mod resolve;
pub mod schema;
pub mod site;
pub mod source;
pub mod syntax;

use std::path::Path;

pub use pipeline::{Built, Failure, Loaded, Report};

use model::{Model, Settings};
use persist::Changes;
use source::Sources;

/// A catalog's model, with what is suspicious about it.
///
/// # Errors
/// [`Failure::Catalog`] with everything that is wrong in the first stage that finds something.
pub fn load(catalog: &Path, settings: Settings) -> Result<Loaded, Failure> {
    let (sources, unread) = read::read(catalog);
    let model = model_of(&sources, unread, settings);
    Loaded::new(sources, model)
}

fn model_of(
    sources: &Sources,
    unread: Vec<diagnostic::Diagnostic>,
    settings: Settings,
) -> Result<(Model, Vec<diagnostic::Diagnostic>), Vec<diagnostic::Diagnostic>> {
    let parsed = syntax::parse_all(sources, unread, settings.missing_refs)?;
    let (documents, mut warnings) = (parsed.documents, parsed.warnings);
    let with = |found: Vec<_>, warnings: Vec<_>| found.into_iter().chain(warnings).collect();
    let resolved = resolve::resolve(&documents, sources, settings);
    let mut model = resolved.map_err(|found| with(found, warnings.clone()))?;
    warnings.extend(check::drop_unfit(&mut model, &documents, sources));
    match check::check(&model, &documents, sources) {
        Ok(found) => Ok((model, with(found, warnings))),
        Err(found) => Err(with(found, warnings)),
    }
}

/// Everything that `gen` writes, in memory.
///
/// # Errors
/// [`Failure`], as [`load`], and where emitters clash.
pub fn build(catalog: &Path, settings: Settings) -> Result<Built, Failure> {
    let loaded = load(catalog, settings)?;
    let files = emit::emit(&loaded.model)?;
    Ok(Built {
        files,
        report: loaded.report,
    })
}

/// Reads a catalog and brings the output folder up to date.
///
/// # Errors
/// [`Failure`], as [`build`], and where the folder cannot be written. Nothing is written then.
pub fn generate(
    catalog: &Path,
    out: &Path,
    settings: Settings,
) -> Result<(Changes, Report), Failure> {
    let built = build(catalog, settings)?;
    let changes = persist::persist(&built.files, out)?;
    Ok((changes, built.report))
}
