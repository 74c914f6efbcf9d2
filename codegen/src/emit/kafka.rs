//! Emitter: Kafka topics, for every environment.

use serde_json::{Value, json};

use super::{EmitError, queues::DEAD_LETTER_MAX_BYTES, rust_file::MARKER, templates};
use crate::{
    files::Files,
    model::{Cleanup, Deployment, Model, Topic, TopicRole},
};

/// Writes `kafka/topics.yaml` and `environments/<name>/kafka/topics.yaml`.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    for (name, deployment) in model.deployments() {
        let path = super::deployed_path(name, "kafka/topics.yaml");
        files.add(path, topics(model, name, deployment)?)?;
    }
    Ok(())
}

/// Topics rendered at once: a template's values take many times the room of its text.
const CHUNK: usize = 1000;

fn topics(model: &Model, environment: &str, deployment: &Deployment) -> Result<String, EmitError> {
    let all: Vec<&Topic> = deployment.topics.values().collect();
    let mut text = String::new();
    for at in (0..all.len().max(1)).step_by(CHUNK) {
        let chunk = all.iter().skip(at).take(CHUNK);
        let topics: Vec<Value> = chunk.map(|t| topic(t)).collect();
        let values = json!({
            "marker": MARKER,
            "system": model.system.name,
            "environment": environment,
            "first": at == 0,
            "topics": topics,
        });
        text.truncate(text.trim_end().len());
        text.push_str(&templates::render("topics.yaml", &values)?);
    }
    Ok(text)
}

fn topic(topic: &Topic) -> Value {
    // `None` is for ever, which Kafka writes as -1; compaction does not look at age.
    let retention = match (topic.cleanup, topic.retention_ms) {
        (Cleanup::Compact, _) => None,
        (Cleanup::Delete, None) => Some("-1".to_owned()),
        (Cleanup::Delete, Some(ms)) => Some(ms.to_string()),
    };
    let max_bytes = match topic.role {
        TopicRole::Events => None,
        TopicRole::DeadLetter { .. } | TopicRole::Redrive { .. } => Some(DEAD_LETTER_MAX_BYTES),
    };
    json!({
        "name": topic.name,
        "events": topic.events.join(", "),
        "partitions": topic.partitions,
        "replication": topic.replication,
        "cleanup": topic.cleanup.as_str(),
        "retention_ms": retention,
        // One replica may be away without stopping writers that ask for all.
        "min_insync": topic.replication.saturating_sub(1).max(1),
        "max_message_bytes": max_bytes,
    })
}
