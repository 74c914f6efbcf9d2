//! Emitters: pure functions from the model to files in memory.

mod avsc;
mod code;
mod docs;
mod enums;
mod fields;
mod imports;
mod index;
mod messages;
mod module;
mod named;
mod record;
mod released;
mod rust_file;
mod rust_type;
mod types;
mod unions;

use rayon::prelude::*;

pub use rust_file::MARKER;

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
pub const EMITTERS: &[(&str, Emitter)] = &[
    ("types", types::emit),
    ("events", messages::emit_events),
    ("commands", messages::emit_commands),
    ("schemas", avsc::emit),
    ("released schemas", released::emit),
];

/// Runs every emitter.
///
/// # Errors
/// The first emitter's error.
pub fn emit(model: &Model) -> Result<Files, EmitError> {
    let outputs: Vec<Result<Files, EmitError>> = EMITTERS
        .par_iter()
        .map(|(_, emitter)| {
            let mut files = Files::new();
            emitter(model, &mut files).map(|()| files)
        })
        .collect();
    let mut all = Files::new();
    for output in outputs {
        all.merge(output?)?;
    }
    Ok(all)
}
