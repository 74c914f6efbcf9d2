//! Emitter: Kafka topics, for every environment.

use std::fmt::{self, Write as _};

use serde_json::json;

use super::{EmitError, queues::DEAD_LETTER_MAX_BYTES, rust_file::MARKER, templates};
use crate::{
    files::{Contents, Files, GrowingText},
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

fn topics(
    model: &Model,
    environment: &str,
    deployment: &Deployment,
) -> Result<Contents, EmitError> {
    let values = json!({
        "marker": MARKER,
        "system": model.system.name,
        "environment": environment,
    });
    let head = templates::render("topics.yaml", &values)?;
    let mut text = GrowingText::default();
    if deployment.topics.is_empty() {
        text.push_str("topics: []\n");
        return Ok(text.into_contents(head));
    }
    text.push_str("topics:\n");
    for topic in deployment.topics.values() {
        // Writing to memory cannot fail.
        let _ = write(topic, &mut text);
    }
    Ok(text.into_contents(head))
}

/// One entry of the list. Written line by line: a template takes many times as long for thousands.
fn write(topic: &Topic, text: &mut GrowingText) -> fmt::Result {
    writeln!(text, "  - name: {}", topic.name)?;
    if !topic.events.is_empty() {
        writeln!(text, "    events: [{}]", topic.events.join(", "))?;
    }
    writeln!(text, "    partitions: {}", topic.partitions)?;
    writeln!(text, "    replication-factor: {}", topic.replication)?;
    text.push_str("    config:\n");
    for (key, value) in config(topic) {
        writeln!(text, "      {key}: {value}")?;
    }
    Ok(())
}

/// What the broker is told of a topic, by the broker's names.
pub fn config(topic: &Topic) -> Vec<(&'static str, String)> {
    let mut config = vec![("cleanup.policy", topic.cleanup.as_str().to_owned())];
    match (topic.cleanup, topic.retention_ms) {
        // Compaction does not look at age.
        (Cleanup::Compact, _) => {}
        // For ever is -1.
        (Cleanup::Delete, None) => config.push(("retention.ms", "-1".to_owned())),
        (Cleanup::Delete, Some(ms)) => config.push(("retention.ms", ms.to_string())),
    }
    // One replica may be away without stopping writers that ask for all.
    let in_sync = topic.replication.saturating_sub(1).max(1);
    config.push(("min.insync.replicas", in_sync.to_string()));
    match topic.role {
        TopicRole::Events | TopicRole::Late { .. } => {}
        TopicRole::DeadLetter { .. } | TopicRole::Redrive { .. } => {
            config.push(("max.message.bytes", DEAD_LETTER_MAX_BYTES.to_string()));
        }
    }
    config
}
