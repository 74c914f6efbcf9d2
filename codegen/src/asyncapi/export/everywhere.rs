//! What every document says alike: made once, since there are as many documents as services.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    servers::{self, Server},
    written::environments,
};
use crate::model::Model;

/// What follows from the model alone.
pub(super) struct Everywhere<'m> {
    /// Where the brokers of each environment are.
    pub(super) servers: Vec<Server>,
    /// References to the servers of topics and of queues.
    pub(super) of_topics: Vec<Value>,
    pub(super) of_queues: Vec<Value>,
    /// Defaults of the system, and of each environment that has others.
    pub(super) defaults: Map<String, Value>,
    pub(super) overridden: BTreeMap<&'m str, Map<String, Value>>,
}

impl<'m> Everywhere<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let servers = servers::all(model);
        let defaults = environments::defaults(&model.deployment);
        let overridden = model.environments.values().filter_map(|environment| {
            let there = environments::defaults(&environment.deployment);
            (there != defaults).then_some((environment.name.as_str(), there))
        });
        Self {
            of_topics: servers::of(&servers, "kafka"),
            of_queues: servers::of(&servers, "rabbitmq"),
            overridden: overridden.collect(),
            servers,
            defaults,
        }
    }
}
