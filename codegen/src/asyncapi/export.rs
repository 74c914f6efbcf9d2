//! The model → AsyncAPI 3.1: one document for the system and one for each service and stream.
//!
//! What AsyncAPI can say is said in its own words: servers, channels, operations, messages with
//! their Avro payloads, bindings of Kafka and AMQP. What it has no words for travels as
//! `x-herald-…`, in the catalog's own language (`written`), so that importing a document gives back
//! the catalog that it came from.

mod bindings;
mod channels;
mod everywhere;
mod headers;
mod messages;
mod operations;
mod own_headers;
mod servers;
mod texts;
mod written;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::import;
use crate::{emit::EmitError, files::Files, model::Model};
use everywhere::Everywhere;
use texts::Shared;

/// What the documents are written for.
const VERSION: &str = "3.1.0";

/// What a payload is, in the framing that the system chose.
const CONTENT_TYPE: &str = "application/avro";

/// Aliases of a type in an Avro schema that have a namespace.
pub(super) const ALIASES: &str = "x-herald-aliases";

/// Writes `asyncapi.yaml` and `asyncapi/<service>.yaml`.
pub(crate) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let everywhere = Everywhere::new(model);
    let system = || Scope::system(model, &everywhere);
    let mut all: Vec<(String, Scope<'_>)> = vec![("asyncapi.yaml".into(), system())];
    let mut known = BTreeSet::new();
    for name in model.services().keys().chain(model.streams.keys()) {
        let path = format!("asyncapi/{name}.yaml");
        // A service and a stream of one name share a document.
        if known.insert(name) {
            all.push((path, Scope::application(model, &everywhere, name)));
        }
    }
    let shared = Shared::new(&system());
    let documents: Vec<(String, Vec<Arc<str>>)> = all
        .into_par_iter()
        .map(|(path, scope)| (path, scope.document(&shared)))
        .collect();
    for (path, parts) in documents {
        files.add(path, parts)?;
    }
    Ok(())
}

/// What one document speaks of.
struct Scope<'m> {
    model: &'m Model,
    everywhere: &'m Everywhere<'m>,
    /// The application; none for the whole system.
    application: Option<&'m str>,
    /// Events and commands by name.
    messages: BTreeSet<&'m str>,
}

impl<'m> Scope<'m> {
    fn system(model: &'m Model, everywhere: &'m Everywhere<'m>) -> Self {
        Self {
            model,
            everywhere,
            application: None,
            messages: model.messages().map(|m| m.name.as_str()).collect(),
        }
    }

    fn application(model: &'m Model, everywhere: &'m Everywhere<'m>, name: &'m str) -> Self {
        let mut messages = BTreeSet::new();
        if let Some(service) = model.services().get(name) {
            let sent = service.publishes.iter().chain(&service.sends);
            let heard = service.consumes.iter().map(|c| &c.event);
            let received = service.receives.iter().map(|r| &r.command);
            messages.extend(sent.chain(heard).chain(received).map(String::as_str));
        }
        if let Some(stream) = model.streams.get(name) {
            messages.extend(stream.reads());
            messages.insert(&stream.emits);
        }
        Self {
            model,
            everywhere,
            application: Some(name),
            messages,
        }
    }

    /// Whether a service or stream is spoken of.
    fn speaks_of(&self, name: &str) -> bool {
        self.application.is_none_or(|own| own == name)
    }

    /// Whether any stream is.
    fn speaks_of_a_stream(&self) -> bool {
        self.model.streams.keys().any(|name| self.speaks_of(name))
    }

