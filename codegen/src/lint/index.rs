//! Who publishes, sends and consumes what: looked up once for all rules.

use std::collections::HashMap;

use super::Place;
use crate::model::{
    Consume, Deployment, Environment, Event, Message, Model, Policy, Receive, Service, Source,
    Stream, Topic,
};

/// A model with its cross-references.
pub struct Index<'a> {
    /// The model.
    pub model: &'a Model,
    producers: HashMap<&'a str, Vec<&'a Service>>,
    senders: HashMap<&'a str, Vec<&'a Service>>,
    consumers: HashMap<&'a str, Vec<(&'a Service, &'a Consume)>>,
    emitters: HashMap<&'a str, &'a Stream>,
    readers: HashMap<&'a str, Vec<&'a Stream>>,
}

impl<'a> Index<'a> {
    /// Looks at every service once.
    pub fn new(model: &'a Model) -> Self {
        let (mut producers, mut senders) = (HashMap::new(), HashMap::new());
        let mut consumers: HashMap<&str, Vec<(&Service, &Consume)>> = HashMap::new();
        for service in model.services().values() {
            add(&mut producers, &service.publishes, service);
            add(&mut senders, &service.sends, service);
            for entry in &service.consumes {
                consumers
                    .entry(&entry.event)
                    .or_default()
                    .push((service, entry));
            }
        }
        let mut readers: HashMap<&str, Vec<&Stream>> = HashMap::new();
        for stream in model.streams.values() {
            for event in stream.reads() {
                readers.entry(event).or_default().push(stream);
            }
        }
        let streams = model.streams.values();
        Self {
            emitters: streams.map(|s| (s.emits.as_str(), s)).collect(),
            readers,
            model,
            producers,
            senders,
            consumers,
        }
    }

    /// Events, then commands.
    pub fn messages(&self) -> impl Iterator<Item = &'a Message> + use<'a> {
        let events = self.model.events.values().map(|e| &e.message);
        events.chain(self.model.commands.values().map(|c| &c.message))
    }

    /// Services that publish an event.
    pub fn producers(&self, event: &str) -> &[&'a Service] {
        self.producers.get(event).map_or(&[], Vec::as_slice)
    }

    /// The stream that emits an event.
    pub fn emitter(&self, event: &str) -> Option<&'a Stream> {
        self.emitters.get(event).copied()
    }

    /// Streams that read an event.
    pub fn readers(&self, event: &str) -> &[&'a Stream] {
        self.readers.get(event).map_or(&[], Vec::as_slice)
    }

    /// Services that send a command.
    pub fn senders(&self, command: &str) -> &[&'a Service] {
        self.senders.get(command).map_or(&[], Vec::as_slice)
    }

    /// Services that consume an event, each with its entry.
    pub fn consumers(&self, event: &str) -> &[(&'a Service, &'a Consume)] {
        self.consumers.get(event).map_or(&[], Vec::as_slice)
    }

    /// Every entry under `consumes`, of the deployment without overrides.
    pub fn consumes(&self) -> impl Iterator<Item = (&'a Service, &'a Consume, &'a Event)> {
        let model = self.model;
        model.services().values().flat_map(move |service| {
            let entries = service.consumes.iter();
            entries.filter_map(move |c| Some((service, c, model.events.get(&c.event)?)))
        })
    }

    /// Every entry under `receives`, of the deployment without overrides.
    pub fn receives(&self) -> impl Iterator<Item = (&'a Service, &'a Receive)> {
        let services = self.model.services().values();
        services.flat_map(|service| service.receives.iter().map(move |r| (service, r)))
    }

    /// Every deployment: the one without overrides, then each environment's.
    pub fn deployments(&self) -> impl Iterator<Item = (Scene<'a>, &'a Deployment)> {
        let environments = self.model.environments.values();
        let environments = environments.map(|e| (Scene(Some(e)), &e.deployment));
        std::iter::once((Scene(None), &self.model.deployment)).chain(environments)
    }
}

/// An entry under `consumes` or `receives`.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Service.
    pub service: &'a Service,
    /// Event or command.
    pub message: &'a str,
    /// How the service works through it.
    pub policy: &'a Policy,
    /// Where the entry stands.
    pub source: &'a Source,
    /// The entry itself, where it is one under `consumes`.
    pub consume: Option<&'a Consume>,
}

/// Every entry under `consumes` and `receives` of a deployment.
pub fn entries(deployment: &Deployment) -> impl Iterator<Item = Entry<'_>> {
    deployment.services.values().flat_map(|service| {
        let events = service.consumes.iter().map(move |c| Entry {
            service,
            message: &c.event,
            policy: &c.policy,
            source: &c.source,
            consume: Some(c),
        });
        let commands = service.receives.iter().map(move |r| Entry {
            service,
            message: &r.command,
            policy: &r.policy,
            source: &r.source,
            consume: None,
        });
        events.chain(commands)
    })
}

/// The environment in which something was found; none where it holds without overrides.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a>(Option<&'a Environment>);

impl Scene<'_> {
    /// Words to end a sentence with; empty where it holds without overrides.
    pub fn words(self) -> String {
        self.0
            .map_or_else(String::new, |e| format!(" in environment `{}`", e.name))
    }

    /// Where a key of a topic was set: in the environment's document, or at the topic.
    pub fn setting(self, topic: &Topic, key: &str) -> Place {
        match self.0 {
            Some(e) => Place::new(&e.source, [e.name.as_str(), topic.name.as_str(), key]),
            None => Place::new(&topic.source, [key]),
        }
    }
}

fn add<'a>(
    index: &mut HashMap<&'a str, Vec<&'a Service>>,
    messages: &'a [String],
    service: &'a Service,
) {
    for message in messages {
        index.entry(message).or_default().push(service);
    }
}
