//! The marker topic: which topics a system has made its own.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};

use super::{Kafka, TIMEOUT};
use crate::{Error, desired::Topic};

const PREFIX: &str = "herald.";
const SUFFIX: &str = ".provisioned";

/// How long one poll waits.
const POLL: Duration = Duration::from_millis(200);

/// The system of a marker topic.
fn system(topic: &str) -> Option<&str> {
    topic.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)
}

/// The owner of each marked topic, of all systems whose marker topic exists.
pub(super) fn read<'a>(
    config: &ClientConfig,
    topics: impl Iterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut owners = BTreeMap::new();
    for topic in topics {
        if let Some(system) = system(topic) {
            for name in marked(config, topic)? {
                owners.insert(name, system.to_owned());
            }
        }
    }
    Ok(owners)
}

/// The keys of a compacted topic of one partition whose last record has a value.
fn marked(config: &ClientConfig, topic: &str) -> Result<Vec<String>, Error> {
    let mut config = config.clone();
    // Assigned by hand: the group is never joined.
    config.set("group.id", topic);
    config.set("enable.auto.commit", "false");
    config.set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.create()?;
    let mut start = TopicPartitionList::new();
    start.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&start)?;
    let mut found = BTreeMap::new();
    let until = Instant::now() + TIMEOUT;
    loop {
        match consumer.poll(POLL) {
            Some(Ok(record)) => {
                let key = String::from_utf8_lossy(record.key().unwrap_or_default());
                found.insert(key.into_owned(), record.payload().is_some());
            }
            Some(Err(KafkaError::PartitionEOF(_))) => break,
            Some(Err(error)) => return Err(error.into()),
            None if Instant::now() > until => {
                return Err(
                    KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut).into(),
                );
            }
            None => {}
        }
    }
    let kept = found.into_iter().filter(|(_, kept)| *kept);
    Ok(kept.map(|(name, _)| name).collect())
}

impl Kafka {
    /// Makes a topic ours, or no longer.
    pub(super) async fn mark(&self, name: &str, ours: bool) -> Result<(), Error> {
        let topic = format!("{PREFIX}{}{SUFFIX}", self.system);
        let there = self.metadata()?;
        if !there.contains_key(&topic) {
            let replication = there.get(name).map_or(1, |it| it.replication);
            let compacted = Topic {
                partitions: 1,
                replication,
                config: [("cleanup.policy".to_owned(), "compact".to_owned())].into(),
            };
            self.create(&topic, &compacted).await?;
        }
        let mut config = self.config.clone();
        config.set("acks", "all").set("enable.idempotence", "true");
        let producer: BaseProducer = config.create()?;
        let mut record: BaseRecord<'_, str, str> = BaseRecord::to(&topic).key(name);
        if ours {
            record = record.payload("1");
        }
        producer.send(record).map_err(|(error, _)| error)?;
        producer.flush(TIMEOUT)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::system;

    #[test]
    fn a_marker_topic_names_its_system() {
        assert_eq!(system("herald.shop.provisioned"), Some("shop"));
        assert_eq!(system("herald.shop"), None);
        assert_eq!(system("shop.provisioned"), None);
    }
}