    /// The document in parts, some of which other documents have too.
    fn document(&self, shared: &Shared<'_>) -> Vec<Arc<str>> {
        let mut head = format!("# {}\n", crate::emit::MARKER);
        texts::entry("asyncapi", &VERSION.into(), &mut head);
        texts::entry("id", &self.id().into(), &mut head);
        texts::entry("info", &self.info(), &mut head);
        texts::entry("defaultContentType", &CONTENT_TYPE.into(), &mut head);
        let servers = servers::servers(&self.everywhere.servers);
        if !servers.is_empty() {
            texts::entry("servers", &servers.into(), &mut head);
        }
        let mut tail = String::new();
        texts::list("x-herald-catalog", &mut tail, |each| {
            written::documents(self, each);
        });
        let mut parts = vec![head.into()];
        parts.extend(shared.channels(self));
        parts.extend(shared.operations(self));
        parts.extend(shared.components(self));
        parts.push(tail.into());
        parts
    }

    fn id(&self) -> String {
        let system = &self.model.system.name;
        match self.application {
            Some(name) => format!("urn:herald:{system}:{name}"),
            None => format!("urn:herald:{system}"),
        }
    }

    fn info(&self) -> Value {
        let system = &self.model.system;
        let service = self.application.and_then(|a| self.model.services().get(a));
        let stream = self.application.and_then(|a| self.model.streams.get(a));
        let doc = match self.application {
            None => system.doc.as_ref(),
            Some(_) => service
                .and_then(|s| s.doc.as_ref())
                .or(stream.and_then(|s| s.doc.as_ref())),
        };
        let title = self.application.unwrap_or(&system.name);
        let mut info = Map::new();
        info.insert("title".into(), title.into());
        // A catalog counts versions of its messages, not of itself.
        info.insert("version".into(), "1.0.0".into());
        let doc = doc.map_or_else(|| format!("The messages of {title}."), Clone::clone);
        info.insert("description".into(), doc.into());
        let owner = service
            .and_then(|s| s.owner.as_ref())
            .or(stream.and_then(|s| s.owner.as_ref()));
        if let Some(owner) = owner {
            info.insert("contact".into(), json!({ "name": owner }));
        }
        let tags = self.tags();
        if !tags.is_empty() {
            info.insert("tags".into(), tags.into());
        }
        Value::Object(info)
    }

    /// The domains of the messages.
    fn tags(&self) -> Vec<Value> {
        let events = self
            .messages
            .iter()
            .filter_map(|m| self.model.events.get(*m));
        let domains: BTreeSet<&str> = events.map(|e| e.domain.as_str()).collect();
        let tag = |name: &&str| {
            let doc = self.model.domains.get(*name).and_then(|d| d.doc.as_ref());
            match doc {
                Some(doc) => json!({ "name": name, "description": doc }),
                None => json!({ "name": name }),
            }
        };
        domains.iter().map(tag).collect()
    }
}

/// The key of a topic or queue under `channels`, by message.
fn channel_of<'m>(model: &'m Model, message: &str) -> Option<&'m str> {
    let topic = model.events.get(message).map(|e| e.topic.as_str());
    topic.or_else(|| model.commands.get(message).map(|c| c.queue.as_str()))
}

/// A reference inside the document.
fn reference(parts: &[&str]) -> Value {
    let parts = parts
        .iter()
        .map(|p| p.replace('~', "~0").replace('/', "~1"));
    let pointer = parts.collect::<Vec<_>>().join("/");
    json!({ "$ref": format!("#/{pointer}") })
}

/// Channels of some messages, each with these messages.
fn by_channel<'m>(scope: &Scope<'m>) -> BTreeMap<&'m str, Vec<&'m str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for message in &scope.messages {
        if let Some(channel) = channel_of(scope.model, message) {
            found.entry(channel).or_default().push(message);
        }
    }
    // A topic lists its events in an order of its own.
    for (channel, messages) in &mut found {
        if let Some(topic) = scope.model.topics().get(*channel) {
            messages.sort_by_key(|m| topic.events.iter().position(|e| e == m));
        }
    }
    found
}

/// A duration as the catalog writes it.
fn duration(ms: u64) -> String {
    import::duration(ms)
}
