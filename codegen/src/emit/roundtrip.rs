//! Emitter: a test that holds every generated type against the generic encoding of its schema.

use serde_json::{Value, json};

use super::{
    EmitError,
    index::{Index, has_rust},
    rust_file::MARKER,
    templates,
};
use crate::{files::Files, model::Model};

/// Writes `tests/roundtrip.rs`, if there is anything to hold.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let groups: Vec<Value> = [
        ("types", types(model)),
        (
            "events",
            messages("events", model.events.values().map(|e| &e.message.rust)),
        ),
        (
            "commands",
            messages("commands", model.commands.values().map(|c| &c.message.rust)),
        ),
        ("timers", timers(model)),
    ]
    .into_iter()
    .filter(|(_, lines)| !lines.is_empty())
    .map(|(name, lines)| json!({ "name": name, "lines": lines }))
    .collect();
    if groups.is_empty() {
        return Ok(());
    }
    let values = json!({
        "marker": MARKER,
        "source": &*model.system.source.file,
        "deprecated": model.events.values().any(|e| e.deprecated.is_some()),
        "messages": groups.iter().any(|g| g["name"] != "types"),
        "groups": groups,
    });
    let text = templates::render("roundtrip.rs", &values)?;
    files.add("tests/roundtrip.rs", text)?;
    Ok(())
}

fn types(model: &Model) -> Vec<String> {
    let index = Index::new(model);
    let types = model.types.values().filter(|def| has_rust(def));
    types
        .map(|def| {
            let home = index.home(def).trim_start_matches("crate::");
            format!("datum::<generated::{home}::{}>();", def.rust)
        })
        .collect()
}

fn messages<'a>(home: &str, names: impl Iterator<Item = &'a String>) -> Vec<String> {
    names
        .map(|name| format!("message::<generated::{home}::{name}>();"))
        .collect()
}

fn timers(model: &Model) -> Vec<String> {
    let services = model.services().values();
    services
        .flat_map(|service| messages(&service.module, service.timers.iter().map(|t| &t.rust)))
        .collect()
}
