//! Who belongs where, and who uses what: looked up once for all pages.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::links::Kind;
use crate::model::{
    Command, Event, Flow, Message, Model, Record, Service, StepKind, Stream, Type, TypeDef,
    TypeKind,
};

/// The members of a domain, each by name.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    pub(super) services: Vec<&'a Service>,
    pub(super) events: Vec<&'a Event>,
    pub(super) commands: Vec<&'a Command>,
    pub(super) topics: Vec<&'a str>,
}

/// Something that uses a type, or holds a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct User {
    pub(super) kind: Kind,
    pub(super) name: String,
}

/// Cross-references of the model.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    domains: BTreeMap<&'a str, Members<'a>>,
    homes: HashMap<&'a str, &'a str>,
    topics: HashMap<&'a str, &'a str>,
    users: HashMap<&'a str, BTreeSet<User>>,
    flows: HashMap<&'a str, Vec<&'a Flow>>,
    readers: HashMap<&'a str, Vec<&'a Stream>>,
    emitters: HashMap<&'a str, Vec<&'a Stream>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        let mut domains: BTreeMap<&str, Members<'_>> = model
            .domains
            .keys()
            .map(|name| (name.as_str(), Members::default()))
            .collect();
        let mut topics = HashMap::new();
        for event in model.events.values() {
            let members = domains.entry(&event.domain).or_default();
            members.events.push(event);
            topics.entry(event.topic.as_str()).or_insert_with(|| {
                members.topics.push(event.topic.as_str());
                event.domain.as_str()
            });
        }
        for command in model.commands.values() {
            if let Some(domain) = domain_of_command(model, command) {
                domains.entry(domain).or_default().commands.push(command);
            }
        }
        let mut homes = HashMap::new();
        for service in model.services().values() {
            if let Some(domain) = home(model, service) {
                homes.insert(service.name.as_str(), domain);
                domains.entry(domain).or_default().services.push(service);
            }
        }
        let (mut readers, mut emitters) = (HashMap::new(), HashMap::new());
        for stream in model.streams.values() {
            let of: &mut Vec<&Stream> = emitters.entry(stream.emits.as_str()).or_default();
            of.push(stream);
            for event in stream.reads() {
                let of: &mut Vec<&Stream> = readers.entry(event).or_default();
                of.push(stream);
            }
        }
        Self {
            domains,
            homes,
            topics,
            users: users(model),
            flows: flows(model),
            readers,
            emitters,
        }
    }

    /// Domains by name.
    pub(super) fn domains(&self) -> impl Iterator<Item = (&'a str, &Members<'a>)> {
        self.domains.iter().map(|(name, members)| (*name, members))
    }

    /// The members of a domain.
    pub(super) fn members(&self, domain: &str) -> Option<&Members<'a>> {
        self.domains.get(domain)
    }

    /// The domain that a service belongs to, as far as the catalog lets one tell.
    pub(super) fn home(&self, service: &str) -> Option<&'a str> {
        self.homes.get(service).copied()
    }

    /// The domain of a topic's first event.
    pub(super) fn domain_of_topic(&self, topic: &str) -> Option<&'a str> {
        self.topics.get(topic).copied()
    }

    /// What uses a shared type.
    pub(super) fn users(&self, name: &str) -> impl Iterator<Item = &User> {
        self.users.get(name).into_iter().flatten()
    }

    /// Streams that read an event.
    pub(super) fn streams_reading(&self, event: &str) -> &[&'a Stream] {
        self.readers.get(event).map_or(&[], Vec::as_slice)
    }

    /// Streams that emit an event.
    pub(super) fn streams_emitting(&self, event: &str) -> &[&'a Stream] {
        self.emitters.get(event).map_or(&[], Vec::as_slice)
    }

    /// Flows in which an event, command, request or service has a part.
    pub(super) fn flows(&self, name: &str) -> &[&'a Flow] {
        self.flows.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The domain in a command's namespace, where there is such a domain.
pub(super) fn domain_of_command<'a>(model: &'a Model, command: &Command) -> Option<&'a str> {
    let namespace = &command.message.namespace;
    let part = namespace.strip_prefix(&model.system.name)?;
    let part = part.strip_prefix('.')?;
    let mut known = model.domains.keys();
    known
        .find(|name| *name == part || name.replace('-', "_") == part)
        .map(String::as_str)
}

