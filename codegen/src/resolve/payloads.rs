//! All payloads: lowered document by document on all processors, then put together.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::{
    Messages,
    avro_names::{self, Brought},
    defaults,
    index::Index,
    messages::{self, Declared},
    records, recursion,
};
use crate::{
    diagnostic::{Diagnostic, codes},
    model::{Command, Event, Field, Message, Record, Type, TypeDef, TypeKind},
    source::{FileId, Span},
    syntax::Document,
};

/// The place of what stands nowhere: the first file's beginning.
const NOWHERE: Span = Span {
    file: FileId(0),
    line: 1,
    column: 1,
    end_line: 1,
    end_column: 1,
};

/// Lowered documents with what was found in them.
type Lowered<T> = (Option<T>, Vec<Diagnostic>);

/// Events, commands and types, recursion and defaults checked.
pub(super) fn payloads(
    index: &Index<'_>,
    out: &mut Vec<Diagnostic>,
) -> (Messages, BTreeMap<String, TypeDef>) {
    let shared = each(index, &index.types, |i, d, out| {
        Some(records::shared(i, d, out))
    });
    let events = each(index, &index.events, messages::event);
    let commands = each(index, &index.commands, messages::command);
    let shared: Vec<TypeDef> = gather(shared, out).into_iter().flatten().collect();
    let mut events: Vec<Declared<Event>> = gather(events, out);
    let mut commands: Vec<Declared<Command>> = gather(commands, out);
    name_types(index, &shared, &mut events, &mut commands);
    let mut types = BTreeMap::new();
    for def in shared {
        add_type(index, &mut types, def, out);
    }
    let mut messages = Messages {
        events: BTreeMap::new(),
        commands: BTreeMap::new(),
        streams: BTreeMap::new(),
    };
    for Declared {
        message,
        types: own,
        of_headers,
        ..
    } in events
    {
        for def in own.into_iter().chain(of_headers) {
            add_type(index, &mut types, def, out);
        }
        messages
            .events
            .insert(message.message.name.clone(), message);
    }
    for Declared {
        message,
        types: own,
        of_headers,
        ..
    } in commands
    {
        for def in own.into_iter().chain(of_headers) {
            add_type(index, &mut types, def, out);
        }
        messages
            .commands
            .insert(message.message.name.clone(), message);
    }
    one_command_a_queue(index, &messages, out);
    recursion::check(index, &mut types, out);
    check_defaults(index, &mut types, &mut messages, out);
    for message in messages.all_mut() {
        message.reaches = reaches(&types, &message.record);
    }
    (messages, types)
}

/// Names the types that Avro schemas bring, beside all others.
fn name_types(
    index: &Index<'_>,
    shared: &[TypeDef],
    events: &mut [Declared<Event>],
    commands: &mut [Declared<Command>],
) {
    let headers = events.iter().map(|d| &d.of_headers);
    let headers = headers.chain(commands.iter().map(|d| &d.of_headers));
    let of_headers: Vec<TypeDef> = headers.flatten().cloned().collect();
    let events = events
        .iter_mut()
        .map(|d| (d.of_schema, &mut d.message.message, &mut d.types));
    let commands = commands
        .iter_mut()
        .map(|d| (d.of_schema, &mut d.message.message, &mut d.types));
    let (of_schemas, of_fields): (Vec<_>, Vec<_>) = events.chain(commands).partition(|d| d.0);
    let mut brought: Vec<Brought<'_>> = of_schemas
        .into_iter()
        .map(|(_, message, types)| Brought { message, types })
        .collect();
    let own = of_fields.iter().flat_map(|(.., types)| types.iter());
    let own = own.chain(&of_headers);
    avro_names::choose(index, shared.iter().chain(own), &mut brought);
}

/// A queue carries one command, so that whoever receives from it knows what comes.
fn one_command_a_queue(index: &Index<'_>, messages: &Messages, out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, command) in &messages.commands {
        let Some(other) = first.insert(&command.queue, name) else {
            continue;
        };
        let at = |name: &str| index.commands.get(name).map_or(NOWHERE, |d| d.name_span);
        let message = format!("the queue `{}` carries two commands", command.queue);
        let help = "give each a queue of its own";
        let diagnostic = Diagnostic::new(codes::DUPLICATE, message, at(name), "this one");
        out.push(diagnostic.with(at(other), "and this one").help(help));
    }
}

impl Messages {
    fn all_mut(&mut self) -> impl Iterator<Item = &mut Message> {
        let events = self.events.values_mut().map(|e| &mut e.message);
        events.chain(self.commands.values_mut().map(|c| &mut c.message))
    }
}

fn each<T: Send>(
    index: &Index<'_>,
    documents: &BTreeMap<&str, &Document<'_>>,
    lower: impl Fn(&Index<'_>, &Document<'_>, &mut Vec<Diagnostic>) -> Option<T> + Sync,
) -> Vec<Lowered<T>> {
    let documents: Vec<&&Document<'_>> = documents.values().collect();
    let one = |document: &&&Document<'_>| {
        let mut out = Vec::new();
        (lower(index, document, &mut out), out)
    };
    documents.par_iter().map(one).collect()
}

