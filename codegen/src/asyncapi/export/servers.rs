//! Environments → servers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::reference;
use crate::model::{Environment, Model};

/// A server: its key, what it is of (`kafka`, `rabbitmq`), and itself.
pub(super) struct Server {
    key: String,
    of: &'static str,
    object: Value,
}

/// Servers by key.
pub(super) fn servers(all: &[Server]) -> Map<String, Value> {
    let servers = all.iter();
    servers.map(|s| (s.key.clone(), s.object.clone())).collect()
}

/// References to the servers that carry topics or queues.
pub(super) fn of(all: &[Server], what: &str) -> Vec<Value> {
    let servers = all.iter().filter(|s| s.of == what);
    servers.map(|s| reference(&["servers", &s.key])).collect()
}

/// Of every environment.
pub(super) fn all(model: &Model) -> Vec<Server> {
    let environments = model.environments.values();
    environments.flat_map(of_environment).collect()
}

fn of_environment(environment: &Environment) -> Vec<Server> {
    let brokers = &environment.brokers;
    let kafka = brokers
        .get("kafka")
        .and_then(|a| kafka(environment, a, brokers));
    let rabbitmq = brokers
        .get("rabbitmq")
        .and_then(|a| rabbitmq(environment, a));
    kafka.into_iter().chain(rabbitmq).collect()
}

fn kafka(
    environment: &Environment,
    addresses: &[String],
    brokers: &BTreeMap<String, Vec<String>>,
) -> Option<Server> {
    let host = addresses.join(",");
    let mut object = head(environment, &host, "kafka")?;
    if let Some(registry) = brokers.get("registry").and_then(|r| r.first()) {
        let binding = json!({ "schemaRegistryUrl": registry, "bindingVersion": "0.5.0" });
        object.insert("bindings".into(), json!({ "kafka": binding }));
    }
    Some(Server {
        key: format!("{}-kafka", environment.name),
        of: "kafka",
        object: Value::Object(object),
    })
}

/// One address: a URL with a virtual host, or host and port.
fn rabbitmq(environment: &Environment, addresses: &[String]) -> Option<Server> {
    let address = addresses.first()?;
    let (protocol, rest) = match address.split_once("://") {
        Some((scheme @ ("amqp" | "amqps"), rest)) => (scheme, rest),
        Some((_, rest)) => ("amqp", rest),
        None => ("amqp", address.as_str()),
    };
    let (authority, path) = match rest.split_once('/') {
        Some((authority, path)) => (authority, Some(path)),
        None => (rest, None),
    };
    // Who logs in is none of a document's business.
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let mut object = head(environment, host, protocol)?;
    if let Some(path) = path.filter(|p| !p.is_empty()) {
        object.insert("pathname".into(), format!("/{path}").into());
    }
    Some(Server {
        key: format!("{}-rabbitmq", environment.name),
        of: "rabbitmq",
        object: Value::Object(object),
    })
}

fn head(environment: &Environment, host: &str, protocol: &str) -> Option<Map<String, Value>> {
    if host.is_empty() {
        return None;
    }
    let mut object = Map::new();
    object.insert("host".into(), host.into());
    object.insert("protocol".into(), protocol.into());
    if let Some(doc) = &environment.doc {
        object.insert("description".into(), doc.as_str().into());
    }
    object.insert(
        "x-herald-environment".into(),
        environment.name.as_str().into(),
    );
    Some(object)
}
