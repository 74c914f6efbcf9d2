//! A page per event and per command.

mod command;
mod drawing;
mod event;

use serde_json::{Value, json};

use super::{code, each, fact};
use crate::{
    emit::EmitError,
    model::{Command, Event, Message, Service, Stream},
    schema,
    site::{
        File, Site, fields, highlight,
        links::Kind,
        next,
        render::{At, Page},
        travel, versions, words,
    },
};

/// Schemas larger than this are downloaded only.
const LARGEST_SHOWN: usize = 24 * 1024;
/// Snippets longer than this are of no use to anybody.
const LONGEST_SNIPPET: usize = 8 * 1024;
/// The part of examples that a page shows.
const LARGEST_EXAMPLE: usize = 8 * 1024;

/// Pages of all events.
pub(super) fn events(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let events: Vec<&Event> = site.model.events.values().collect();
    each(&events, |event| event::of_event(site, event))
}

/// Pages of all commands.
pub(super) fn commands(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let commands: Vec<&Command> = site.model.commands.values().collect();
    each(&commands, |command| command::of_command(site, command))
}

/// What differs between events and commands.
struct About<'a> {
    kind: Kind,
    domain: Option<&'a str>,
    owner: Option<&'a str>,
    deprecated: Option<&'a str>,
    tags: &'a [String],
    facts: Vec<Value>,
    route: String,
    producers: &'a [&'a Service],
    readers: Vec<Value>,
    more: usize,
    snippets: Vec<Value>,
    topic: Value,
    queue: Value,
}

fn page(
    at: &At<'_, '_>,
    url: &str,
    message: &Message,
    about: About<'_>,
) -> Result<Vec<File>, EmitError> {
    let site = at.site;
    let full_name = message.full_name();
    let avsc = schema::text(&schema::of_message(site.model, message));
    let stem = url
        .rsplit('/')
        .next()
        .unwrap_or(url)
        .trim_end_matches(".html");
    let avsc_url = format!("avro/{stem}.avsc");
    let steps = versions::steps(at, message);
    let next = next::after(at, &message.name);
    let flows = site.graph.flows(&message.name).iter();
    let flows: Vec<Value> = flows.map(|f| at.reference(Kind::Flow, &f.name)).collect();
    let sources: Vec<&str> = about.producers.iter().map(|s| s.name.as_str()).collect();
    let mut toc = vec![("who", "Who sends and reads it"), ("payload", "Payload")];
    if !message.headers.fields.is_empty() {
        toc.push(("headers", "Headers"));
    }
    let has = |value: &Value| value.as_array().is_some_and(|a| !a.is_empty());
    if !message.examples.is_empty() {
        toc.push(("examples", "Examples"));
    }
    toc.push(("wire", "Where it travels"));
    if !about.readers.is_empty() {
        toc.push(("failure", "When it fails"));
    }
    if !next.is_null() || !flows.is_empty() {
        toc.push(("next", "What happens next"));
    }
    if has(&steps) {
        toc.push(("versions", "Versions"));
    }
    if !about.snippets.is_empty() {
        toc.push(("rust", "In Rust"));
    }
    toc.push(("schema", "Avro schema"));
    let mut facts = about.facts;
    facts.push(code("Type", &full_name));
    facts.push(fact("Compatibility", message.compatibility.as_str()));
    let values = json!({
        "kind": about.kind.word(),
        "name": message.name,
        "doc": at.doc(message.doc.as_deref()),
        "version": message.version,
        "released": released(at, message),
        "domain": about.domain.map(|d| at.reference(Kind::Domain, d)),
        "owner": about.owner,
        "deprecated": about.deprecated.map(|d| crate::site::markdown::html(at, d)),
        "tags": about.tags,
        "aliases": message.aliases,
        "facts": facts,
        "source": message.source.to_string(),
        "route": about.route,
        "producers": about.producers.iter().map(|s| at.reference(Kind::Service, &s.name)).collect::<Vec<_>>(),
        "emitters": streams(at, site.graph.streams_emitting(&message.name)),
        "streams": streams(at, site.graph.streams_reading(&message.name)),
        "readers": about.readers,
        "more": about.more,
        "rows": fields::rows(at, &message.record, message.key.as_deref()),
        "key": message.key,
        "own_headers": fields::headers(at, message),
        "examples": examples(message),
        "topic": about.topic,
        "queue": about.queue,
        "wire": travel::wire(site.model),
        "headers": travel::headers(site.model, &full_name, message.key.as_deref(), &sources),
        "next": next,
        "flows": flows,
        "steps": steps,
        "snippets": about.snippets,
        "avsc": (avsc.len() <= LARGEST_SHOWN).then_some(&avsc),
        "avsc_url": avsc_url,
        "avsc_name": words::clip(&format!("{full_name}.avsc"), 200),
    });
    let summary = words::first_sentence(message.doc.as_deref().unwrap_or_default(), 160);
    let page = site.page(&Page {
        url,
        template: "message",
        title: &message.name,
        about: &summary,
        section: about.kind.folder(),
        toc,
        values,
    })?;
    Ok(vec![page, (avsc_url, avsc.into())])
}

fn streams(at: &At<'_, '_>, streams: &[&Stream]) -> Vec<Value> {
    let streams = streams.iter();
    streams
        .map(|s| at.reference(Kind::Stream, &s.name))
        .collect()
}

fn released(at: &At<'_, '_>, message: &Message) -> Value {
    let versions = at.site.model.released(&message.name).iter();
    let current = versions.map(|r| r.version).any(|v| v == message.version);
    current.into()
}

fn examples(message: &Message) -> Value {
    let example = |(path, text): &(String, String)| {
        let pretty: Option<Value> = serde_json::from_str(text).ok();
        let mut text = pretty.map_or_else(|| text.clone(), |v| format!("{v:#}"));
        let cut = text.len() > LARGEST_EXAMPLE;
        if cut {
            text = words::clip(&text, LARGEST_EXAMPLE);
        }
        json!({ "path": path, "html": highlight::html(&text), "cut": cut })
    };
    message
        .examples
        .iter()
        .take(4)
        .map(example)
        .collect::<Vec<_>>()
        .into()
}

fn snippet(title: &str, text: &str) -> Option<Value> {
    let shown = || json!({ "title": title, "html": highlight::html(text) });
    (text.len() <= LONGEST_SNIPPET).then(shown)
}
