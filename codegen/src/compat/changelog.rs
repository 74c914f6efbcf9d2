//! What changed between two catalogs, in words for those who read: Markdown by event, command,
//! topic and service.

mod payload;

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Side, history::directions};
use crate::{
    lint::keys::duration,
    model::{Message, Model, Service, Topic, TopicRole},
};

/// The changelog from one catalog to the next; `from` and `to` are words for them.
pub fn markdown(before: &Side, now: &Side, from: &str, to: &str) -> String {
    let mut text = format!("# Changes from {from} to {to}\n");
    let (before, now) = (&before.model, &now.model);
    let events =
        |m: &Model| -> Vec<Message> { m.events.values().map(|e| e.message.clone()).collect() };
    let commands =
        |m: &Model| -> Vec<Message> { m.commands.values().map(|c| c.message.clone()).collect() };
    messages(
        &mut text,
        "Events",
        (before, events(before)),
        (now, events(now)),
    );
    messages(
        &mut text,
        "Commands",
        (before, commands(before)),
        (now, commands(now)),
    );
    section(&mut text, "Topics", topics(before, now));
    section(&mut text, "Services", services(before, now));
    if text.lines().count() == 1 {
        text.push_str("\nNothing changed.\n");
    }
    text
}

/// A heading with lines below, if there are any.
fn section(text: &mut String, heading: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {heading}\n\n");
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}

/// Messages of one kind: each that is new, gone or changed has a heading of its own.
fn messages(
    text: &mut String,
    heading: &str,
    (old_model, before): (&Model, Vec<Message>),
    (model, now): (&Model, Vec<Message>),
) {
    let mut parts = String::new();
    for message in &now {
        let aliases = message
            .aliases
            .iter()
            .map(|a| a.rsplit('.').next().unwrap_or(a));
        let names: Vec<&str> = std::iter::once(message.name.as_str())
            .chain(aliases)
            .collect();
        let former = names
            .iter()
            .find_map(|n| before.iter().find(|m| m.name == *n));
        match former {
            None => added(&mut parts, model, message),
            Some(old) => changed(&mut parts, (old_model, old), (model, message)),
        }
    }
    let goes_on = |old: &&Message| {
        let same = |m: &Message| {
            m.name == old.name
                || m.aliases
                    .iter()
                    .any(|a| a.rsplit('.').next() == Some(&old.name))
        };
        now.iter().any(same)
    };
    for gone in before.iter().filter(|old| !goes_on(old)) {
        let _ = write!(parts, "\n### {} removed\n\n", gone.name);
        let _ = writeln!(parts, "- was at version {}", gone.version);
    }
    if !parts.is_empty() {
        let _ = write!(text, "\n## {heading}\n{parts}");
    }
}

fn added(text: &mut String, model: &Model, message: &Message) {
    let _ = write!(text, "\n### {} {} (new)\n\n", message.name, message.version);
    if let Some(doc) = &message.doc {
        let _ = write!(text, "{}\n\n", doc.trim());
    }
    let fields = message.record.fields.iter().map(|f| ("", f));
    let headers = message.headers.fields.iter().map(|h| ("the header ", h));
    for (what, field) in fields.chain(headers) {
        let ty = crate::lint::keys::describe(&field.ty);
        let doc = field.doc.as_deref().map(|d| format!(": {}", one_line(d)));
        let doc = doc.unwrap_or_default();
        let _ = writeln!(text, "- {what}`{}` `{ty}`{doc}", field.name);
    }
    let readers = readers(model, &message.name);
    if !readers.is_empty() {
        let _ = writeln!(text, "- read by {}", readers.join(", "));
    }
}

