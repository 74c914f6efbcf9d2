//! The outbox on PostgreSQL against the bare INSERT: what a unit of work costs its writers, and
//! whether one relay keeps up with them, with and without Kafka behind it.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use herald::World;
use herald::avro::codec::write;
use herald::conformance::postgres::Database;
use herald::host::Tuning;
use herald::store::postgres::Postgres;
use herald::store::{
    Begun, Broker, Claim, Destination, Effects, InboxKey, OutboxRow, Outgoing, Store, StoreError,
    Unit,
};
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::{Log as _, NewRecord, TopicSpec};
use herald::world::real;

use crate::timing::report;

/// Messages of one round.
const MESSAGES: usize = 4_000;
/// Connections that write at once, in both.
const WRITERS: usize = 8;
/// Rounds; the best of each side counts.
const ROUNDS: usize = 5;
/// Bytes of a message's payload.
const PAYLOAD: usize = 400;

/// Events a second that a relay must carry to Kafka.
const ASKED: f64 = 5_000.0;

const BARE: &str = "INSERT INTO bare (id, name, destination, key, headers, payload)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// Prints the ratios; true if the relay keeps up with writers that do nothing else.
pub(crate) fn run() -> Result<bool, Box<dyn Error>> {
    let mut ended = Ok(false);
    Database::with(|database| async {
        ended = race(database).await;
    });
    ended.map_err(Into::into)
}

async fn race(database: Database) -> Result<bool, StoreError> {
    let store = Postgres::connect(&database.settings(), "bench", &[])?;
    store.prepare(Duration::ZERO).await?;
    sqlx::raw_sql(
        "CREATE TABLE bare (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid,
            name text, destination text, key bytea, headers bytea, payload bytea)",
    )
    .execute(store.pool())
    .await?;
    let world = real::world();
    let sink = Sink::new().await?;
    let mut best = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        let round = [
            insert(&world, &store).await?,
            commit(&world, &store).await?,
            relay(&world, &store, None).await?,
            {
                commit(&world, &store).await?;
                relay(&world, &store, Some(&sink)).await?
            },
        ];
        for (best, took) in best.iter_mut().zip(round) {
            *best = best.min(took);
        }
    }
    let [insert, commit, relay, to_kafka] = best;
    let unit = report(
        "commit a unit / bare INSERT, a message",
        commit,
        insert,
        "µs",
        0.3,
    );
    let relayed = report(
        "relay the outbox / bare INSERT, a message",
        relay,
        insert,
        "µs",
        1.0,
    );
    let kept_up = report(
        "relay to Kafka / bare INSERT, a message",
        to_kafka,
        insert,
        "µs",
        0.5,
    );
    let (a_second, asked) = (1e6 / ASKED, 1.0);
    let fast = report(
        "relay to Kafka / 5,000 a second",
        to_kafka,
        a_second,
        "µs",
        asked,
    );
    Ok(unit && relayed && kept_up && fast)
}

/// A topic on the Kafka that `HERALD_TEST_KAFKA` names.
struct Sink {
    kafka: Kafka,
    topic: Arc<str>,
}

impl Sink {
    async fn new() -> Result<Self, StoreError> {
        let brokers = std::env::var("HERALD_TEST_KAFKA")
            .map_err(|_| StoreError::Refused("set HERALD_TEST_KAFKA to host:port".to_owned()))?;
        let kafka = Kafka::connect(&KafkaSettings::at(brokers), "bench").map_err(failed)?;
        let topic = format!("bench-{}-relay", std::process::id());
        let specs = [TopicSpec::new(topic.clone(), 4)];
        kafka.declare(&specs).await.map_err(failed)?;
        Ok(Self {
            kafka,
            topic: topic.into(),
        })
    }

    async fn publish(&self, rows: &[OutboxRow]) -> Result<(), StoreError> {
        let record = |row: &OutboxRow| NewRecord {
            topic: self.topic.clone(),
            partition: None,
            key: row.message.key.clone(),
            headers: row.message.headers.clone(),
            payload: Some(row.message.payload.clone()),
            timestamp: None,
        };
        for answer in self.kafka.publish(rows.iter().map(record).collect()).await {
            answer.map_err(failed)?;
        }
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Refused(error.to_string())
}

/// Microseconds a message that `writers` took together.
async fn timed<F>(writers: impl IntoIterator<Item = F>) -> Result<f64, StoreError>
where
    F: Future<Output = Result<(), StoreError>>,
{
    let start = Instant::now();
    futures_util::future::try_join_all(writers).await?;
    Ok(start.elapsed().as_secs_f64() * 1e6 / MESSAGES as f64)
}

/// Each message in a transaction of its own, with nothing else.
async fn insert(world: &World, store: &Postgres) -> Result<f64, StoreError> {
    timed((0..WRITERS).map(|writer| async move {
        for at in 0..MESSAGES / WRITERS {
            let message = message(world, writer, at);
            sqlx::query(BARE)
                .bind(message.id)
                .bind(message.name)
                .bind("ordering.orders")
                .bind(message.key.as_deref())
                .bind(packed(&message))
                .bind(&*message.payload)
                .execute(store.pool())
                .await?;
        }
        Ok(())
    }))
    .await
}

/// Each message in a unit of work: looked up in the inbox, entered there, and put in order.
async fn commit(world: &World, store: &Postgres) -> Result<f64, StoreError> {
    timed((0..WRITERS).map(|writer| async move {
        for at in 0..MESSAGES / WRITERS {
            let unit = Unit {
                inbox: Some(InboxKey {
                    consumer: "bench/bench".into(),
                    source: "/shop/order".to_owned(),
                    id: world.new_id().to_string(),
                    generation: 0,
                }),
                key: None,
                park: None,
                now: world.now(),
            };
            let effects = Effects {
                outbox: vec![message(world, writer, at)],
                ..Effects::default()
            };
            if let Begun::Fresh(tx) = store.begin(&unit).await? {
                store.commit(&unit, tx, effects).await?;
            }
        }
        Ok(())
    }))
    .await
}

/// Claims, publishes to Kafka or to a log that answers at once, deletes, until nothing is left.
async fn relay(world: &World, store: &Postgres, sink: Option<&Sink>) -> Result<f64, StoreError> {
    let tuning = Tuning::default();
    let none = BTreeSet::new();
    let relay = async {
        loop {
            let claim = Claim {
                broker: Some(Broker::Log),
                holder: "bench",
                now: world.now(),
                lease: tuning.lease,
                limit: tuning.relay_batch,
                except: &none,
            };
            let rows: Vec<OutboxRow> = store.claim_outbox(&claim).await?;
            if rows.is_empty() {
                return Ok(());
            }
            if let Some(sink) = sink {
                sink.publish(&rows).await?;
            }
            store.delete_outbox(Broker::Log, &rows).await?;
        }
    };
    timed([relay]).await
}

fn message(world: &World, writer: usize, at: usize) -> Outgoing {
    let headers = ["ce_id", "ce_type", "ce_source", "ce_time", "traceparent"];
    Outgoing {
        id: world.new_id(),
        name: "OrderPlaced",
        destination: Destination::Topic("ordering.orders".into()),
        key: Some(format!("{writer}/{}", at % 100).into()),
        headers: headers.into_iter().map(|name| (name, [b'x'; 36])).collect(),
        payload: vec![7; PAYLOAD].into(),
    }
}

/// The headers in one column, as the outbox keeps them.
fn packed(message: &Outgoing) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.headers.size());
    for (name, value) in message.headers.iter() {
        write::string(name, &mut out);
        write::bytes(value, &mut out);
    }
    out
}
