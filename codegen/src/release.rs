//! Freezing versions: `released/<Full.Name>/v<N>.avsc`, written once and never again.

use std::{fs, io::Write as _, path::Path};

use crate::{
    frozen,
    model::{Message, Model},
    persist::PersistError,
};

/// Writes the schema of every current version that is not frozen yet; the paths written, below
/// the catalog. That frozen ones are unchanged is checked when a catalog is loaded.
///
/// # Errors
/// [`PersistError`] when a file cannot be written.
pub fn release(model: &Model, catalog: &Path) -> Result<Vec<String>, PersistError> {
    let mut written = Vec::new();
    for message in model.messages().filter(|m| !is_released(model, m)) {
        let path = format!("released/{}/v{}.avsc", message.full_name(), message.version);
        let text = frozen::text(model, message);
        freeze(&catalog.join(&path), &text)?;
        written.push(path);
    }
    Ok(written)
}

fn is_released(model: &Model, message: &Message) -> bool {
    let full_name = message.full_name();
    let mut released = model.released(&message.name).iter();
    released.any(|r| r.full_name == full_name && r.version == message.version)
}

/// Writes a file that is not there yet.
fn freeze(path: &Path, text: &str) -> Result<(), PersistError> {
    let at = |source| PersistError {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at)?;
    }
    let mut file = fs::File::create_new(path).map_err(at)?;
    file.write_all(text.as_bytes()).map_err(at)
}
