//! The log on Kafka, through librdkafka.
//!
//! One idempotent producer publishes; each subscription is a consumer with a
//! thread of its own. Everything of librdkafka that blocks runs on that thread
//! or on tokio's blocking threads.

#![allow(
    clippy::disallowed_methods,
    reason = "sessions and timeouts of a real broker run on the machine's clock"
)]

mod admin;
mod board;
mod consumer;
mod context;
mod convert;
mod delivery;
mod fetching;
mod mailbox;
mod membership;
mod polled;
mod producer;
mod reading;
mod settings;
mod statistics;

use std::sync::Arc;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use self::admin::Admin;
use self::consumer::Consumer;
use self::producer::Publisher;
pub use self::settings::KafkaSettings;
use self::statistics::Meters;
pub use self::statistics::{BrokerStatistics, KafkaStatistics};
use crate::BoxFuture;
use crate::transport::{
    Log, LogConsumer, NewRecord, Position, PublishError, Record, Subscription, TopicSpec,
    TransportError,
};

/// A cluster of Kafka brokers. Clones share their connections.
#[derive(Clone)]
pub struct Kafka {
    settings: Arc<KafkaSettings>,
    admin: Arc<Admin>,
    publisher: Arc<Publisher>,
    meters: Arc<Meters>,
}

impl Kafka {
    /// Prepares clients of that name; connections are made in the background, so
    /// that a cluster that is down is no error here. Fails on settings that
    /// librdkafka refuses, and on files that cannot be read.
    pub fn connect(settings: &KafkaSettings, client: &str) -> Result<Self, TransportError> {
        let meters = Arc::new(Meters::default());
        let admin = Arc::new(Admin::new(settings, client)?);
        let publisher = Publisher::new(settings, client, admin.clone(), meters.clone())?;
        Ok(Self {
            settings: Arc::new(settings.clone()),
            admin,
            publisher: Arc::new(publisher),
            meters,
        })
    }

    /// Says so if the cluster is there and does not let this client in, since trying
    /// again would not mend that. A cluster that is down is no error.
    ///
    /// # Errors
    /// `Refused` with the reason and the settings to look at.
    pub async fn greet(&self) -> Result<(), TransportError> {
        let (publisher, settings) = (self.publisher.clone(), self.settings.clone());
        let asked = tokio::task::spawn_blocking(move || publisher.greet(&settings)).await;
        asked.map_err(|error| TransportError::Unavailable(error.to_string()))?
    }

    /// Everything that lies in a topic now, in order within each partition, read
    /// outside any consumer group. `each` says whether it wants more.
    ///
    /// # Errors
    /// `Unknown` if there is no such topic, `Unavailable` if the cluster does not
    /// answer or a record cannot be had.
    pub async fn read<F>(&self, topic: &str, each: F) -> Result<(), TransportError>
    where
        F: FnMut(Record) -> bool + Send + 'static,
    {
        reading::read(self.settings.clone(), topic.to_owned(), each).await
    }

    /// What the clients counted, as of the last statistics interval.
    pub fn statistics(&self) -> KafkaStatistics {
        self.meters.snapshot()
    }
}

impl Log for Kafka {
    fn declare<'a>(&'a self, topics: &'a [TopicSpec]) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(self.admin.declare(topics))
    }

    fn publish(
        &self,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'_, Vec<Result<Position, PublishError>>> {
        Box::pin(self.publisher.publish(records))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        let admin = self.admin.clone();
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || admin.ping()).await;
            asked.map_err(|error| TransportError::Unavailable(error.to_string()))?
        })
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn LogConsumer>, TransportError>> {
        Box::pin(async move {
            for topic in &subscription.topics {
                self.admin.limit_of(topic).await?;
            }
            let consumer = Consumer::join(&self.settings, subscription, &self.meters)?;
            Ok(Box::new(consumer) as Box<dyn LogConsumer>)
        })
    }
}

/// What an error of librdkafka means to those who wanted to use the cluster.
fn unusable(error: &KafkaError) -> TransportError {
    TransportError::Unavailable(error.to_string())
}

/// Whether an error says that a topic does not exist.
fn is_unknown_topic(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode::{UnknownPartition, UnknownTopic, UnknownTopicOrPartition};
    matches!(
        code,
        UnknownTopic | UnknownTopicOrPartition | UnknownPartition
    )
}
