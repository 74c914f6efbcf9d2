//! What a queue is declared with on a broker that speaks AMQP.

use serde_json::{Map, Value, json};

use super::QueueSpec;

impl QueueSpec {
    /// The queue's arguments, as RabbitMQ takes them. Every queue is a quorum queue
    /// that dead-letters at least once, which demands that it refuses when full.
    pub fn arguments(&self) -> Map<String, Value> {
        let mut arguments = Map::new();
        let mut set = |name: &str, value: Value| arguments.insert(name.to_owned(), value);
        set("x-queue-type", json!("quorum"));
        set("x-overflow", json!("reject-publish"));
        if let Some(route) = &self.dead_letter {
            set("x-dead-letter-exchange", json!(route.exchange));
            set("x-dead-letter-routing-key", json!(route.routing_key));
            set("x-dead-letter-strategy", json!("at-least-once"));
        }
        if let Some(limit) = self.delivery_limit {
            set("x-delivery-limit", json!(limit));
        }
        if let Some(ttl) = self.ttl {
            set("x-message-ttl", json!(ttl.as_millis() as u64));
        }
        if let Some(length) = self.max_length {
            set("x-max-length", json!(length));
        }
        if self.single_active_consumer {
            set("x-single-active-consumer", json!(true));
        }
        arguments.sort_keys();
        arguments
    }
}
