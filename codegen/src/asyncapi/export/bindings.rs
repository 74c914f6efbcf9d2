//! Bindings of Kafka 0.5.0 and AMQP 0.3.0.

use serde_json::{Map, Value, json};

use crate::{
    emit::topic_config,
    model::{Consume, Model, Queue, Topic, Wire},
};

const KAFKA: &str = "0.5.0";
const AMQP: &str = "0.3.0";

/// A topic, as the broker is told of it.
pub(super) fn topic(topic: &Topic) -> Value {
    let mut configuration = Map::new();
    for (key, value) in topic_config(topic) {
        let value = match key {
            "cleanup.policy" => json!([value]),
            _ => value.parse::<i64>().map_or(json!(value), |n| json!(n)),
        };
        // Only these keys are in the binding's schema; the others follow from them.
        if matches!(key, "cleanup.policy" | "retention.ms") {
            configuration.insert(key.into(), value);
        }
    }
    json!({ "kafka": {
        "topic": topic.name,
        "partitions": topic.partitions,
        "replicas": topic.replication,
        "topicConfiguration": configuration,
        "bindingVersion": KAFKA,
    }})
}

/// A queue; it is bound to the system's exchange by its own name.
pub(super) fn queue(queue: &Queue) -> Value {
    json!({ "amqp": {
        "is": "queue",
        "queue": { "name": queue.name, "durable": true, "exclusive": false, "autoDelete": false },
        "bindingVersion": AMQP,
    }})
}

/// The key of an event's records, and where the schema's id is.
pub(super) fn event(model: &Model, key: Option<&str>) -> Value {
    let mut kafka = Map::new();
    if let Some(key) = key {
        let doc = format!("The text of the field `{key}`.");
        kafka.insert(
            "key".into(),
            json!({ "type": "string", "description": doc }),
        );
    }
    if model.system.wire == Wire::Registry {
        kafka.insert("schemaIdLocation".into(), "payload".into());
        kafka.insert("schemaIdPayloadEncoding".into(), "confluent".into());
        kafka.insert(
            "schemaLookupStrategy".into(),
            "TopicRecordNameStrategy".into(),
        );
    }
    kafka.insert("bindingVersion".into(), KAFKA.into());
    json!({ "kafka": kafka })
}

/// A command's message.
pub(super) fn command(name: &str) -> Value {
    json!({ "amqp": {
        "contentEncoding": "identity", "messageType": name, "bindingVersion": AMQP,
    }})
}

/// The group that reads an event.
pub(super) fn consume(consume: &Consume) -> Value {
    json!({ "kafka": {
        "groupId": { "type": "string", "enum": [consume.group] },
        "bindingVersion": KAFKA,
    }})
}

/// How a command is sent.
pub(super) fn send(queue: &Queue) -> Value {
    let mut amqp = Map::new();
    if let Some(ms) = queue.ttl_ms {
        amqp.insert("expiration".into(), json!(ms));
    }
    // Persistent, and refused where no queue takes it.
    amqp.insert("deliveryMode".into(), json!(2));
    amqp.insert("mandatory".into(), json!(true));
    amqp.insert("bindingVersion".into(), AMQP.into());
    json!({ "amqp": amqp })
}

/// How a command is received: acknowledged once its work is committed.
pub(super) fn receive() -> Value {
    json!({ "amqp": { "ack": true, "bindingVersion": AMQP } })
}
