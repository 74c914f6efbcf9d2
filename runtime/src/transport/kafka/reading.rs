//! Reading a topic from its start to its end, outside any consumer group.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Message as _, Offset, TopicPartitionList};

use super::board::Board;
use super::context::Common;
use super::settings::KafkaSettings;
use super::{convert, is_unknown_topic, unusable};
use crate::transport::{Record, TransportError};

type Client = BaseConsumer<Common>;

/// How long a request about a topic may take, and how long the next record may.
const PATIENCE: Duration = Duration::from_secs(15);

/// Hands every record that lies in the topic now to `each`, until it wants no more.
pub(super) async fn read<F>(
    settings: Arc<KafkaSettings>,
    topic: String,
    each: F,
) -> Result<(), TransportError>
where
    F: FnMut(Record) -> bool + Send + 'static,
{
    let reading = tokio::task::spawn_blocking(move || read_now(&settings, &topic, each));
    let ended = reading.await;
    ended.unwrap_or_else(|error| Err(TransportError::Unavailable(error.to_string())))
}

fn read_now(
    settings: &KafkaSettings,
    topic: &str,
    mut each: impl FnMut(Record) -> bool,
) -> Result<(), TransportError> {
    let client = client(settings)?;
    let mut ends = ends(&client, topic)?;
    let mut list = TopicPartitionList::new();
    for partition in ends.keys() {
        let mut element = list.add_partition(topic, *partition);
        // Refused for offsets beyond i64 only.
        let _ = element.set_offset(Offset::Beginning);
    }
    client.assign(&list).map_err(|error| unusable(&error))?;
    let name: Arc<str> = topic.into();
    let mut board = Board::default();
    while !ends.is_empty() {
        let polled = client.poll(PATIENCE);
        let polled = polled.ok_or_else(|| silent(topic))?;
        let message = match polled {
            Ok(message) => message,
            // A partition's end may lie behind records that nobody can read: markers of
            // transactions, and what compaction left out.
            Err(KafkaError::PartitionEOF(partition)) => {
                ends.remove(&partition);
                continue;
            }
            Err(error) => return Err(unusable(&error)),
        };
        let Some(end) = ends.get(&message.partition()).copied() else {
            continue;
        };
        if message.offset() < end && !each(convert::record(&message, name.clone(), &mut board)) {
            return Ok(());
        }
        if message.offset() + 1 >= end {
            ends.remove(&message.partition());
        }
    }
    Ok(())
}

fn client(settings: &KafkaSettings) -> Result<Client, TransportError> {
    let mut config = settings.common("herald-reader")?;
    config
        .set("statistics.interval.ms", "0")
        // The client library wants one, and nothing is committed under it.
        .set("group.id", "herald-reader")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "earliest");
    settings.finish(&mut config)?;
    config
        .create_with_context(Common(Arc::default()))
        .map_err(|error| unusable(&error))
}

/// The offset after the last record of each partition that has records.
fn ends(client: &Client, topic: &str) -> Result<HashMap<i32, i64>, TransportError> {
    let unusable = |error: KafkaError| match error.rdkafka_error_code() {
        Some(code) if is_unknown_topic(code) => TransportError::Unknown(format!("topic {topic}")),
        _ => unusable(&error),
    };
    let metadata = client.fetch_metadata(Some(topic), PATIENCE);
    let metadata = metadata.map_err(unusable)?;
    let found = metadata.topics().iter().find(|it| it.name() == topic);
    let partitions = found.map_or(&[][..], |it| it.partitions());
    if partitions.is_empty() {
        return Err(TransportError::Unknown(format!("topic {topic}")));
    }
    let mut ends = HashMap::new();
    for partition in partitions {
        let marks = client.fetch_watermarks(topic, partition.id(), PATIENCE);
        let (low, high) = marks.map_err(unusable)?;
        if low < high {
            ends.insert(partition.id(), high);
        }
    }
    Ok(ends)
}

fn silent(topic: &str) -> TransportError {
    TransportError::Unavailable(format!("no record of {topic} within {PATIENCE:?}"))
}