fn gather<T>(lowered: Vec<Lowered<T>>, out: &mut Vec<Diagnostic>) -> Vec<T> {
    let mut values = Vec::with_capacity(lowered.len());
    for (value, found) in lowered {
        values.extend(value);
        out.extend(found);
    }
    values
}

/// Adds a type. One that an `.avsc` file brings may come again from another, if it is the same.
fn add_type(
    index: &Index<'_>,
    types: &mut BTreeMap<String, TypeDef>,
    def: TypeDef,
    out: &mut Vec<Diagnostic>,
) {
    if let Some(first) = types.get(&def.name) {
        let same =
            first.namespace == def.namespace && first.owner == def.owner && first.kind == def.kind;
        if !same {
            let message = format!("the name `{}` stands for two types", def.name);
            let place = |def: &TypeDef| place(index, def);
            let help =
                "rename one of them; a field's own type is named after its owner and the field";
            let diagnostic = Diagnostic::new(codes::DUPLICATE, message, place(&def), "this one");
            out.push(diagnostic.with(place(first), "and this one").help(help));
        }
        return;
    }
    types.insert(def.name.clone(), def);
}

fn place(index: &Index<'_>, def: &TypeDef) -> Span {
    let documents = [&index.types, &index.events, &index.commands];
    let owner = def.owner.as_deref().unwrap_or(&def.name);
    let document = documents.iter().find_map(|map| map.get(owner));
    document
        .map(|d| d.name_span)
        .or_else(|| index.sources.line(&def.source))
        .unwrap_or(NOWHERE)
}

/// Turns every default into what an Avro schema writes.
fn check_defaults(
    index: &Index<'_>,
    types: &mut BTreeMap<String, TypeDef>,
    messages: &mut Messages,
    out: &mut Vec<Diagnostic>,
) {
    let mut found: Vec<(String, usize, serde_json::Value)> = Vec::new();
    for def in types.values() {
        let TypeKind::Record(record) = &def.kind else {
            continue;
        };
        for (at, field) in record.fields.iter().enumerate() {
            // What an `.avsc` file brings is in Avro's form already, and was checked when it was read.
            let Some(document) = index.types.get(def.name.as_str()) else {
                continue;
            };
            if let Some(avro) = avro_default(types, field, document, "fields", out) {
                found.push((def.name.clone(), at, avro));
            }
        }
    }
    for (name, at, avro) in found {
        if let Some(TypeDef {
            kind: TypeKind::Record(record),
            ..
        }) = types.get_mut(&name)
        {
            set_default(record, at, avro);
        }
    }
    for message in messages.all_mut() {
        let name = message.name.as_str();
        let document = index.events.get(name).or_else(|| index.commands.get(name));
        let Some(document) = document else { continue };
        if document.root.get("fields").is_some() {
            of_record(types, &mut message.record, document, "fields", out);
        }
        of_record(types, &mut message.headers, document, "headers", out);
    }
}

/// The defaults of what a document declares under a key.
fn of_record(
    types: &BTreeMap<String, TypeDef>,
    record: &mut Record,
    document: &Document<'_>,
    key: &str,
    out: &mut Vec<Diagnostic>,
) {
    for at in 0..record.fields.len() {
        if let Some(avro) = avro_default(types, &record.fields[at], document, key, out) {
            set_default(record, at, avro);
        }
    }
}

fn set_default(record: &mut Record, at: usize, avro: serde_json::Value) {
    if let Some(default) = record.fields.get_mut(at).and_then(|f| f.default.as_mut()) {
        default.avro = avro;
    }
}

fn avro_default(
    types: &BTreeMap<String, TypeDef>,
    field: &Field,
    document: &Document<'_>,
    key: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<serde_json::Value> {
    let default = field.default.as_ref()?;
    match defaults::to_avro(types, &field.ty, &default.plain) {
        Ok(avro) => Some(avro),
        Err(why) => {
            let fields = document.root.get(key);
            let node = fields.and_then(|f| f.get(&field.name)?.get("default"));
            let at = node.map_or(document.name_span, |n| n.span);
            let message = format!(
                "the default of `{}` is not a value of its type: {why}",
                field.name
            );
            let help = "write a value of the field's type, as JSON or YAML would";
            out.push(
                Diagnostic::new(codes::BAD_DEFAULT, message, at, "not a value of the type")
                    .help(help),
            );
            None
        }
    }
}

/// Shared types that a payload reaches, in the order a schema first meets them.
pub(super) fn reaches(types: &BTreeMap<String, TypeDef>, record: &Record) -> Vec<String> {
    let mut names = Vec::new();
    let mut met: HashSet<&str> = HashSet::new();
    let mut stack: Vec<&Type> = record.fields.iter().rev().map(|f| &f.ty).collect();
    while let Some(ty) = stack.pop() {
        match ty {
            Type::Optional { inner, .. }
            | Type::Array(inner)
            | Type::Map(inner)
            | Type::Boxed(inner) => stack.push(inner),
            Type::Named(name) => {
                let Some(def) = types.get(name) else { continue };
                if !met.insert(name) {
                    continue;
                }
                names.push(name.clone());
                match &def.kind {
                    TypeKind::Record(record) => {
                        stack.extend(record.fields.iter().rev().map(|f| &f.ty));
                    }
                    TypeKind::Union(union) => {
                        stack.extend(union.variants.iter().rev().map(|v| &v.ty));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    names
}
