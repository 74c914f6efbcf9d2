//! The marker topic: which topics a system has made its own.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::BorrowedMessage,
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
pub(super) fn system(topic: &str) -> Option<&str> {
    topic.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)
}

/// The owner of each marked topic, of all systems whose marker topic exists: those whose last record
/// has a value.
pub(super) fn read<'a>(
    config: &ClientConfig,
    topics: impl Iterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut markers: Vec<String> = topics.filter(|it| system(it).is_some()).cloned().collect();
    let until = Instant::now() + TIMEOUT;
    while !markers.is_empty() {
        let consumer = from_the_beginning(config, &markers)?;
        if let Some(owners) = owners(&consumer, &markers)? {
            return Ok(owners);
        }
        // One was deleted meanwhile, and will never come to its end.
        markers = still_there(&consumer, &markers)?;
        if Instant::now() > until {
            let late = RDKafkaErrorCode::OperationTimedOut;
            return Err(KafkaError::MessageConsumption(late).into());
        }
    }
    Ok(BTreeMap::new())
}

/// Reads to the end of all; `None` when one of them is gone.
fn owners(
    consumer: &BaseConsumer,
    markers: &[String],
) -> Result<Option<BTreeMap<String, String>>, Error> {
    let (mut owners, mut unfinished) = (BTreeMap::new(), markers.len());
    let until = Instant::now() + TIMEOUT;
    while unfinished > 0 {
        match consumer.poll(POLL) {
            Some(Ok(record)) => note(&record, &mut owners),
            Some(Err(KafkaError::PartitionEOF(_))) => unfinished -= 1,
            Some(Err(error)) if is_gone(&error) => return Ok(None),
            Some(Err(error)) => return Err(error.into()),
            None if Instant::now() > until => return Ok(None),
            None if still_there(consumer, markers)?.len() < markers.len() => return Ok(None),
            None => {}
        }
    }
    Ok(Some(owners))
}

/// Whether a broker says that a topic of the list is not there, or not any more.
fn is_gone(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{UnknownPartition, UnknownTopic, UnknownTopicOrPartition};
    let code = error.rdkafka_error_code();
    matches!(
        code,
        Some(UnknownPartition | UnknownTopic | UnknownTopicOrPartition)
    )
}

fn still_there(consumer: &BaseConsumer, markers: &[String]) -> Result<Vec<String>, Error> {
    let all = consumer.fetch_metadata(None, TIMEOUT)?;
    let there = |marker: &&String| all.topics().iter().any(|topic| topic.name() == **marker);
    Ok(markers.iter().filter(there).cloned().collect())
}

fn note(record: &BorrowedMessage<'_>, owners: &mut BTreeMap<String, String>) {
    let Some(system) = system(record.topic()) else {
        return;
    };
    let name = String::from_utf8_lossy(record.key().unwrap_or_default()).into_owned();
    if record.payload().is_some() {
        owners.insert(name, system.to_owned());
    } else if owners.get(&name).is_some_and(|owner| owner == system) {
        owners.remove(&name);
    }
}

/// Marker topics have one partition.
fn from_the_beginning(config: &ClientConfig, topics: &[String]) -> Result<BaseConsumer, Error> {
    let mut config = config.clone();
    // Assigned by hand: the group is never joined.
    config.set("group.id", "herald-provision");
    config.set("enable.auto.commit", "false");
    config.set("enable.partition.eof", "true");
    config.set("fetch.wait.max.ms", "10");
    let consumer: BaseConsumer = config.create()?;
    let mut start = TopicPartitionList::new();
    for topic in topics {
        start.add_partition_offset(topic, 0, Offset::Beginning)?;
    }
    consumer.assign(&start)?;
    Ok(consumer)
}

impl Kafka {
    /// Makes a topic ours, or no longer.
    pub(super) async fn mark(&self, name: &str, ours: bool) -> Result<(), Error> {
        let topic = format!("{PREFIX}{}{SUFFIX}", self.system);
        let producer = if let Some(producer) = self.marks.get() {
            producer
        } else {
            let producer = self.marker(&topic, name).await?;
            self.marks.get_or_init(|| producer)
        };
        let mut record: BaseRecord<'_, str, str> = BaseRecord::to(&topic).key(name);
        if ours {
            record = record.payload("1");
        }
        producer.send(record).map_err(|(error, _)| error)?;
        producer.flush(TIMEOUT)?;
        Ok(())
    }

    /// A producer of marks; the marker topic has as many replicas as the first topic it marks.
    async fn marker(&self, topic: &str, first: &str) -> Result<BaseProducer, Error> {
        let there = self.metadata()?;
        if !there.contains_key(topic) {
            let compacted = Topic {
                partitions: 1,
                replication: there.get(first).map_or(1, |it| it.replication),
                config: [("cleanup.policy".to_owned(), "compact".to_owned())].into(),
            };
            self.create(topic, &compacted).await?;
        }
        let mut config = self.config.clone();
        config.set("acks", "all").set("linger.ms", "0");
        Ok(config.create()?)
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