fn changed(
    text: &mut String,
    (old_model, old): (&Model, &Message),
    (model, now): (&Model, &Message),
) {
    let mut lines = Vec::new();
    if old.name != now.name {
        lines.push(format!("was called `{}`", old.name));
    }
    lines.extend(payload::changes((old_model, old), (model, now)));
    lines.extend(payload::headers(old, now));
    if old.key != now.key {
        let key = |k: &Option<String>| k.as_ref().map_or("none".to_owned(), |k| format!("`{k}`"));
        lines.push(format!("key: {} → {}", key(&old.key), key(&now.key)));
    }
    if old.compatibility != now.compatibility {
        let (was, is) = (old.compatibility.as_str(), now.compatibility.as_str());
        lines.push(format!("compatibility: {was} → {is}"));
    }
    if lines.is_empty() && old.version == now.version {
        return;
    }
    let version = if old.version == now.version {
        now.version.to_string()
    } else {
        format!("{} → {}", old.version, now.version)
    };
    let _ = write!(text, "\n### {} {version}\n\n", now.name);
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
    let promise = match directions(now.compatibility) {
        [] => "promises nothing".to_owned(),
        _ => now.compatibility.as_str().to_owned(),
    };
    let readers = readers(model, &now.name);
    let readers = if readers.is_empty() {
        "nobody".to_owned()
    } else {
        readers.join(", ")
    };
    let _ = writeln!(text, "- read by {readers} ({promise})");
}

fn readers(model: &Model, message: &str) -> Vec<String> {
    let services = model.services().values();
    let reads = |s: &&Service| {
        let events = s.consumes.iter().any(|c| c.event == message);
        events || s.receives.iter().any(|r| r.command == message)
    };
    let streams = model.streams.values();
    let streams = streams.filter(|s| s.reads().any(|event| event == message));
    let services = services.filter(reads).map(|s| s.name.clone());
    services.chain(streams.map(|s| s.actor.clone())).collect()
}

fn topics(before: &Model, now: &Model) -> Vec<String> {
    let of = |model: &Model| -> BTreeMap<String, Topic> {
        let topics = model.topics().iter();
        let topics = topics.filter(|(_, t)| t.role == TopicRole::Events);
        topics.map(|(n, t)| (n.clone(), t.clone())).collect()
    };
    let (before, now) = (of(before), of(now));
    let mut lines = Vec::new();
    for (name, topic) in &now {
        match before.get(name) {
            None => lines.push(format!("`{name}` is new, for {}", topic.events.join(", "))),
            Some(old) => lines.extend(topic_changes(old, topic)),
        }
    }
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    lines.extend(gone.map(|name| format!("`{name}` is gone")));
    lines
}

fn topic_changes(old: &Topic, now: &Topic) -> Vec<String> {
    let kept = |ms: Option<u64>| ms.map_or("forever".to_owned(), duration);
    let settings = |t: &Topic| {
        [
            ("partitions", t.partitions.to_string()),
            ("replication", t.replication.to_string()),
            ("retention", kept(t.retention_ms)),
            ("cleanup", t.cleanup.as_str().to_owned()),
            ("events", t.events.join(", ")),
        ]
    };
    let pairs = settings(old).into_iter().zip(settings(now));
    pairs
        .filter(|(old, now)| old != now)
        .map(|((key, was), (_, is))| format!("`{}` {key}: {was} → {is}", now.name))
        .collect()
}

fn services(before: &Model, now: &Model) -> Vec<String> {
    let (before, now) = (before.services(), now.services());
    let mut lines = Vec::new();
    for (name, service) in now {
        match before.get(name) {
            None => lines.push(format!("`{name}` is new")),
            Some(old) => lines.extend(service_changes(old, service)),
        }
    }
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    lines.extend(gone.map(|name| format!("`{name}` is gone")));
    lines
}

fn service_changes(old: &Service, now: &Service) -> Vec<String> {
    let consumed = |s: &Service| {
        s.consumes
            .iter()
            .map(|c| c.event.clone())
            .collect::<Vec<_>>()
    };
    let received = |s: &Service| {
        s.receives
            .iter()
            .map(|r| r.command.clone())
            .collect::<Vec<_>>()
    };
    let lists = [
        ("publishes", old.publishes.clone(), now.publishes.clone()),
        ("sends", old.sends.clone(), now.sends.clone()),
        ("consumes", consumed(old), consumed(now)),
        ("receives", received(old), received(now)),
    ];
    let mut lines = Vec::new();
    for (verb, was, is) in lists {
        let new: Vec<&String> = is.iter().filter(|m| !was.contains(m)).collect();
        let gone: Vec<&String> = was.iter().filter(|m| !is.contains(m)).collect();
        let name = &now.name;
        lines.extend(new.iter().map(|m| format!("`{name}` {verb} {m}")));
        lines.extend(
            gone.iter()
                .map(|m| format!("`{name}` no longer {verb} {m}")),
        );
    }
    lines
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
