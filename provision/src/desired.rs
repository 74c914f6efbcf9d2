//! What a catalog declares for an environment, in the terms of each server.

mod access;

use std::collections::{BTreeMap, BTreeSet};

use herald_codegen::{
    emit,
    model::{Deployment, Message, Model},
    schema,
};
use serde_json::Value;

use crate::Error;

pub use access::Access;

/// What an environment should have.
#[derive(Debug, Clone)]
pub struct Desired {
    /// Name of the system: the prefix of what has one, and the marker elsewhere.
    pub system: String,
    /// Topics by name.
    pub topics: BTreeMap<String, Topic>,
    /// RabbitMQ's definitions, as the generated file has them.
    pub queues: Value,
    /// Who may do what, for services with a principal, and the streams with theirs.
    pub access: Vec<Access>,
    /// Subjects by name.
    pub subjects: BTreeMap<String, Subject>,
    /// Avro full names of every message that was ever released.
    pub released: BTreeSet<String>,
    /// Addresses that the catalog names, by what they are of.
    pub brokers: BTreeMap<String, Vec<String>>,
}

/// A topic as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Number of partitions.
    pub partitions: u32,
    /// Number of replicas.
    pub replication: u32,
    /// Configuration by the broker's names.
    pub config: BTreeMap<String, String>,
}

/// A subject as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Schemas in order of version, each once; the last is the current one.
    pub schemas: Vec<Value>,
    /// Compatibility level, the registry's spelling.
    pub compatibility: &'static str,
}

impl Desired {
    /// What a model declares for an environment; `default` is the one without overrides.
    ///
    /// # Errors
    /// [`Error::NoEnvironment`] with the names there are.
    pub fn new(model: &Model, environment: &str) -> Result<Self, Error> {
        let deployment = model.environment(environment)?;
        let declared = model.environments.get(environment);
        let released = model.released.values().flatten();
        Ok(Self {
            system: model.system.name.clone(),
            topics: topics(deployment),
            queues: emit::queue_definitions(model, deployment),
            access: declared.map_or_else(Vec::new, |there| access::of(model, there)),
            subjects: subjects(model),
            released: released.map(|version| version.full_name.clone()).collect(),
            brokers: declared.map(|e| e.brokers.clone()).unwrap_or_default(),
        })
    }
}

fn topics(deployment: &Deployment) -> BTreeMap<String, Topic> {
    let topic = |topic: &herald_codegen::model::Topic| Topic {
        partitions: topic.partitions,
        replication: topic.replication,
        config: emit::topic_config(topic)
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    };
    let all = deployment.topics.iter();
    all.map(|(name, of)| (name.clone(), topic(of))).collect()
}

/// Subjects are named by topic or queue and message: topic-record name strategy.
fn subjects(model: &Model) -> BTreeMap<String, Subject> {
    let events = model
        .events
        .values()
        .map(|event| (&event.topic, &event.message));
    let commands = model
        .commands
        .values()
        .map(|command| (&command.queue, &command.message));
    let named = events.chain(commands).map(|(carrier, message)| {
        let name = format!("{carrier}-{}", message.full_name());
        (name, subject(model, message))
    });
    named.collect()
}

fn subject(model: &Model, message: &Message) -> Subject {
    let released = model.released(&message.name).iter();
    let mut schemas: Vec<Value> = released
        .filter(|version| version.version < message.version)
        .filter_map(|version| serde_json::from_str(&version.payload()).ok())
        .collect();
    schemas.push(schema::of_message(model, message));
    Subject {
        schemas,
        compatibility: message.compatibility.as_str(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A system that declares nothing.
    pub(crate) fn nothing(system: &str) -> Desired {
        Desired {
            system: system.to_owned(),
            topics: BTreeMap::new(),
            queues: Value::Null,
            access: Vec::new(),
            subjects: BTreeMap::new(),
            released: BTreeSet::new(),
            brokers: BTreeMap::new(),
        }
    }
}
