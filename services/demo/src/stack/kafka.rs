//! Everything that lies in Kafka.

use std::collections::BTreeMap;
use std::time::Duration;

use herald::World;
use herald::transport::{Log, LogEvent, Record, Subscription, TopicPartition};

use super::server;
use crate::scenario::PlayError;

/// Silence after which the end of the topics is looked for.
const SILENCE: Duration = Duration::from_millis(500);
/// Longer than reading ever takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// What lies in some topics.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Records by topic.
    pub(super) counts: BTreeMap<String, u64>,
    /// The records themselves, in order within each partition.
    pub(super) records: Vec<Record>,
}

impl Contents {
    /// Reads some topics from their start to their end; `partitions` is how many they have together.
    pub(super) async fn read(
        world: &World,
        log: &dyn Log,
        topics: Vec<String>,
        partitions: usize,
    ) -> Result<Self, PlayError> {
        let name = format!("demo-{}", world.new_id());
        let counts = topics.iter().map(|topic| (topic.clone(), 0)).collect();
        let subscription = Subscription {
            group: name.clone(),
            topics,
            member: name,
        };
        let mut contents = Self {
            counts,
            records: Vec::new(),
        };
        let reading = contents.read_all(world, log, subscription, partitions);
        match world.timeout(PATIENCE, reading).await {
            Some(read) => read.map(|()| contents),
            None => Err(server("Kafka")(&"its topics cannot be read to their end")),
        }
    }

    async fn read_all(
        &mut self,
        world: &World,
        log: &dyn Log,
        subscription: Subscription,
        partitions: usize,
    ) -> Result<(), PlayError> {
        let consumer = log.subscribe(subscription).await;
        let consumer = consumer.map_err(|error| server("Kafka")(&error))?;
        let (mut assigned, mut next) = (0, BTreeMap::<TopicPartition, u64>::new());
        loop {
            match world.timeout(SILENCE, consumer.next()).await {
                Some(LogEvent::Records(records)) => {
                    for record in records {
                        next.insert(record.topic_partition(), record.offset + 1);
                        *self.counts.entry(record.topic.to_string()).or_default() += 1;
                        self.records.push(record);
                    }
                }
                Some(LogEvent::Assigned(more)) => assigned += more.len(),
                Some(LogEvent::Closed) => return Ok(()),
                Some(LogEvent::Revoked(..) | LogEvent::Lost(_)) => {
                    return Err(server("Kafka")(&"it took partitions back"));
                }
                None if assigned == partitions => {
                    let offsets = next.clone().into_iter().collect();
                    let committed = consumer.commit(offsets).await;
                    committed.map_err(|error| server("Kafka")(&error))?;
                    let lag: u64 = consumer.lag().await.iter().map(|(_, lag)| lag).sum();
                    if lag == 0 {
                        consumer.close().await;
                        return Ok(());
                    }
                }
                None => {}
            }
        }
    }
}
