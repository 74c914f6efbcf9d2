//! Emitters: events and commands, one file each with the types they own, and the modules that
//! export them.

use rayon::prelude::*;

use super::{
    EmitError, docs, headers,
    index::Index,
    module::{self, Entry},
    named, record,
    record::Head,
    released,
    rust_file::RustFile,
    rust_type::text_of,
};
use crate::{
    files::Files,
    model::{Command, Event, Message, Model},
};

/// Writes `src/events.rs` and a file below it per event.
pub(super) fn emit_events(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let index = Index::new(model);
    let events: Vec<&Event> = model.events.values().collect();
    let written = events
        .par_iter()
        .map(|event| {
            let (mut file, entry) = begin(
                &index,
                "crate::events",
                &event.message,
                event.deprecated.as_deref(),
            );
            write(
                &mut file,
                &index,
                &event.message,
                about_event(event),
                event.deprecated.as_deref(),
            );
            constants(
                &mut file,
                "Event",
                &event.message.rust,
                &[("TOPIC", &event.topic)],
            );
            headers::write(&mut file, &index, &event.message);
            write_owned(&mut file, &index, &event.message);
            (entry, file.into_text())
        })
        .collect();
    let about = "Events: facts, carried by topics.";
    module::write(files, "events", about, written)
}

/// Writes `src/commands.rs` and a file below it per command.
pub(super) fn emit_commands(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let index = Index::new(model);
    let commands: Vec<&Command> = model.commands.values().collect();
    let written = commands
        .par_iter()
        .map(|command| {
            let (mut file, entry) = begin(&index, "crate::commands", &command.message, None);
            write(
                &mut file,
                &index,
                &command.message,
                about_command(command),
                None,
            );
            let values = [("SERVICE", &command.to), ("QUEUE", &command.queue)];
            constants(&mut file, "Command", &command.message.rust, &values);
            headers::write(&mut file, &index, &command.message);
            write_owned(&mut file, &index, &command.message);
            (entry, file.into_text())
        })
        .collect();
    let about = "Commands: instructions to exactly one service, carried by queues.";
    module::write(files, "commands", about, written)
}

fn begin(
    index: &Index<'_>,
    home: &'static str,
    message: &Message,
    deprecated: Option<&str>,
) -> (RustFile, Entry) {
    let owned = index.owned_by(&message.name);
    let names: Vec<String> = std::iter::once(message.rust.clone())
        .chain(message.headers_rust())
        .chain(owned.iter().map(|def| def.rust.clone()))
        .collect();
    let mut file = RustFile::new(Some(&message.source.file), home, names.clone());
    if deprecated.is_some() {
        file.allow_deprecated();
    }
    let entry = Entry {
        module: message.module.clone(),
        names,
        deprecated: deprecated.is_some(),
    };
    (file, entry)
}

fn about_event(event: &Event) -> Vec<String> {
    let Message { name, version, .. } = &event.message;
    let key = match &event.message.key {
        Some(key) => format!("keyed by `{key}`"),
        None => "without a key".to_owned(),
    };
    let facts = format!(
        "Event, version {version}, on topic `{}`, {key}.",
        event.topic
    );
    about(
        &event.message,
        &format!("The event `{name}`."),
        facts,
        "event",
    )
}

fn about_command(command: &Command) -> Vec<String> {
    let Message { name, version, .. } = &command.message;
    let Command { to, queue, .. } = command;
    let facts = format!("Command, version {version}, to service `{to}` on queue `{queue}`.");
    about(
        &command.message,
        &format!("The command `{name}`."),
        facts,
        "command",
    )
}

fn about(message: &Message, undocumented: &str, facts: String, kind: &str) -> Vec<String> {
    let Message {
        name, source, doc, ..
    } = message;
    let first = doc
        .as_ref()
        .map_or_else(|| undocumented.to_owned(), |doc| docs::text(doc));
    let origin = format!("Catalog entry `{kind}: {name}` in `{}`.", source.file);
    let headers = message.headers_rust();
    let facts = match headers {
        Some(rust) => format!("{facts} Its headers are [`{rust}`]."),
        None => facts,
    };
    vec![first, facts, origin]
}

/// The struct, its codec, its schema, and what messages have in common.
pub(super) fn write(
    file: &mut RustFile,
    index: &Index<'_>,
    message: &Message,
    docs: Vec<String>,
    deprecated: Option<&str>,
) {
    let head = Head {
        rust: &message.rust,
        docs,
        deprecated,
        hash: false,
    };
    record::write(file, index, &head, &message.record);
    file.body.blank();
    named::described(file, &message.rust, &message.full_name());
    file.body.blank();
    let item = file.imports.item("herald", "Message");
    let released_item = file.imports.item("herald", "Released");
    let option = file.imports.prelude("Option");
    let string = file.imports.prelude("String");
    let older = released::before(index.model(), message);
    let own = message.headers_rust().unwrap_or_else(|| "()".to_owned());
    file.body
        .block(format_args!("impl {item} for {}", message.rust), |code| {
            code.line(format_args!("type Headers = {own};"));
            code.blank();
            code.assign(
                "const NAME: &'static str =",
                format_args!("{:?};", message.name),
            );
            code.assign(
                "const TYPE: &'static str =",
                format_args!("{:?};", message.full_name()),
            );
            code.line(format_args!("const VERSION: u32 = {};", message.version));
            released::write(code, &released_item, &older);
            code.blank();
            code.block(
                format_args!("fn key(&self) -> {option}<{string}>"),
                |code| {
                    let field = message.key_field();
                    let text =
                        field.and_then(|f| text_of(index, &f.ty, &format!("self.{}", f.rust)));
                    match text {
                        Some(text) => code.some(&text),
                        None => code.line("None"),
                    }
                },
            );
        });
}

/// `impl herald::<Kind>` with its constants.
pub(super) fn constants(file: &mut RustFile, kind: &str, rust: &str, values: &[(&str, &String)]) {
    let item = file.imports.item("herald", kind);
    file.body.blank();
    file.body
        .block(format_args!("impl {item} for {rust}"), |code| {
            for (name, value) in values {
                code.assign(
                    format_args!("const {name}: &'static str ="),
                    format_args!("{value:?};"),
                );
            }
        });
}

fn write_owned(file: &mut RustFile, index: &Index<'_>, message: &Message) {
    for def in index.owned_by(&message.name) {
        named::write(file, index, def);
    }
}
