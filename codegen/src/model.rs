//! The resolved model: what a catalog says, with every name looked up, every default filled in and
//! every Rust name chosen once. Emitters read it and nothing else.
//!
//! All maps are ordered by name, so that moving a document to another file changes no output.

mod deployment;
mod messages;
mod service;
mod stream;
mod stream_expr;
mod stream_fields;
mod types;

use std::{collections::BTreeMap, fmt, sync::Arc};

pub use deployment::{
    AfterDeadLetter, Cleanup, Deployment, Environment, Policy, Queue, STREAMS, Topic, TopicRole,
};
pub(crate) use messages::headers_rust;
pub use messages::{Command, Compatibility, Event, Message, ReleasedVersion};
pub use service::{
    Consume, Method, Param, ParamPlace, Receive, Request, RequestKey, Service, Store, Timer,
};
pub use stream::{
    Aggregate, Body, Column, Each, Function, Group, Input, Meet, Other, SharedField, Stream, When,
    Window, WindowKind,
};
pub use stream_expr::{ArithmeticOp, CompareOp, Expr, ExprKind, Literal, TextTest, Variable};
pub(crate) use types::full_name;
pub use types::{
    EnumDef, Field, FieldDefault, Fixed, FixedLogical, Record, Symbol, Type, TypeDef, TypeKind,
    UnionDef, Variant,
};

/// The environment is none of the catalog's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalog has no environment {name}; it has {known}")]
pub struct NoEnvironment {
    /// The name asked for.
    pub name: String,
    /// Those there are.
    pub known: String,
}

/// Everything a catalog says, resolved.
#[derive(Debug, Clone)]
pub struct Model {
    /// The one `system:` document.
    pub system: System,
    /// Domains by name: those declared, and those only named by an event.
    pub domains: BTreeMap<String, Domain>,
    /// Shared types by name, together with the enums, unions and fixed types that fields own.
    pub types: BTreeMap<String, TypeDef>,
    /// Events by name.
    pub events: BTreeMap<String, Event>,
    /// Commands by name.
    pub commands: BTreeMap<String, Command>,
    /// Topics, queues and services where no environment overrides anything.
    pub deployment: Deployment,
    /// Environments by name, each with its overrides already applied.
    pub environments: BTreeMap<String, Environment>,
    /// Streams by name.
    pub streams: BTreeMap<String, Stream>,
    /// Flows by name.
    pub flows: BTreeMap<String, Flow>,
    /// Waivers of compatibility findings, in document order.
    pub waivers: Vec<Waiver>,
    /// Released versions by message name, lowest version first; messages since removed included.
    pub released: BTreeMap<String, Vec<ReleasedVersion>>,
    /// What the output crate must know about where it lies.
    pub settings: Settings,
}

impl Model {
    /// The deployment without overrides (named `default`) followed by one per environment.
    pub fn deployments(&self) -> impl Iterator<Item = (&str, &Deployment)> {
        let environments = self
            .environments
            .values()
            .map(|e| (e.name.as_str(), &e.deployment));
        std::iter::once(("default", &self.deployment)).chain(environments)
    }

    /// The effective deployment of an environment; `default` is the one without overrides.
    pub fn for_environment(&self, name: &str) -> Option<&Deployment> {
        self.deployments().find(|(n, _)| *n == name).map(|(_, d)| d)
    }

