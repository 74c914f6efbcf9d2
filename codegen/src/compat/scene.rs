//! The two sides that rules look at, with who reads and writes what.

use std::collections::BTreeMap;

use super::{Past, Side, finding::When};
use crate::model::{
    Consume, Deployment, Message, Model, Receive, ReleasedVersion, Service, Stream,
};

/// What rules look at.
pub(crate) struct Scene<'a> {
    /// The catalog that is judged.
    pub(crate) now: &'a Side,
    /// What it is compared with.
    pub(crate) past: Past<'a>,
}

/// A service or a stream that reads a message: its deployed code, its code to come, or both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The service, or [`Stream::actor`](crate::model::Stream::actor).
    pub(crate) service: &'a str,
    /// What it reads from now on; `None` when it does not read the message any more.
    pub(crate) now: Option<&'a [String]>,
    /// What its deployed code reads; `None` when it did not read the message, or nobody knows.
    pub(crate) before: Option<&'a [String]>,
}

impl<'a> Scene<'a> {
    /// The whole catalog before, where there is one: frozen versions alone are none.
    pub(crate) fn before(&self) -> Option<&'a Model> {
        match self.past {
            Past::Catalog(side) => Some(&side.model),
            Past::Frozen | Past::Versions(_) => None,
        }
    }

    /// Both catalogs, where there are two.
    pub(crate) fn both(&self) -> Option<(&'a Model, &'a Model)> {
        Some((self.before()?, &self.now.model))
    }

    /// Frozen versions to compare with, by message.
    pub(crate) fn frozen(&self) -> &'a BTreeMap<String, Vec<ReleasedVersion>> {
        match self.past {
            Past::Frozen => &self.now.model.released,
            Past::Catalog(side) => &side.model.released,
            Past::Versions(versions) => &versions.released,
        }
    }

    /// Whether versions to compare with have the catalog's numbers: a registry counts by itself.
    pub(crate) fn has_our_numbers(&self) -> bool {
        !matches!(self.past, Past::Versions(_))
    }

    /// The side on which frozen versions lie.
    pub(crate) fn frozen_when(&self) -> When {
        match self.past {
            Past::Frozen => When::Now,
            Past::Catalog(_) | Past::Versions(_) => When::Before,
        }
    }

    /// Messages that both catalogs have, as they were and as they are.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&'a Message, &'a Message)> {
        let before = self.before();
        let now = self.now.model.messages();
        now.filter_map(move |now| Some((former(before?, now)?, now)))
    }

    /// Deployments by environment, as they were and as they are.
    pub(crate) fn deployments(
        &self,
    ) -> impl Iterator<Item = (Setting<'a>, &'a Deployment, &'a Deployment)> {
        let before = self.before();
        let now = &self.now.model;
        now.deployments().filter_map(move |(name, now)| {
            let before = before?.for_environment(name)?;
            Some((Setting(name), before, now))
        })
    }

    /// Services and streams that read a message now or did before, by name.
    pub(crate) fn readers(&self, message: &str) -> Vec<Reader<'a>> {
        let mut readers: BTreeMap<&'a str, Reader<'a>> = BTreeMap::new();
        let former_name = self.former_name(message);
        let before = self.before().map(|m| entries(m, former_name));
        for (service, reads) in before.into_iter().flatten() {
            readers.entry(service).or_insert(empty(service)).before = Some(reads);
        }
        for (service, reads) in entries(&self.now.model, message) {
            readers.entry(service).or_insert(empty(service)).now = Some(reads);
        }
        readers.into_values().collect()
    }

    /// What a message was called before.
    pub(crate) fn former_name<'m>(&self, message: &'m str) -> &'m str
    where
        'a: 'm,
    {
        let now = self.now.model.message(message);
        let former = now.and_then(|now| former(self.before()?, now));
        former.map_or(message, |m| m.name.as_str())
    }
}

/// The environment that a finding is about; `default` is the catalog without overrides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a>(pub(crate) &'a str);

impl Setting<'_> {
    /// Words to end a sentence with.
    pub(crate) fn words(self) -> String {
        match self.0 {
            "default" => String::new(),
            name => format!(" in environment `{name}`"),
        }
    }
}

/// The message as a catalog had it: of the same name, or of one that it names as its former.
pub(crate) fn former<'a>(before: &'a Model, now: &Message) -> Option<&'a Message> {
    let by_alias = || {
        let aliases = now.aliases.iter();
        let mut former = aliases.filter_map(|alias| {
            let name = alias.rsplit('.').next().unwrap_or(alias);
            before.message(name)
        });
        former.next()
    };
    before.message(&now.name).or_else(by_alias)
}

fn empty(service: &str) -> Reader<'_> {
    Reader {
        service,
        now: None,
        before: None,
    }
}

/// Services and streams of a model that read a message, with what they read.
fn entries<'a>(model: &'a Model, message: &str) -> Vec<(&'a str, &'a [String])> {
    let services = model.services().values();
    let services =
        services.filter_map(|service| Some((service.name.as_str(), reads(service, message)?)));
    let streams = model.streams.values();
    let streams = streams.filter_map(|stream| {
        Some((
            stream.actor.as_str(),
            stream.fields.get(message)?.as_slice(),
        ))
    });
    services.chain(streams).collect()
}

fn reads<'a>(service: &'a Service, message: &str) -> Option<&'a [String]> {
    let event = consume(service, message).map(|c| c.reads.as_slice());
    event.or_else(|| receive(service, message).map(|r| r.reads.as_slice()))
}

/// The entry under `consumes`.
pub(crate) fn consume<'a>(service: &'a Service, event: &str) -> Option<&'a Consume> {
    service.consumes.iter().find(|c| c.event == event)
}

/// The entry under `receives`.
pub(crate) fn receive<'a>(service: &'a Service, command: &str) -> Option<&'a Receive> {
    service.receives.iter().find(|r| r.command == command)
}

/// The stream that emits an event.
pub(crate) fn emitter<'a>(model: &'a Model, event: &str) -> Option<&'a Stream> {
    model.streams.values().find(|s| s.emits == event)
}

/// Services that publish or send a message.
pub(crate) fn writers<'a>(model: &'a Model, message: &str) -> Vec<&'a Service> {
    let writes = |s: &&Service| s.publishes.iter().chain(&s.sends).any(|m| m == message);
    model.services().values().filter(writes).collect()
}
