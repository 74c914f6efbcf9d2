//! A page per event and per command.

use serde_json::{Value, json};

use super::{code, each, fact, leads};
use crate::{
    emit::{
        EmitError,
        sample::{Sampler, Way},
    },
    model::{Command, Event, Message, Service, Stream, Topic},
    schema,
    site::{
        File, Site, fields, graph, highlight,
        links::Kind,
        next, policy,
        render::{At, Page},
        svg::route,
        travel, versions, words,
    },
};

/// Schemas larger than this are downloaded only.
const LARGEST_SHOWN: usize = 24 * 1024;
/// Snippets longer than this are of no use to anybody.
const LONGEST_SNIPPET: usize = 8 * 1024;
/// The part of examples that a page shows.
const LARGEST_EXAMPLE: usize = 8 * 1024;
/// Readers that are described one by one, each with its timeline.
const MOST_READERS: usize = 30;

/// Pages of all events.
pub(super) fn events(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let events: Vec<&Event> = site.model.events.values().collect();
    each(&events, |event| of_event(site, event))
}

/// Pages of all commands.
pub(super) fn commands(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let commands: Vec<&Command> = site.model.commands.values().collect();
    each(&commands, |command| of_command(site, command))
}

fn of_event(site: &Site<'_>, event: &Event) -> Result<Vec<File>, EmitError> {
    let message = &event.message;
    let Some(url) = site.links.url(Kind::Event, &message.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let producers = site.index.producers(&message.name);
    let consumers = site.index.consumers(&message.name);
    let topic = site.model.topics().get(&event.topic);
    let readers = consumers.iter().take(MOST_READERS).map(|(service, consume)| {
        json!({
            "service": at.reference(Kind::Service, &service.name),
            "reads": consume.reads,
            "group": consume.group,
            "pinned": consume.pinned,
            "replay": consume.replay_ms.map(|ms| words::retention(Some(ms).filter(|ms| *ms < u64::MAX))),
            "policy": policy::of_topic(consume),
        })
    });
    let consuming: Vec<&Service> = consumers.iter().map(|(s, _)| *s).collect();
    let carrier = route::Stop {
        class: Kind::Topic.word(),
        name: event.topic.clone(),
        below: topic.map(|t| words::count(t.partitions as usize, "partition")),
        href: at.href(Kind::Topic, &event.topic),
    };
    let mut snippets = Vec::new();
    if let Some(service) = producers.first() {
        snippets.extend(snippet(
            "Publish it",
            &site.sampler.hand_out(Way::Publish, message, service),
        ));
    }
    if let Some((service, consume)) = consumers.first() {
        let text = Sampler::handle(
            Way::Publish,
            message,
            service,
            &consume.handler,
            &consume.reads,
        );
        snippets.extend(snippet("Handle it", &text));
    }
    let about = About {
        kind: Kind::Event,
        domain: Some(event.domain.as_str()),
        owner: event.owner.as_deref(),
        deprecated: event.deprecated.as_deref(),
        tags: &event.tags,
        facts: facts_of_event(&at, event, topic),
        route: draw(&at, producers, carrier, &consuming, &message.name),
        producers,
        readers: readers.collect(),
        more: consumers.len().saturating_sub(MOST_READERS),
        snippets,
        topic: topic.map_or(Value::Null, |t| about_topic(&at, t)),
        queue: Value::Null,
    };
    page(&at, url, message, about)
}

fn of_command(site: &Site<'_>, command: &Command) -> Result<Vec<File>, EmitError> {
    let message = &command.message;
    let Some(url) = site.links.url(Kind::Command, &message.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let senders = site.index.senders(&message.name);
    let receiver = site.model.services().get(&command.to);
    let queue = site.model.queues().get(&command.queue);
    let entry = receiver.and_then(|s| Some((s, policy::receive(s, &message.name)?)));
    let readers = entry.map(|(service, receive)| {
        json!({
            "service": at.reference(Kind::Service, &service.name),
            "reads": receive.reads,
            "group": null,
            "pinned": null,
            "replay": null,
            "policy": policy::of_queue(queue, receive),
        })
    });
    let mut snippets = Vec::new();
    if let Some(service) = senders.first() {
        snippets.extend(snippet(
            "Send it",
            &site.sampler.hand_out(Way::Send, message, service),
        ));
    }
    if let Some((service, receive)) = entry {
        let text = Sampler::handle(
            Way::Send,
            message,
            service,
            &receive.handler,
            &receive.reads,
        );
        snippets.extend(snippet("Handle it", &text));
    }
    let carrier = route::Stop {
        class: Kind::Queue.word(),
        name: command.queue.clone(),
        below: None,
        href: at.href(Kind::Queue, &command.queue),
    };
    let receivers: Vec<&Service> = receiver.into_iter().collect();
    let mut facts = vec![
        leads("To", at.reference(Kind::Service, &command.to)),
        leads("Queue", at.reference(Kind::Queue, &command.queue)),
    ];
    if let Some(ttl) = queue.and_then(|q| q.ttl_ms) {
        facts.push(fact("Worth following for", words::duration(ttl)));
    }
    let about = About {
        kind: Kind::Command,
        domain: graph::domain_of_command(site.model, command),
        owner: receiver.and_then(|s| s.owner.as_deref()),
        deprecated: None,
        tags: &[],
        facts,
        route: draw(&at, senders, carrier, &receivers, &message.name),
        producers: senders,
        readers: readers.into_iter().collect(),
        more: 0,
        snippets,
        topic: Value::Null,
        queue: queue.map_or(Value::Null, |q| super::queue::about(&at, q)),
    };
    page(&at, url, message, about)
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
    Ok(vec![page, (avsc_url, avsc)])
}

fn streams(at: &At<'_, '_>, streams: &[&Stream]) -> Vec<Value> {
    let streams = streams.iter();
    streams
        .map(|s| at.reference(Kind::Stream, &s.name))
        .collect()
}

fn facts_of_event(at: &At<'_, '_>, event: &Event, topic: Option<&Topic>) -> Vec<Value> {
    let mut facts = vec![
        leads("Topic", at.reference(Kind::Topic, &event.topic)),
        match &event.message.key {
            Some(key) => code("Key", key),
            None => fact("Key", "none: in no order"),
        },
    ];
    if let Some(topic) = topic {
        facts.push(fact("Kept", words::retention(topic.retention_ms)));
    }
    facts
}

/// What a message's page says of its topic.
fn about_topic(at: &At<'_, '_>, topic: &Topic) -> Value {
    json!({
        "ref": at.reference(Kind::Topic, &topic.name),
        "partitions": topic.partitions,
        "replication": topic.replication,
        "retention": words::retention(topic.retention_ms),
        "cleanup": topic.cleanup.as_str(),
    })
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

fn draw(
    at: &At<'_, '_>,
    from: &[&Service],
    carrier: route::Stop,
    to: &[&Service],
    name: &str,
) -> String {
    let stops = |services: &[&Service]| -> Vec<route::Stop> {
        let stop = |service: &&Service| route::Stop {
            class: Kind::Service.word(),
            name: service.name.clone(),
            below: service.owner.clone(),
            href: at.href(Kind::Service, &service.name),
        };
        services.iter().map(stop).collect()
    };
    let streams = |streams: &[&Stream]| -> Vec<route::Stop> {
        let stop = |stream: &&Stream| route::Stop {
            class: Kind::Stream.word(),
            name: stream.name.clone(),
            below: Some("stream".to_owned()),
            href: at.href(Kind::Stream, &stream.name),
        };
        streams.iter().map(stop).collect()
    };
    let (mut from, mut to) = (stops(from), stops(to));
    from.extend(streams(at.site.graph.streams_emitting(name)));
    to.extend(streams(at.site.graph.streams_reading(name)));
    route::draw([from, vec![carrier], to], &format!("The way of {name}"))
}
