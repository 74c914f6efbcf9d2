//! Emitters: pure functions from the model to files in memory.

use crate::{files::Files, model::Model};

/// Why output could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// Two emitters wrote one path.
    #[error(transparent)]
    PathTaken(#[from] crate::files::PathTaken),
}

/// An emitter: adds its files.
pub type Emitter = fn(&Model, &mut Files) -> Result<(), EmitError>;

/// Every emitter with its name; an output is one line here.
pub const EMITTERS: &[(&str, Emitter)] = &[];

/// Runs every emitter.
///
/// # Errors
/// The first emitter's error.
pub fn emit(model: &Model) -> Result<Files, EmitError> {
    let mut files = Files::new();
    EMITTERS
        .iter()
        .try_for_each(|(_, emitter)| emitter(model, &mut files))?;
    Ok(files)
}
