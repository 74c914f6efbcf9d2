//! The cluster under test.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use herald::World;
use herald::conformance::log::Bed;
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::{
    Headers, Log as _, LogConsumer, LogEvent, NewRecord, Record, Subscription, TopicSpec,
};

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Settings of the cluster, and names that no other test has.
pub(crate) struct Cluster {
    pub(crate) settings: KafkaSettings,
    pub(crate) prefix: String,
}

impl Cluster {
    pub(crate) fn here() -> Self {
        let Ok(brokers) = std::env::var("HERALD_TEST_KAFKA") else {
            panic!("set HERALD_TEST_KAFKA to host:port of a Kafka broker that tests may use");
        };
        Self {
            settings: KafkaSettings::at(brokers),
            prefix: format!("test-{}-", uuid::Uuid::now_v7().simple()),
        }
    }

    pub(crate) fn kafka(&self) -> Kafka {
        Kafka::connect(&self.settings, "test").unwrap()
    }

    pub(crate) fn bed(&self, world: World) -> Bed {
        Bed {
            world,
            log: Arc::new(self.kafka()),
            prefix: self.prefix.clone(),
            session_timeout: self.settings.session_timeout,
            // librdkafka pauses the whole assignment until revoked partitions are handed back.
            fetches_while_revoking: false,
            // The one way to be fenced at will is a static member's: see `fencing`.
            cut: None,
        }
    }

    /// Creates a topic and gives its full name.
    pub(crate) async fn topic(&self, kafka: &Kafka, name: &str, partitions: u32) -> Arc<str> {
        let name = format!("{}{name}", self.prefix);
        let specs = [TopicSpec::new(name.clone(), partitions)];
        kafka.declare(&specs).await.unwrap();
        name.into()
    }
}

/// Runs a case on a runtime of its own.
pub(crate) fn run<F: Future<Output = ()>>(case: impl FnOnce(World) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let world = herald::world::real::world_on(runtime.handle().clone());
    runtime.block_on(case(world));
}

pub(crate) async fn join(kafka: &Kafka, topic: &Arc<str>, member: &str) -> Box<dyn LogConsumer> {
    let subscription = Subscription {
        group: format!("{topic}-group"),
        topics: vec![topic.to_string()],
        member: member.to_owned(),
    };
    kafka.subscribe(subscription).await.unwrap()
}

pub(crate) fn record(topic: &Arc<str>, key: &str, payload: impl Into<Bytes>) -> NewRecord {
    NewRecord {
        topic: topic.clone(),
        partition: None,
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        headers: Headers::new(),
        payload: Some(payload.into()),
        timestamp: None,
    }
}

/// Reads that many records; hands back at once whatever is revoked.
pub(crate) async fn read(consumer: &dyn LogConsumer, count: usize) -> Vec<Record> {
    let mut all = Vec::new();
    while all.len() < count {
        let next = tokio::time::timeout(PATIENCE, consumer.next()).await;
        if let LogEvent::Records(records) = next.unwrap() {
            all.extend(records);
        }
    }
    all
}
