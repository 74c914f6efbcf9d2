//! Topics and queues, with their defaults and an environment's overrides.

use std::collections::BTreeMap;

use super::{
    Messages,
    index::Index,
    policy::Layers,
    records::{text, texts},
};
use crate::{
    model::{Cleanup, Command, Consume, Deployment, Queue, Service, Stream, Topic, TopicRole},
    source::Span,
    syntax::{self, Document, Node},
};

const PARTITIONS: u32 = 12;
const REPLICATION: u32 = 3;
const DAY_MS: u64 = 86_400_000;
const RETENTION_MS: u64 = 7 * DAY_MS;
const DEAD_LETTER_RETENTION_MS: u64 = 14 * DAY_MS;

/// A deployment as seen from one environment, or from none.
#[derive(Clone, Copy)]
pub(super) struct View<'n, 'a> {
    pub(super) index: &'n Index<'a>,
    pub(super) environment: Option<&'n Document<'a>>,
}

impl<'n, 'a> View<'n, 'a> {
    /// A value that the environment gives, by the keys that lead to it.
    pub(super) fn overridden(&self, keys: &[&str]) -> Option<&'n Node<'a>> {
        keys.iter()
            .try_fold(&self.environment?.root, |node, key| node.get(key))
    }

    /// The system's defaults and the environment's.
    pub(super) fn defaults(&self) -> [Option<&'n Node<'a>>; 2] {
        let system = self.index.system.and_then(|d| d.root.get("defaults"));
        [system, self.overridden(&["defaults"])]
    }
}

/// Topics and queues around services that are resolved already.
pub(super) fn deployment(
    view: View<'_, '_>,
    messages: &Messages,
    services: BTreeMap<String, Service>,
) -> Deployment {
    let mut topics = event_topics(view, messages);
    let consumes = services
        .values()
        .flat_map(|s| &s.consumes)
        .filter(|c| c.policy.dead_letter);
    for consume in consumes {
        dead_letters(view, consume, &mut topics);
    }
    for stream in messages.streams.values() {
        side_topics(view, stream, messages, &mut topics);
    }
    let queues = messages
        .commands
        .values()
        .map(|c| queue(view, c, &services));
    Deployment {
        queues: queues.map(|q| (q.name.clone(), q)).collect(),
        idle_ms: idle(view, messages),
        exchange: format!("{}.commands", view.index.system_name()),
        topics,
        services,
    }
}

fn idle(view: View<'_, '_>, messages: &Messages) -> BTreeMap<String, u64> {
    let streams = messages.streams.values().filter_map(|stream| {
        let there = view.overridden(&["streams", &stream.name, "idle"]);
        let there = there.and_then(|node| syntax::duration(node.text()?));
        Some((stream.name.clone(), there.or(stream.idle_ms)?))
    });
    streams.collect()
}

fn event_topics(view: View<'_, '_>, messages: &Messages) -> BTreeMap<String, Topic> {
    let mut topics = BTreeMap::new();
    for (name, document) in &view.index.topics {
        let layers = [Some(&document.root), view.overridden(&["topics", name])];
        let mut topic = topic(view, name, document.name_span, &layers);
        topic.events = texts(&document.root, "events");
        topic.doc = text(&document.root, "doc");
        topics.insert((*name).to_owned(), topic);
    }
    for event in messages
        .events
        .values()
        .filter(|e| !view.index.topics.contains_key(e.topic.as_str()))
    {
        let Some((_, document)) = view.index.event_document(&event.message.name) else {
            continue;
        };
        let of_topic = view.overridden(&["topics", &event.topic]);
        let layers = [of_topic, view.overridden(&["events", &event.message.name])];
        let own = || topic(view, &event.topic, document.name_span, &layers);
        topics
            .entry(event.topic.clone())
            .or_insert_with(own)
            .events
            .push(event.message.name.clone());
    }
    topics
}

