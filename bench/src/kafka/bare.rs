//! The peer: bare loops over librdkafka, of the same settings.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::{CALL, COMMIT, Failure, RECORDS, complete, payload};

/// What a bare loop looks at, payload and offset aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Nothing.
    PayloadAlone,
    /// Every header, as whoever wants to know a message's id and type has to.
    Headers,
}

pub(super) fn publish(brokers: &str, topic: &str) -> Result<Duration, Failure> {
    let producer: BaseProducer = client(brokers)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("partitioner", "murmur2_random")
        .set("compression.type", "lz4")
        .set("linger.ms", "2")
        .set("batch.size", "524288")
        .create()?;
    let payload = payload();
    // Connects and learns the topic before the clock starts, as the other has.
    producer
        .client()
        .fetch_metadata(Some(topic), Duration::from_secs(10))?;
    let began = Instant::now();
    for number in 0..RECORDS {
        let key = number.to_string();
        loop {
            let record = BaseRecord::to(topic).key(&key).payload(&payload);
            match producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                    producer.poll(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(error.into()),
            }
        }
        if number % CALL == 0 {
            producer.poll(Duration::ZERO);
        }
    }
    producer.flush(Duration::from_mins(1))?;
    Ok(began.elapsed())
}

/// Reads all records of the topic, remembers how far each partition is, and commits. The clock
/// starts at the first record.
pub(super) fn read(
    brokers: &str,
    topic: &str,
    group: &str,
    looks: Looks,
) -> Result<Duration, Failure> {
    let consumer: BaseConsumer = client(brokers)
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("queued.max.messages.kbytes", "8192")
        .set("fetch.queue.backoff.ms", "2")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut reached: BTreeMap<i32, i64> = BTreeMap::new();
    let (mut count, mut bytes, mut began) = (0, 0, None);
    while count < RECORDS {
        let Some(message) = consumer.poll(Duration::from_millis(100)) else {
            continue;
        };
        let message = message?;
        began.get_or_insert_with(Instant::now);
        bytes += message.payload().map_or(0, <[u8]>::len);
        if looks == Looks::Headers {
            std::hint::black_box(headers(&message));
        }
        reached.insert(message.partition(), message.offset() + 1);
        count += 1;
        if count % COMMIT == 0 {
            let mut offsets = TopicPartitionList::new();
            for (partition, offset) in &reached {
                let offset = Offset::Offset(*offset);
                offsets.add_partition_offset(topic, *partition, offset)?;
            }
            consumer.commit(&offsets, CommitMode::Sync)?;
        }
    }
    let took = began.map_or(Duration::ZERO, |began| began.elapsed());
    complete(bytes)?;
    Ok(took)
}

/// Bytes of all headers' values.
fn headers(message: &BorrowedMessage<'_>) -> usize {
    let Some(headers) = message.headers() else {
        return 0;
    };
    let values = headers.iter().filter_map(|header| header.value);
    values.map(<[u8]>::len).sum()
}

fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    config
}
