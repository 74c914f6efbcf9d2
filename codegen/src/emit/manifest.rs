//! Emitter: what makes the output a crate: `Cargo.toml`, `src/lib.rs`, a README.

use serde_json::{Value, json};

use super::{
    EmitError, docs,
    rust_file::{MARKER, RustFile},
    templates,
};
use crate::{files::Files, model::Model};

/// Writes `Cargo.toml`, `README.md` and `src/lib.rs`.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let services: Vec<Value> = model
        .services()
        .values()
        .map(|service| json!({ "name": service.name, "module": service.module }))
        .collect();
    let values = json!({
        "marker": MARKER,
        "source": &*model.system.source.file,
        "system": model.system.name,
        "runtime": format!("{:?}", model.settings.runtime),
        "standalone": model.settings.standalone,
        "services": services,
    });
    files.add("Cargo.toml", templates::render("Cargo.toml", &values)?)?;
    files.add("README.md", templates::render("README.md", &values)?)?;
    files.add("src/lib.rs", library(model))?;
    Ok(())
}

fn library(model: &Model) -> String {
    let system = &model.system;
    let mut file = RustFile::new(Some(&system.source.file), "crate", []);
    let first = match &system.doc {
        Some(doc) => docs::text(doc),
        None => format!("The system `{}`.", system.name),
    };
    let map = "Messages are in [`events`] and [`commands`], what they share in [`types`]; each \
               service has a module with the trait that its author implements.";
    file.about(vec![first, map.to_owned()]);
    let services = model
        .services()
        .values()
        .map(|service| service.module.as_str());
    let mut modules: Vec<&str> = services
        .chain(["commands", "events", "topology", "types"])
        .chain((!model.streams.is_empty()).then_some("streams"))
        .collect();
    modules.sort_unstable();
    modules.dedup();
    for module in modules {
        file.body.line(format_args!("pub mod {module};"));
    }
    file.into_text()
}
