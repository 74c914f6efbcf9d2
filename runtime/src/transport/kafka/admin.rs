//! Topics: creating them, and how large their records may be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::context::Common;
use super::settings::KafkaSettings;
use super::{is_unknown_topic, unusable};
use crate::transport::{TopicSpec, TransportError};

/// How long a request about topics may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a broker may take to show that it is there.
const PING_PATIENCE: Duration = Duration::from_secs(1);
/// A topic that all clusters have.
pub(super) const OFFSETS: &str = "__consumer_offsets";
/// The largest record of a topic whose settings this client may not see: the brokers' default.
const DEFAULT_LIMIT: usize = 1_048_588;

/// A client that creates and describes topics.
pub(super) struct Admin {
    client: AdminClient<Common>,
    limits: Mutex<HashMap<Arc<str>, usize>>,
}

impl Admin {
    pub(super) fn new(settings: &KafkaSettings, name: &str) -> Result<Self, TransportError> {
        let mut config = settings.common(&format!("{name}-admin"))?;
        // What it counts is of no interest.
        config.set("statistics.interval.ms", "0");
        settings.finish(&mut config)?;
        let created = config.create_with_context(Common(Arc::default()));
        Ok(Self {
            client: created.map_err(|error| unusable(&error))?,
            limits: Mutex::default(),
        })
    }

    /// Asks for the metadata of one topic, whether it exists or not. Blocks.
    pub(super) fn ping(&self) -> Result<(), TransportError> {
        let client = self.client.inner();
        let answer = client.fetch_metadata(Some(OFFSETS), PING_PATIENCE);
        answer.map(drop).map_err(|error| unusable(&error))
    }

    /// Creates the topics that are missing.
    pub(super) async fn declare(&self, topics: &[TopicSpec]) -> Result<(), TransportError> {
        if topics.is_empty() {
            return Ok(());
        }
        let limits: Vec<_> = topics
            .iter()
            .map(|topic| topic.max_message_bytes.map(|bytes| bytes.to_string()))
            .collect();
        let new = topics.iter().zip(&limits).map(|(topic, limit)| {
            let partitions = topic.partitions.max(1).cast_signed();
            // -1 is the cluster's default replication.
            let new = NewTopic::new(&topic.name, partitions, TopicReplication::Fixed(-1));
            match limit {
                Some(limit) => new.set("max.message.bytes", limit),
                None => new,
            }
        });
        let new: Vec<_> = new.collect();
        let results = self.client.create_topics(&new, &options()).await;
        for result in results.map_err(|error| unusable(&error))? {
            match result {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((name, code)) => {
                    return Err(TransportError::Unavailable(format!("topic {name}: {code}")));
                }
            }
        }
        Ok(())
    }

    /// The largest record that a topic takes, in bytes; asked once. Fails if the
    /// topic does not exist, or nobody answers.
    pub(super) async fn limit_of(&self, topic: &str) -> Result<usize, TransportError> {
        if let Some(limit) = self.known_limit(topic) {
            return Ok(limit);
        }
        let limit = self.ask_limit(topic).await?;
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        limits.insert(topic.into(), limit);
        Ok(limit)
    }

    fn known_limit(&self, topic: &str) -> Option<usize> {
        let limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        limits.get(topic).copied()
    }

    /// Forgets what it knows of a topic, which may have been changed or deleted.
    pub(super) fn forget(&self, topic: &str) {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        limits.remove(topic);
    }

    async fn ask_limit(&self, topic: &str) -> Result<usize, TransportError> {
        let resources = [ResourceSpecifier::Topic(topic)];
        let answer = self.client.describe_configs(&resources, &options()).await;
        let result = answer.and_then(|results| {
            let first = results.into_iter().next().ok_or(KafkaError::Canceled)?;
            first.map_err(KafkaError::AdminOp)
        });
        match result {
            Ok(resource) => {
                let entry = resource.get("max.message.bytes");
                let bytes = entry.and_then(|entry| entry.value.as_ref()?.parse().ok());
                Ok(bytes.unwrap_or(DEFAULT_LIMIT))
            }
            Err(error) => match error.rdkafka_error_code() {
                Some(code) if is_unknown_topic(code) => {
                    Err(TransportError::Unknown(format!("topic {topic}")))
                }
                // Publishing may be allowed all the same.
                Some(RDKafkaErrorCode::TopicAuthorizationFailed) => Ok(DEFAULT_LIMIT),
                _ => Err(unusable(&error)),
            },
        }
    }
}

fn options() -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(PATIENCE))
        .operation_timeout(Some(PATIENCE))
}
