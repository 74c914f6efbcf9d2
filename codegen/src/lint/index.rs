//! Who publishes, sends and consumes what: looked up once for all rules.

use std::collections::HashMap;

use crate::model::{Consume, Deployment, Event, Model, Receive, Service};

/// A model with its cross-references.
pub struct Index<'a> {
    /// The model.
    pub model: &'a Model,
    producers: HashMap<&'a str, Vec<&'a Service>>,
    senders: HashMap<&'a str, Vec<&'a Service>>,
    consumers: HashMap<&'a str, Vec<(&'a Service, &'a Consume)>>,
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
                consumers.entry(&entry.event).or_default().push((service, entry));
            }
        }
        Self { model, producers, senders, consumers }
    }

    /// Services that publish an event.
    pub fn producers(&self, event: &str) -> &[&'a Service] {
        self.producers.get(event).map_or(&[], Vec::as_slice)
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

    /// Every deployment with words that say which: none for the one without overrides.
    pub fn deployments(&self) -> impl Iterator<Item = (String, &'a Deployment)> {
        self.model.deployments().enumerate().map(|(i, (name, deployment))| {
            let of = if i == 0 { String::new() } else { format!(" in environment `{name}`") };
            (of, deployment)
        })
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