    /// As [`for_environment`](Model::for_environment), for a name that somebody typed.
    ///
    /// # Errors
    /// [`NoEnvironment`] with the names there are.
    pub fn environment(&self, name: &str) -> Result<&Deployment, NoEnvironment> {
        self.for_environment(name).ok_or_else(|| NoEnvironment {
            name: name.to_owned(),
            known: self
                .deployments()
                .map(|(known, _)| known)
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// Environments in which partitions of a stream may be silent for another time than elsewhere, each
    /// with that time in milliseconds.
    pub fn idle_elsewhere(&self, stream: &str) -> impl Iterator<Item = (&str, u64)> {
        let usual = self.deployment.idle_ms.get(stream);
        self.environments.values().filter_map(move |environment| {
            let there = environment.deployment.idle_ms.get(stream)?;
            (usual != Some(there)).then_some((environment.name.as_str(), *there))
        })
    }

    /// Services by name, as deployed without overrides.
    pub fn services(&self) -> &BTreeMap<String, Service> {
        &self.deployment.services
    }

    /// Topics by name, dead-letter and redrive topics included, as deployed without overrides.
    pub fn topics(&self) -> &BTreeMap<String, Topic> {
        &self.deployment.topics
    }

    /// Queues by name, one per command, as deployed without overrides.
    pub fn queues(&self) -> &BTreeMap<String, Queue> {
        &self.deployment.queues
    }

    /// Events, then commands, each by name.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let events = self.events.values().map(|e| &e.message);
        events.chain(self.commands.values().map(|c| &c.message))
    }

    /// The event or command of that name.
    pub fn message(&self, name: &str) -> Option<&Message> {
        let event = self.events.get(name).map(|e| &e.message);
        event.or_else(|| self.commands.get(name).map(|c| &c.message))
    }

    /// The type of an Avro full name.
    pub(crate) fn type_of(&self, full_name: &str) -> Option<&TypeDef> {
        let simple = full_name.rsplit('.').next().unwrap_or(full_name);
        let is_it = |def: &&TypeDef| def.full_name() == full_name;
        let usual = self.types.get(simple).filter(is_it);
        usual.or_else(|| self.types.values().find(is_it))
    }

    /// An event or a command, to change it.
    pub(crate) fn message_mut(&mut self, name: &str) -> Option<&mut Message> {
        match self.events.get_mut(name) {
            Some(event) => Some(&mut event.message),
            None => self.commands.get_mut(name).map(|c| &mut c.message),
        }
    }

    /// The released versions of a message, lowest first.
    pub fn released(&self, name: &str) -> &[ReleasedVersion] {
        self.released.get(name).map_or(&[], Vec::as_slice)
    }
}

/// What surrounds a catalog and is no part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Path of the runtime crate as `Cargo.toml` of the output writes it, with forward slashes.
    pub runtime: String,
    /// Whether the output is a workspace of its own (it lies outside the repository's).
    pub standalone: bool,
    /// The day that decides which waivers still hold, `YYYY-MM-DD`; without it all do. It never
    /// decides what is written.
    pub today: Option<String>,
    /// What becomes of references in AsyncAPI documents that find nothing.
    pub missing_refs: crate::asyncapi::MissingRefs,
}

/// The system: its name is the first part of every namespace and the RabbitMQ exchange.
#[derive(Debug, Clone)]
pub struct System {
    /// Name as the catalog writes it.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// How payloads are framed on the wire.
    pub wire: Wire,
    /// Compatibility mode of messages that choose none.
    pub compatibility: Compatibility,
    /// Where it was declared.
    pub source: Source,
}

/// How a payload is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Magic byte 0 and a four-byte schema id before the datum (the registry's wire format).
    Registry,
    /// Avro Single Object Encoding: `C3 01` and the Rabin fingerprint before the datum.
    SingleObject,
}

/// A domain: a group of events with an owner.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Name.
    pub name: String,
    /// Team that owns it.
    pub owner: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Where it was declared, or where an event first named it.
    pub source: Source,
}

/// An ordered list of steps, for a sequence diagram.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Where it was declared.
    pub source: Source,
}

/// One step of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who acts: a service, or the name of somebody outside (`customer`).
    pub from: String,
    /// What the step carries.
    pub what: StepKind,
    /// Who is reached; for an event, every service that consumes it.
    pub to: Vec<String>,
    /// Remark shown beside the arrow.
    pub note: Option<String>,
}

/// What a step of a flow carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// An event, by name.
    Event(String),
    /// A command, by name.
    Command(String),
    /// An HTTP request, by name.
    Request(String),
    /// A timer that runs out, by name.
    Timer(String),
    /// Something outside the catalog, in words.
    Words(String),
}

/// A finding of the compatibility gate that is accepted until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Event or command it is about.
    pub event: String,
    /// Rule that is waived.
    pub rule: String,
    /// Path inside the payload, where only one field is waived.
    pub path: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub until: String,
    /// Where it was declared.
    pub source: Source,
}

/// Where an item was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path from the repository, forward slashes, such as `catalog/ordering/orders.yaml`.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
