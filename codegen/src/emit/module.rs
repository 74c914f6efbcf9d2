//! A module whose files are private and whose types are exported flat.

use super::{
    EmitError,
    code::Code,
    imports::{by_path, use_line},
    rust_file::MARKER,
};
use crate::files::Files;

/// A file of the module and what it exports.
pub(super) struct Entry {
    /// Module and stem of the file.
    pub(super) module: String,
    /// Types it defines.
    pub(super) names: Vec<String>,
    /// Whether one of them is deprecated.
    pub(super) deprecated: bool,
}

/// Adds `src/<name>.rs`, and the files below it.
pub(super) fn write(
    files: &mut Files,
    name: &str,
    about: &str,
    written: Vec<(Entry, String)>,
) -> Result<(), EmitError> {
    let mut entries = Vec::with_capacity(written.len());
    for (entry, text) in written {
        files.add(format!("src/{name}/{}.rs", entry.module), text)?;
        entries.push(entry);
    }
    files.add(format!("src/{name}.rs"), exports(about, &entries))?;
    Ok(())
}

fn exports(about: &str, entries: &[Entry]) -> String {
    let mut code = Code::default();
    code.line(format_args!("// {MARKER}"));
    code.blank();
    code.line(format_args!("//! {about}"));
    if entries.iter().any(|e| e.deprecated) {
        code.blank();
        code.line("#![allow(deprecated)]");
    }
    if entries.is_empty() {
        return code.into_text();
    }
    let mut modules: Vec<&str> = entries.iter().map(|e| e.module.as_str()).collect();
    modules.sort_unstable();
    code.blank();
    for module in modules {
        code.line(format_args!("mod {module};"));
    }
    code.blank();
    let mut uses: Vec<(&str, Vec<&str>)> = entries
        .iter()
        .map(|e| {
            (
                e.module.as_str(),
                e.names.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    uses.sort_by(by_path);
    for (module, names) in &mut uses {
        code.line(format_args!("pub {}", use_line(module, names, 4)));
    }
    code.into_text()
}
