//! Emitter: schema files, one per event, command, timer and type that Rust has a name for.

use rayon::prelude::*;

use super::{EmitError, index::has_rust, service::timers};
use crate::{
    files::Files,
    model::{Message, Model},
    schema,
};

/// Writes `avro/<full name>.avsc`.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let events = model.events.values().map(|event| &event.message);
    let commands = model.commands.values().map(|command| &command.message);
    let services = model.services().values();
    let timers: Vec<Message> = services
        .flat_map(|service| {
            service
                .timers
                .iter()
                .map(|t| timers::message(model, service, t))
        })
        .collect();
    let messages: Vec<&Message> = events.chain(commands).chain(&timers).collect();
    let types: Vec<_> = model.types.values().filter(|def| has_rust(def)).collect();
    let of_messages = messages
        .par_iter()
        .map(|message| (message.full_name(), schema::of_message(model, message)));
    let of_types = types
        .par_iter()
        .map(|def| (def.full_name(), schema::of_type(model, def)));
    let written: Vec<(String, String)> = of_messages
        .chain(of_types)
        .map(|(name, schema)| (format!("avro/{name}.avsc"), schema::text(&schema)))
        .collect();
    for (path, text) in written {
        files.add(path, text)?;
    }
    Ok(())
}
