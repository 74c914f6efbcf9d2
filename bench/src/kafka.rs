//! The log on Kafka against bare librdkafka, of the same settings: what the port costs those who
//! publish and those who read.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::{Headers, Log, LogEvent, NewRecord, Subscription, TopicSpec};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::timing::report;

/// Records of one round.
const RECORDS: usize = 200_000;
/// Bytes of a record's payload.
const PAYLOAD: usize = 512;
/// Records given to `publish` at once, and calls under way at once: a busy relay.
const CALL: usize = 1_000;
const CALLS: usize = 8;
/// Records between two commits.
const COMMIT: usize = 20_000;
const PARTITIONS: u32 = 4;
/// Rounds; the best of each side counts.
const ROUNDS: usize = 5;

type Failure = Box<dyn Error>;

/// Prints the ratios; true if both are met.
pub(crate) fn run() -> Result<bool, Failure> {
    let brokers = std::env::var("HERALD_TEST_KAFKA")
        .map_err(|_| "set HERALD_TEST_KAFKA to host:port of a broker that may be written to")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()?;
    let bench = Bench::new(&brokers)?;
    let mut best = [f64::MAX; 4];
    for round in 0..ROUNDS {
        let took = [
            runtime.block_on(bench.publish())?,
            bench.bare_publish()?,
            runtime.block_on(bench.read(round))?,
            bench.bare_read(round)?,
        ];
        for (best, took) in best.iter_mut().zip(took) {
            *best = best.min(took.as_nanos() as f64 / RECORDS as f64);
        }
    }
    let [publish, bare_publish, read, bare_read] = best;
    let published = report("publish, a record", publish, bare_publish, "ns", 0.9);
    let consumed = report("read and track, a record", read, bare_read, "ns", 0.85);
    Ok(published && consumed)
}

struct Bench {
    brokers: String,
    kafka: Kafka,
    /// Written to by the publishing rounds.
    sink: Arc<str>,
    /// Read by the reading rounds.
    source: Arc<str>,
}

impl Bench {
    fn new(brokers: &str) -> Result<Self, Failure> {
        let kafka = Kafka::connect(&KafkaSettings::at(brokers), "bench")?;
        let run = std::process::id();
        let now = std::time::UNIX_EPOCH.elapsed()?.as_millis();
        Ok(Self {
            brokers: brokers.to_owned(),
            kafka,
            sink: format!("bench-{run}-{now}-sink").into(),
            source: format!("bench-{run}-{now}-source").into(),
        })
    }

    /// Publishes all records through the port; the first time, the topics are created and the
    /// source is filled as well.
    async fn publish(&self) -> Result<Duration, Failure> {
        let specs = [&self.sink, &self.source].map(|name| TopicSpec::new(&**name, PARTITIONS));
        self.kafka.declare(&specs).await?;
        self.fill().await?;
        self.publish_to(&self.sink).await
    }

    async fn fill(&self) -> Result<(), Failure> {
        let subscribed = self.subscribe("probe").await?;
        let lag = loop {
            if let LogEvent::Assigned(_) = subscribed.next().await {
                break subscribed.lag().await;
            }
        };
        subscribed.close().await;
        if lag.iter().all(|(_, lag)| *lag == 0) {
            self.publish_to(&self.source).await?;
        }
        Ok(())
    }

    async fn publish_to(&self, topic: &Arc<str>) -> Result<Duration, Failure> {
        let payload = Bytes::from(payload());
        let began = Instant::now();
        let mut calls = tokio::task::JoinSet::new();
        for first in (0..RECORDS).step_by(CALL) {
            if calls.len() == CALLS {
                settled(calls.join_next().await)?;
            }
            let one = |number: usize| NewRecord {
                topic: topic.clone(),
                partition: None,
                key: Some(number.to_string().into()),
                headers: Headers::new(),
                payload: Some(payload.clone()),
                timestamp: None,
            };
            let records = (first..first + CALL).map(one).collect();
            let kafka = self.kafka.clone();
            calls.spawn(async move { kafka.publish(records).await });
        }
        while !calls.is_empty() {
            settled(calls.join_next().await)?;
        }
        Ok(began.elapsed())
    }

