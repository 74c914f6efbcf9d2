//! What every log must do.

mod groups;
mod reading;
mod writing;

pub use groups::*;
pub use reading::*;
pub use writing::*;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::transport::{
    Headers, Log, LogConsumer, LogEvent, NewRecord, Record, Subscription, TopicPartition, TopicSpec,
};
use crate::{BoxFuture, World};

/// A log to be judged.
#[derive(Clone)]
pub struct Bed {
    /// Time, for the log and the case.
    pub world: World,
    /// The log.
    pub log: Arc<dyn Log>,
    /// Put before every name, so that cases do not meet on a real broker.
    pub prefix: String,
    /// The time after which a member that vanished loses its partitions.
    pub session_timeout: Duration,
    /// Whether partitions that stay are fetched while others are being handed back;
    /// where they are not, they go on right after.
    pub fetches_while_revoking: bool,
    /// Cuts the connections of all consumers, where the transport can do that.
    pub cut: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// A case, for [`log_conformance!`](crate::log_conformance).
pub type Case = fn(Bed) -> BoxFuture<'static, ()>;

/// One test for each thing a log must do; `$run` is a `fn(Case)`, attributes before it are put on
/// every test.
#[macro_export]
macro_rules! log_conformance {
    ($(#[$attribute:meta])* $run:path) => {
        $crate::conformance_tests! { @with [$(#[$attribute])*] $run,
            log::a_key_keeps_its_partition_and_order
            log::records_come_as_they_were_sent
            log::positions_are_those_read_later
            log::too_large_a_record_is_refused_alone
            log::an_unknown_topic_is_refused
            log::reading_goes_on_at_the_committed_offset
            log::what_was_not_committed_comes_again_after_a_crash
            log::a_paused_partition_is_silent_and_loses_nothing
            log::dropping_next_loses_nothing
            log::lag_is_what_was_not_committed
            log::a_closed_consumer_says_so
            log::groups_do_not_disturb_each_other
            log::members_share_all_partitions
            log::a_leaving_member_hands_everything_over
            log::a_partition_moves_only_when_it_was_handed_back
            log::a_revoked_partition_can_be_committed_until_handed_back
            log::a_zombie_cannot_commit
        }
    };
}

/// Longer than anything here takes, shorter than a person's patience.
const PATIENCE: Duration = Duration::from_mins(1);

impl Bed {
    /// Creates a topic and gives its full name.
    async fn topic(&self, name: &str, partitions: u32) -> Arc<str> {
        let name = format!("{}{name}", self.prefix);
        let specs = [TopicSpec::new(name.clone(), partitions)];
        self.log.declare(&specs).await.unwrap();
        name.into()
    }

    async fn member(&self, group: &str, topic: &Arc<str>, member: &str) -> Member {
        let subscription = Subscription {
            group: format!("{}{group}", self.prefix),
            topics: vec![topic.to_string()],
            member: member.to_owned(),
        };
        Member {
            world: self.world.clone(),
            consumer: self.log.subscribe(subscription).await.unwrap(),
            has: BTreeMap::new(),
        }
    }

    /// Publishes and expects all to be taken.
    async fn publish(&self, records: Vec<NewRecord>) {
        for result in self.log.publish(records).await {
            result.unwrap();
        }
    }
}

/// A member and what it has.
struct Member {
    world: World,
    consumer: Box<dyn LogConsumer>,
    /// Its partitions, with the offset it would commit.
    has: BTreeMap<TopicPartition, u64>,
}

impl Member {
    /// The next event. Revoked partitions are handed back at once, lost ones
    /// forgotten.
    async fn event(&mut self) -> LogEvent {
        let next = self.world.timeout(PATIENCE, self.consumer.next());
        let event = next.await.unwrap_or_else(|| panic!("nothing happens"));
        match &event {
            LogEvent::Assigned(parts) => {
                self.has.extend(parts.iter().map(|part| (part.clone(), 0)));
            }
            LogEvent::Revoked(parts, _) | LogEvent::Lost(parts) => {
                self.has.retain(|part, _| !parts.contains(part));
            }
            LogEvent::Records(records) => {
                for record in records {
                    self.has.insert(record.topic_partition(), record.offset + 1);
                }
            }
            LogEvent::Closed => {}
        }
        event
    }

    /// Reads until it has that many records.
    async fn read(&mut self, count: usize) -> Vec<Record> {
        let mut all = Vec::new();
        while all.len() < count {
            if let LogEvent::Records(records) = self.event().await {
                all.extend(records);
            }
        }
        assert_eq!(all.len(), count, "more records than there should be");
        all
    }

    /// Lets time pass and expects no records.
    async fn expect_silence(&mut self, how_long: Duration) {
        let world = self.world.clone();
        let silence = world.timeout(how_long, async {
            loop {
                if let LogEvent::Records(records) = self.event().await {
                    panic!("unexpected records: {records:?}");
                }
            }
        });
        assert!(silence.await.is_none());
    }

    /// Waits for that many partitions, committing nothing.
    async fn await_partitions(&mut self, count: usize) {
        while self.has.len() != count {
            self.event().await;
        }
    }

    /// Commits what it read.
    async fn commit(&self) {
        let offsets = self.has.iter().filter(|(_, next)| **next > 0);
        let offsets = offsets.map(|(part, next)| (part.clone(), *next)).collect();
        self.consumer.commit(offsets).await.unwrap();
    }
}

fn record(topic: &Arc<str>, key: &str, payload: &str) -> NewRecord {
    NewRecord {
        topic: topic.clone(),
        partition: None,
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        headers: Headers::new(),
        payload: Some(Bytes::copy_from_slice(payload.as_bytes())),
        timestamp: None,
    }
}

/// `count` records of the keys `k0` to `k9`, numbered in their payloads.
fn numbered(topic: &Arc<str>, count: usize) -> Vec<NewRecord> {
    let one = |i: usize| record(topic, &format!("k{}", i % 10), &i.to_string());
    (0..count).map(one).collect()
}

fn number(record: &Record) -> usize {
    let payload = record.payload.as_ref().unwrap();
    std::str::from_utf8(payload).unwrap().parse().unwrap()
}
