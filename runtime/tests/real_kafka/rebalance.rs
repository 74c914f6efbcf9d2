//! Members that come and go under load.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use herald::transport::kafka::Kafka;
use herald::transport::{Log as _, LogConsumer, LogEvent, Record, TopicPartition};

use crate::cluster::{Cluster, join, record, run};

const KEYS: usize = 40;
const ROUNDS: usize = 20;
/// No key may wait longer than this while members come and go.
const STALL: Duration = Duration::from_secs(4);

/// What was handled by all members, by key.
#[derive(Default)]
struct Handled {
    /// The number that is next for each key.
    next: BTreeMap<String, usize>,
    last: Option<Instant>,
    longest_gap: Duration,
    repeats: usize,
}

impl Handled {
    /// Numbers of a key come in order; a repeat is allowed, a gap is not.
    fn take(&mut self, record: &Record) {
        let key = String::from_utf8(record.key.clone().unwrap().to_vec()).unwrap();
        let payload = record.payload.clone().unwrap();
        let number: usize = std::str::from_utf8(&payload).unwrap().parse().unwrap();
        let next = self.next.entry(key.clone()).or_default();
        assert!(number <= *next, "{key}: {number} comes before {next}");
        if number < *next {
            self.repeats += 1;
        } else {
            *next += 1;
        }
        let gap = self.last.map_or(Duration::ZERO, |last| last.elapsed());
        self.longest_gap = self.longest_gap.max(gap);
        self.last = Some(Instant::now());
    }
}

/// Handles and commits until the consumer is closed. Before a partition is
/// handed back, what was handled of it is committed, so nothing comes twice.
async fn member(consumer: Arc<dyn LogConsumer>, handled: Arc<Mutex<Handled>>) {
    let mut reached: BTreeMap<TopicPartition, u64> = BTreeMap::new();
    let mut owned = BTreeSet::new();
    loop {
        match consumer.next().await {
            LogEvent::Records(records) => {
                for record in &records {
                    let at = record.topic_partition();
                    assert!(owned.contains(&at), "{at} is not this member's");
                    handled.lock().unwrap().take(record);
                    reached.insert(at, record.offset + 1);
                }
                let offsets = reached.clone().into_iter().collect();
                consumer.commit(offsets).await.ok();
            }
            LogEvent::Assigned(parts) => owned.extend(parts),
            LogEvent::Revoked(parts, done) => {
                let of_it = parts.iter().filter_map(|at| reached.remove_entry(at));
                consumer.commit(of_it.collect()).await.unwrap();
                owned.retain(|at| !parts.contains(at));
                done.complete();
            }
            LogEvent::Lost(parts) => panic!("{parts:?} lost"),
            LogEvent::Closed => return,
        }
    }
}

/// Publishes one record of each key at a time, until told to stop; gives how many of each.
async fn load(kafka: Kafka, topic: Arc<str>, stop: Arc<AtomicBool>) -> usize {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let one = |key| record(&topic, &format!("k{key}"), number.to_string());
        for answer in kafka.publish((0..KEYS).map(one).collect()).await {
            answer.unwrap();
        }
        number += 1;
    }
    number
}

/// Two members, one of which joins and leaves twenty times: each key's records
/// are handled in order, none is skipped, none waits long.
#[test]
#[ignore = "needs the real servers"]
fn members_come_and_go_under_load() {
    run(async |world| {
        let cluster = Cluster::here();
        let kafka = cluster.kafka();
        let topic = cluster.topic(&kafka, "rebalance", 6).await;
        let handled = Arc::new(Mutex::new(Handled::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let publishing = tokio::spawn(load(kafka.clone(), topic.clone(), stop.clone()));
        let stays: Arc<dyn LogConsumer> = join(&kafka, &topic, "stays").await.into();
        let staying = tokio::spawn(member(stays.clone(), handled.clone()));

        for round in 0..ROUNDS {
            let guest: Arc<dyn LogConsumer> =
                join(&kafka, &topic, &format!("guest-{round}")).await.into();
            let visiting = tokio::spawn(member(guest.clone(), handled.clone()));
            // Long enough to get partitions, and now and then too short.
            world
                .sleep(Duration::from_millis(200 + world.random_below(3_000)))
                .await;
            guest.close().await;
            visiting.await.unwrap();
        }

        stop.store(true, Ordering::Relaxed);
        let published = publishing.await.unwrap();
        let all_handled = async {
            while handled.lock().unwrap().next.values().sum::<usize>() < published * KEYS {
                world.sleep(Duration::from_millis(20)).await;
            }
        };
        let patience = Duration::from_mins(1);
        let complete = world.timeout(patience, all_handled).await.is_some();
        stays.close().await;
        staying.await.unwrap();
        let handled = handled.lock().unwrap();
        assert!(complete, "skipped: {:?} of {published}", handled.next);
        assert!(
            handled.longest_gap < STALL,
            "nothing came for {:?}",
            handled.longest_gap
        );
        println!(
            "{} records, {} repeats, longest gap {:?}",
            published * KEYS,
            handled.repeats,
            handled.longest_gap
        );
    });
}
