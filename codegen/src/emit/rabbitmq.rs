//! Emitter: RabbitMQ's definitions file, for every environment.
//!
//! Every queue is a quorum queue that dead-letters at least once, which demands that a full queue
//! refuses publishers instead of dropping messages.

use serde_json::{Map, Value, json};

use super::{EmitError, queues::levels};
use crate::{
    files::Files,
    model::{Deployment, Model, Queue},
    schema,
};

/// Deliveries that end in nothing before the broker gives up: it counts crashes, not attempts.
const DELIVERY_LIMIT: u32 = 1000;

/// The same for a dead-letter queue: whoever looks at its messages gives them back, which counts.
const LOOKS_LIMIT: u32 = 1_000_000_000;

/// Bytes that a queue takes before it refuses more.
const MAX_LENGTH_BYTES: u64 = 1 << 30;

/// Writes `rabbitmq/definitions.json` and `environments/<name>/rabbitmq/definitions.json`.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    for (name, deployment) in model.deployments() {
        let path = super::deployed_path(name, "rabbitmq/definitions.json");
        files.add(path, schema::text(&definitions(model, deployment)))?;
    }
    Ok(())
}

/// What the broker is told of a deployment: the body of its definitions file.
pub fn definitions(model: &Model, deployment: &Deployment) -> Value {
    let vhost = &model.system.name;
    let exchange = &deployment.exchange;
    let work: Vec<Queue> = all_levels(deployment);
    let mut queues: Vec<Value> = Vec::new();
    for queue in &work {
        queues.push(declared(vhost, &queue.name, work_arguments(queue)));
        for &tier in &queue.tiers_ms {
            let back = dead_letter_to(&queue.name, Some(tier));
            queues.push(declared(vhost, &queue.wait_queue(tier), back));
        }
    }
    let dead: Vec<&String> = deployment
        .queues
        .values()
        .filter_map(|q| q.dead_letter.as_ref())
        .collect();
    queues.extend(dead.iter().map(|name| {
        let limit = ("x-delivery-limit".to_owned(), json!(LOOKS_LIMIT));
        declared(vhost, name, Map::from_iter([limit]))
    }));
    let bindings: Vec<Value> = work
        .iter()
        .map(|q| binding(vhost, exchange, &q.name))
        .collect();
    json!({
        "vhosts": [{ "name": vhost }],
        "exchanges": [{
            "name": exchange, "vhost": vhost, "type": "direct",
            "durable": true, "auto_delete": false, "internal": false, "arguments": {},
        }],
        "queues": queues,
        "bindings": bindings,
        "policies": [policy(vhost)],
    })
}

fn all_levels(deployment: &Deployment) -> Vec<Queue> {
    let queues = deployment.queues.values().flat_map(levels);
    queues.map(|(_, queue)| queue).collect()
}

fn declared(vhost: &str, name: &str, mut arguments: Map<String, Value>) -> Value {
    arguments.insert("x-queue-type".to_owned(), json!("quorum"));
    arguments.insert("x-overflow".to_owned(), json!("reject-publish"));
    arguments
        .entry("x-delivery-limit")
        .or_insert(json!(DELIVERY_LIMIT));
    arguments.sort_keys();
    json!({
        "name": name, "vhost": vhost, "durable": true, "auto_delete": false, "arguments": arguments,
    })
}

fn work_arguments(queue: &Queue) -> Map<String, Value> {
    let mut arguments = match &queue.dead_letter {
        Some(name) => dead_letter_to(name, queue.ttl_ms),
        None => ttl(queue.ttl_ms),
    };
    if queue.single_active_consumer {
        arguments.insert("x-single-active-consumer".to_owned(), json!(true));
    }
    arguments
}

/// Arguments of a queue whose messages go to another one, after a time or when refused; the default
/// exchange routes by the queue's name.
fn dead_letter_to(queue: &str, ttl_ms: Option<u64>) -> Map<String, Value> {
    let mut arguments = ttl(ttl_ms);
    arguments.insert("x-dead-letter-exchange".to_owned(), json!(""));
    arguments.insert("x-dead-letter-routing-key".to_owned(), json!(queue));
    arguments.insert("x-dead-letter-strategy".to_owned(), json!("at-least-once"));
    arguments
}

fn ttl(ttl_ms: Option<u64>) -> Map<String, Value> {
    let ttl = ttl_ms.map(|ms| ("x-message-ttl".to_owned(), json!(ms)));
    ttl.into_iter().collect()
}

fn binding(vhost: &str, exchange: &str, queue: &str) -> Value {
    json!({
        "source": exchange, "vhost": vhost, "destination": queue, "destination_type": "queue",
        "routing_key": queue, "arguments": {},
    })
}

/// What an operator may change without declaring queues anew.
fn policy(vhost: &str) -> Value {
    json!({
        "name": format!("{vhost}.queues"), "vhost": vhost, "pattern": ".*", "apply-to": "queues",
        "priority": 0,
        "definition": {
            "max-length-bytes": MAX_LENGTH_BYTES,
            "queue-leader-locator": "balanced",
        },
    })
}
