//! The log on Kafka against bare librdkafka, of the same settings: what the port costs those who
//! publish and those who read.

mod bare;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use herald::envelope::Envelope;
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::{
    Headers, Log, LogEvent, NewRecord, Subscription, TopicPartition, TopicSpec,
};

use crate::timing::{mention, report};
use bare::Looks;

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

/// Prints the ratios; true if both that a bound is asked for are met.
pub(crate) fn run() -> Result<bool, Failure> {
    let brokers = std::env::var("HERALD_TEST_KAFKA")
        .map_err(|_| "set HERALD_TEST_KAFKA to host:port of a broker that may be written to")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()?;
    let bench = Bench::new(&brokers)?;
    runtime.block_on(bench.fill())?;
    let mut best = [f64::MAX; 7];
    for round in 0..ROUNDS {
        let ours = |topic| runtime.block_on(bench.read(topic, round));
        let bare = |topic, looks| {
            let group = format!("{topic}-bare-{looks:?}-{round}");
            bare::read(&brokers, topic, &group, looks)
        };
        let took = [
            runtime.block_on(bench.publish(&bench.sink, &Headers::new()))?,
            bare::publish(&brokers, &bench.sink)?,
            ours(&bench.plain)?,
            bare(&bench.plain, Looks::PayloadAlone)?,
            bare(&bench.plain, Looks::Headers)?,
            ours(&bench.enveloped)?,
            bare(&bench.enveloped, Looks::Headers)?,
        ];
        for (best, took) in best.iter_mut().zip(took) {
            *best = best.min(took.as_nanos() as f64 / RECORDS as f64);
        }
    }
    let [
        publish,
        bare_publish,
        read,
        blind,
        looking,
        enveloped,
        bare_enveloped,
    ] = best;
    let published = report("publish, a record", publish, bare_publish, "ns", 0.9);
    let consumed = report("read and track, a record", read, blind, "ns", 0.85);
    mention("  and the bare loop looks for headers", read, looking, "ns");
    let what = "  and there are the envelope's headers";
    mention(what, enveloped, bare_enveloped, "ns");
    Ok(published && consumed)
}

struct Bench {
    kafka: Kafka,
    /// Written to by the publishing rounds.
    sink: Arc<str>,
    /// Read by the reading rounds: records without headers.
    plain: Arc<str>,
    /// Read by the reading rounds: records with the headers that generated code writes.
    enveloped: Arc<str>,
}

impl Bench {
    fn new(brokers: &str) -> Result<Self, Failure> {
        let kafka = Kafka::connect(&KafkaSettings::at(brokers), "bench")?;
        let run = std::process::id();
        let now = std::time::UNIX_EPOCH.elapsed()?.as_millis();
        let topic = |name| format!("bench-{run}-{now}-{name}").into();
        Ok(Self {
            kafka,
            sink: topic("sink"),
            plain: topic("plain"),
            enveloped: topic("enveloped"),
        })
    }

    /// Makes the topics, and fills those that are read.
    async fn fill(&self) -> Result<(), Failure> {
        let topics = [&self.sink, &self.plain, &self.enveloped];
        let specs = topics.map(|name| TopicSpec::new(&**name, PARTITIONS));
        self.kafka.declare(&specs).await?;
        self.publish(&self.plain, &Headers::new()).await?;
        self.publish(&self.enveloped, &envelope().to_headers())
            .await?;
        Ok(())
    }

    /// Publishes all records through the port.
    async fn publish(&self, topic: &Arc<str>, headers: &Headers) -> Result<Duration, Failure> {
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
                headers: headers.clone(),
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

    /// Reads all records, remembers how far each partition is, and commits. The clock starts at
    /// the first record.
    async fn read(&self, topic: &str, round: usize) -> Result<Duration, Failure> {
        let subscription = Subscription {
            group: format!("{topic}-herald-{round}"),
            topics: vec![topic.to_owned()],
            member: "bench".to_owned(),
        };
        let consumer = self.kafka.subscribe(subscription).await?;
        // As the bare loop has it.
        let mut reached: BTreeMap<u32, u64> = BTreeMap::new();
        let (mut count, mut bytes, mut began) = (0, 0, None);
        while count < RECORDS {
            let LogEvent::Records(records) = consumer.next().await else {
                continue;
            };
            began.get_or_insert_with(Instant::now);
            let before = count / COMMIT;
            for record in &records {
                reached.insert(record.partition, record.offset + 1);
                bytes += record.payload.as_ref().map_or(0, Bytes::len);
            }
            count += records.len();
            if count / COMMIT > before {
                let at = |(partition, offset): (&u32, &u64)| {
                    (TopicPartition::new(topic, *partition), *offset)
                };
                consumer.commit(reached.iter().map(at).collect()).await?;
            }
        }
        let took = began.map_or(Duration::ZERO, |began| began.elapsed());
        consumer.close().await;
        complete(bytes)?;
        Ok(took)
    }
}

/// As a service says it.
fn envelope() -> Envelope {
    Envelope {
        id: "019ad2c4-5f3e-7c1b-9c53-5b1f0f4d7a11".to_owned(),
        source: "/shop/order".to_owned(),
        message_type: "shop.ordering.OrderPlaced".to_owned(),
        time: "2026-11-30T08:00:00.123Z".parse().ok(),
        subject: Some("019ad2c4-5f3e-7c1b-9c53-5b1f0f4d7a12".to_owned()),
        data_schema: Some("urn:avro:shop.ordering.OrderPlaced:2".to_owned()),
        correlation: Some("019ad2c4-5f3e-7c1b-9c53-5b1f0f4d7a13".to_owned()),
        causation: Some("019ad2c4-5f3e-7c1b-9c53-5b1f0f4d7a13".to_owned()),
        trace: None,
        trace_state: None,
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