/// The domain of most events that a service publishes; else of the commands it receives; else the
/// one of its name, or of its owner.
fn home<'a>(model: &'a Model, service: &Service) -> Option<&'a str> {
    let published = service.publishes.iter();
    let published = published.filter_map(|e| Some(model.events.get(e)?.domain.as_str()));
    let received = service.receives.iter();
    let received = received.filter_map(|r| {
        let command = model.commands.get(&r.command)?;
        domain_of_command(model, command)
    });
    let known = |name: &str| model.domains.get_key_value(name).map(|(k, _)| k.as_str());
    let is_owned = |domain: &str| {
        let domain = model.domains.get(domain);
        domain.is_some_and(|d| d.owner.is_some() && d.owner == service.owner)
    };
    let of_owner = || {
        let owned = model.domains.values();
        let mut owned = owned.filter(|d| d.owner.is_some() && d.owner == service.owner);
        owned.next().map(|d| d.name.as_str())
    };
    most(published, is_owned)
        .or_else(|| most(received, is_owned))
        .or_else(|| known(&service.name))
        .or_else(of_owner)
}

/// The name that stands there most often; of several, one that is preferred, then the first.
fn most<'a>(
    names: impl Iterator<Item = &'a str>,
    is_preferred: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let best = counts
        .iter()
        .max_by_key(|(name, count)| (**count, is_preferred(name), std::cmp::Reverse(**name)));
    best.map(|(name, _)| *name)
}

fn users(model: &Model) -> HashMap<&str, BTreeSet<User>> {
    let mut users: HashMap<&str, BTreeSet<User>> = HashMap::new();
    let mut add = |ty: &Type, kind: Kind, name: &str| {
        let mut found = Vec::new();
        shared_types(model, ty, &mut found);
        for used in found {
            users.entry(used).or_default().insert(User {
                kind,
                name: name.to_owned(),
            });
        }
    };
    let mut of_record = |record: &Record, kind: Kind, name: &str| {
        for field in &record.fields {
            add(&field.ty, kind, name);
        }
    };
    for event in model.events.values() {
        let Message {
            record,
            headers,
            name,
            ..
        } = &event.message;
        of_record(record, Kind::Event, name);
        of_record(headers, Kind::Event, name);
    }
    for command in model.commands.values() {
        let Message {
            record,
            headers,
            name,
            ..
        } = &command.message;
        of_record(record, Kind::Command, name);
        of_record(headers, Kind::Command, name);
    }
    for def in model.types.values().filter(|def| def.owner.is_none()) {
        if let TypeKind::Record(record) = &def.kind {
            of_record(record, Kind::Type, &def.name);
        }
    }
    for service in model.services().values() {
        for request in &service.requests {
            let name = super::links::request_name(&service.name, &request.name);
            let parameters = request.params.iter().map(|p| &p.ty);
            let types = request
                .body
                .iter()
                .chain(&request.returns)
                .chain(parameters);
            for ty in types {
                add(ty, Kind::Request, &name);
            }
        }
    }
    users
}

/// Shared types that a type mentions itself or through types that belong to its field alone.
fn shared_types<'a>(model: &'a Model, ty: &Type, found: &mut Vec<&'a str>) {
    match ty {
        Type::Optional { inner, .. }
        | Type::Array(inner)
        | Type::Map(inner)
        | Type::Boxed(inner) => {
            shared_types(model, inner, found);
        }
        Type::Fixed(fixed) => {
            if let Some((name, _)) = model.types.get_key_value(&fixed.name) {
                found.push(name);
            }
        }
        Type::Named(name) => {
            let Some((name, def)) = model.types.get_key_value(name) else {
                return;
            };
            if def.owner.is_none() {
                found.push(name);
            } else if found.len() < 1000 {
                for inner in parts(def) {
                    shared_types(model, inner, found);
                }
            }
        }
        _ => {}
    }
}

fn parts(def: &TypeDef) -> Vec<&Type> {
    match &def.kind {
        TypeKind::Record(record) => record.fields.iter().map(|f| &f.ty).collect(),
        TypeKind::Union(union) => union.variants.iter().map(|v| &v.ty).collect(),
        TypeKind::Enum(_) | TypeKind::Fixed(_) => Vec::new(),
    }
}

fn flows(model: &Model) -> HashMap<&str, Vec<&Flow>> {
    let mut flows: HashMap<&str, Vec<&Flow>> = HashMap::new();
    for flow in model.flows.values() {
        let names = flow.steps.iter().flat_map(|step| {
            let what = match &step.what {
                StepKind::Event(name)
                | StepKind::Command(name)
                | StepKind::Request(name)
                | StepKind::Timer(name) => Some(name),
                StepKind::Words(_) => None,
            };
            let who = std::iter::once(&step.from).chain(&step.to);
            what.into_iter().chain(who)
        });
        let names: BTreeSet<&str> = names.map(String::as_str).collect();
        for name in names {
            flows.entry(name).or_default().push(flow);
        }
    }
    flows
}