    fn bare_publish(&self) -> Result<Duration, Failure> {
        let producer: BaseProducer = self
            .client()
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
            .fetch_metadata(Some(&self.sink), Duration::from_secs(10))?;
        let began = Instant::now();
        for number in 0..RECORDS {
            let key = number.to_string();
            loop {
                let record = BaseRecord::to(&self.sink).key(&key).payload(&payload);
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

    async fn subscribe(
        &self,
        group: &str,
    ) -> Result<Box<dyn herald::transport::LogConsumer>, Failure> {
        let subscription = Subscription {
            group: format!("{}-{group}", self.source),
            topics: vec![self.source.to_string()],
            member: "bench".to_owned(),
        };
        Ok(self.kafka.subscribe(subscription).await?)
    }

    /// Reads all records, remembers how far each partition is, and commits. The clock starts at
    /// the first record.
    async fn read(&self, round: usize) -> Result<Duration, Failure> {
        let consumer = self.subscribe(&format!("herald-{round}")).await?;
        let mut reached = BTreeMap::new();
        let (mut count, mut bytes, mut began) = (0, 0, None);
        while count < RECORDS {
            let LogEvent::Records(records) = consumer.next().await else {
                continue;
            };
            began.get_or_insert_with(Instant::now);
            let before = count / COMMIT;
            for record in &records {
                reached.insert(record.topic_partition(), record.offset + 1);
                bytes += record.payload.as_ref().map_or(0, Bytes::len);
            }
            count += records.len();
            if count / COMMIT > before {
                consumer
                    .commit(reached.clone().into_iter().collect())
                    .await?;
            }
        }
        let took = began.map_or(Duration::ZERO, |began| began.elapsed());
        consumer.close().await;
        complete(bytes)?;
        Ok(took)
    }

    fn bare_read(&self, round: usize) -> Result<Duration, Failure> {
        let consumer: BaseConsumer = self
            .client()
            .set("group.id", format!("{}-bare-{round}", self.source))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("fetch.queue.backoff.ms", "20")
            .create()?;
        consumer.subscribe(&[&self.source])?;
        let mut reached: BTreeMap<i32, i64> = BTreeMap::new();
        let (mut count, mut bytes, mut began) = (0, 0, None);
        while count < RECORDS {
            let Some(message) = consumer.poll(Duration::from_millis(100)) else {
                continue;
            };
            let message = message?;
            began.get_or_insert_with(Instant::now);
            bytes += message.payload().map_or(0, <[u8]>::len);
            reached.insert(message.partition(), message.offset() + 1);
            count += 1;
            if count % COMMIT == 0 {
                let mut offsets = TopicPartitionList::new();
                for (partition, offset) in &reached {
                    let offset = Offset::Offset(*offset);
                    offsets.add_partition_offset(&self.source, *partition, offset)?;
                }
                consumer.commit(&offsets, CommitMode::Sync)?;
            }
        }
        let took = began.map_or(Duration::ZERO, |began| began.elapsed());
        complete(bytes)?;
        Ok(took)
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config
    }
}

/// Half of it does not compress, as real payloads do not.
fn payload() -> Vec<u8> {
    let mut state = 7_u64;
    let noise = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u8
    });
    let mut payload = vec![b'x'; PAYLOAD / 2];
    payload.extend(noise.take(PAYLOAD - PAYLOAD / 2));
    payload
}

type Answered = Result<
    Vec<Result<herald::transport::Position, herald::transport::PublishError>>,
    tokio::task::JoinError,
>;

fn settled(call: Option<Answered>) -> Result<(), Failure> {
    for answer in call.transpose()?.unwrap_or_default() {
        answer?;
    }
    Ok(())
}

fn complete(bytes: usize) -> Result<(), Failure> {
    if bytes != RECORDS * PAYLOAD {
        return Err(format!("read {bytes} bytes of {}", RECORDS * PAYLOAD).into());
    }
    Ok(())
}
