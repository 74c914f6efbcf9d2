//! Topics and queues → channels.

use serde_json::{Map, Value, json};

use super::{Scope, bindings, duration, reference};
use crate::model::Cleanup;

/// The channel of that name, with the messages that are spoken of.
pub(super) fn channel(scope: &Scope<'_>, name: &str, messages: &[&str]) -> Option<Value> {
    let model = scope.model;
    let mut channel = Map::new();
    channel.insert("address".into(), name.into());
    let (servers, bindings) = match (model.topics().get(name), model.queues().get(name)) {
        (Some(topic), _) => {
            if let Some(doc) = &topic.doc {
                channel.insert("description".into(), doc.as_str().into());
            }
            (&scope.everywhere.of_topics, bindings::topic(topic))
        }
        (None, Some(queue)) => (&scope.everywhere.of_queues, bindings::queue(queue)),
        (None, None) => return None,
    };
    if !servers.is_empty() {
        channel.insert("servers".into(), servers.clone().into());
    }
    let message = |m: &&str| {
        let target = reference(&["components", "messages", m]);
        ((*m).to_owned(), target)
    };
    let messages: Map<String, Value> = messages.iter().map(message).collect();
    channel.insert("messages".into(), messages.into());
    channel.insert("bindings".into(), bindings);
    // Kafka is told no age where it compacts.
    if let Some(topic) = model.topics().get(name)
        && topic.cleanup == Cleanup::Compact
    {
        let kept = topic
            .retention_ms
            .map_or_else(|| "forever".to_owned(), duration);
        channel.insert("x-herald-topic".into(), json!({ "retention": kept }));
    }
    if !model.topics().contains_key(name) {
        let exchange = json!(model.deployment.exchange);
        channel.insert("x-herald-exchange".into(), exchange);
    }
    Some(Value::Object(channel))
}