fn topic(view: View<'_, '_>, name: &str, at: Span, own: &[Option<&Node<'_>>]) -> Topic {
    let layers = Layers::new(view.defaults().into_iter().chain(own.iter().copied()));
    Topic {
        name: name.to_owned(),
        doc: None,
        events: Vec::new(),
        partitions: layers.whole("partitions").unwrap_or(PARTITIONS),
        replication: layers.whole("replication").unwrap_or(REPLICATION),
        retention_ms: layers.retention("retention", RETENTION_MS),
        cleanup: if layers.text("cleanup") == Some("compact") {
            Cleanup::Compact
        } else {
            Cleanup::Delete
        },
        role: TopicRole::Events,
        source: view.index.sources.source(at),
    }
}

/// The dead-letter and redrive topics of a group, as wide as the topic they stem from.
fn dead_letters(view: View<'_, '_>, consume: &Consume, topics: &mut BTreeMap<String, Topic>) {
    let Some(source) = topics.get(&consume.topic) else {
        return;
    };
    let defaults = Layers::new(view.defaults());
    let retention_ms = defaults.retention("dead_letter_retention", DEAD_LETTER_RETENTION_MS);
    let (of, group) = (&consume.topic, &consume.group);
    let like = |suffix: &str, role: TopicRole| Topic {
        name: format!("{of}.{group}.{suffix}"),
        doc: None,
        events: Vec::new(),
        partitions: source.partitions,
        replication: source.replication,
        retention_ms,
        cleanup: Cleanup::Delete,
        role,
        source: consume.source.clone(),
    };
    let (from, by) = (of.clone(), group.clone());
    let dead_letter = TopicRole::DeadLetter {
        of: from,
        group: by,
    };
    let (from, by) = (of.clone(), group.clone());
    let redrive = TopicRole::Redrive {
        of: from,
        group: by,
    };
    for topic in [like("dlt", dead_letter), like("redrive", redrive)] {
        topics.entry(topic.name.clone()).or_insert(topic);
    }
}

/// Where a stream puts what it cannot decode or compute with, and what comes too late.
fn side_topics(
    view: View<'_, '_>,
    stream: &Stream,
    messages: &Messages,
    topics: &mut BTreeMap<String, Topic>,
) {
    let read = stream.reads().filter_map(|e| messages.events.get(e));
    let sources: Vec<Topic> = read.filter_map(|e| topics.get(&e.topic).cloned()).collect();
    let retention_ms =
        Layers::new(view.defaults()).retention("dead_letter_retention", DEAD_LETTER_RETENTION_MS);
    let like = |of: &Topic, name: String, role: TopicRole| Topic {
        name,
        doc: None,
        events: Vec::new(),
        retention_ms,
        cleanup: Cleanup::Delete,
        role,
        source: stream.source.clone(),
        ..of.clone()
    };
    let late = stream.late.iter().zip(sources.first()).map(|(name, of)| {
        let stream = stream.name.clone();
        like(of, name.clone(), TopicRole::Late { stream })
    });
    let dead = sources.iter().map(|of| {
        let role = TopicRole::DeadLetter {
            of: of.name.clone(),
            group: stream.name.clone(),
        };
        like(of, stream.dead_letters(&of.name), role)
    });
    for topic in late.chain(dead) {
        topics.entry(topic.name.clone()).or_insert(topic);
    }
}

fn queue(view: View<'_, '_>, command: &Command, services: &BTreeMap<String, Service>) -> Queue {
    let name = &command.message.name;
    let document = view.index.commands.get(name.as_str());
    let layers = Layers::new([
        document.map(|d| &d.root),
        view.overridden(&["commands", name]),
    ]);
    let receives = services.get(&command.to).map_or(&[][..], |s| &s.receives);
    let receive = receives.iter().find(|r| r.command == *name);
    let service = view.index.services.get(command.to.as_str());
    let entry = service.and_then(|d| d.root.get("receives")?.get(name));
    Queue {
        name: command.queue.clone(),
        command: name.clone(),
        service: command.to.clone(),
        tiers_ms: receive.map(|r| r.policy.tiers_ms()).unwrap_or_default(),
        dead_letter: receive
            .filter(|r| r.policy.dead_letter)
            .map(|_| format!("{}.dlq", command.queue)),
        ttl_ms: layers.text("ttl").and_then(syntax::duration),
        priority: layers.whole("priority").map(|p| p as u8),
        single_active_consumer: Layers::new([entry])
            .flag("single_active_consumer")
            .unwrap_or_default(),
        source: command.message.source.clone(),
    }
}
