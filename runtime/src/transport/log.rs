//! The log side: topics, partitions, offsets, consumer groups.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::{Headers, PublishError, TransportError};
use crate::BoxFuture;
use crate::topology::{Topic, Topology};

/// A broker of the log kind: Kafka, or the embedded one.
pub trait Log: Send + Sync + 'static {
    /// Creates the topics that are missing; those that exist stay as they are.
    fn declare<'a>(&'a self, topics: &'a [TopicSpec]) -> BoxFuture<'a, Result<(), TransportError>>;

    /// Appends records, each to the partition of its key, and waits until the
    /// broker has them. The answers are in the order of the records. Records of
    /// one partition are appended in their order; once one of them fails, later
    /// ones of the same partition in this call fail as well.
    fn publish(
        &self,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'_, Vec<Result<Position, PublishError>>>;

    /// Whether a broker answers. It may be dropped at any time.
    fn ping(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Joins a consumer group.
    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn LogConsumer>, TransportError>>;
}

/// A member of a consumer group. Methods may be called while `next` waits.
///
/// Dropping it without [`close`](LogConsumer::close) is a crash: its partitions
/// go to others, once the session timed out at the latest.
pub trait LogConsumer: Send + Sync + 'static {
    /// What happens next. Outages are waited out inside. The future may be
    /// dropped at any time without loss; one caller at a time.
    fn next(&self) -> BoxFuture<'_, LogEvent>;

    /// Commits offsets: for each partition the offset of the next record to read.
    fn commit(&self, offsets: Vec<(TopicPartition, u64)>)
    -> BoxFuture<'_, Result<(), CommitError>>;

    /// Stops fetching from partitions. Records fetched before may still come.
    fn pause(&self, partitions: &[TopicPartition]);

    /// Fetches from them again, from where fetching stopped.
    fn resume(&self, partitions: &[TopicPartition]);

    /// Records not yet committed, by assigned partition.
    fn lag(&self) -> BoxFuture<'_, Vec<(TopicPartition, u64)>>;

    /// Leaves the group: all partitions are handed back at once. Drain and
    /// commit first; `next` answers [`LogEvent::Closed`] afterwards.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// What to join, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The consumer group.
    pub group: String,
    /// The topics.
    pub topics: Vec<String>,
    /// The member's id, unique within the group. A second member of the same id
    /// fences the first.
    pub member: String,
}

/// What a consumer is told.
#[derive(Debug)]
pub enum LogEvent {
    /// Records, in order within each partition. Never empty.
    Records(Vec<Record>),
    /// Partitions that are this member's from now on. Records follow from the
    /// committed offset.
    Assigned(Vec<TopicPartition>),
    /// Partitions that go to another member. No further records of them come:
    /// drain, commit, then call [`Done::complete`]. On Kafka the partitions that
    /// stay are not fetched either until then.
    Revoked(Vec<TopicPartition>, Done),
    /// Partitions that are gone already: forget them, commit nothing. The
    /// consumer joins again by itself.
    Lost(Vec<TopicPartition>),
    /// The consumer was closed.
    Closed,
}

/// Hands revoked partitions back, when completed or dropped.
pub struct Done(Option<Box<dyn FnOnce() + Send>>);

impl Done {
    /// A signal that calls `then` once.
    pub fn new(then: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(then)))
    }

    /// Hands the partitions back.
    pub fn complete(self) {
        drop(self);
    }
}

impl Drop for Done {
    fn drop(&mut self) {
        if let Some(then) = self.0.take() {
            then();
        }
    }
}

impl std::fmt::Debug for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Done")
    }
}

/// A partition of a topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic.
    pub topic: Arc<str>,
    /// The partition, counted from 0.
    pub partition: u32,
}

impl TopicPartition {
    /// That partition of that topic.
    pub fn new(topic: impl Into<Arc<str>>, partition: u32) -> Self {
        Self {
            topic: topic.into(),
            partition,
        }
    }
}

impl std::fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.topic, self.partition)
    }
}

/// A record to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The topic.
    pub topic: Arc<str>,
    /// The partition; `None` leaves it to the key (`murmur2_random`).
    pub partition: Option<u32>,
    /// The key; `None` puts the record into any partition.
    pub key: Option<Bytes>,
    /// The headers.
    pub headers: Headers,
    /// The value; `None` is a tombstone.
    pub payload: Option<Bytes>,
    /// The record's timestamp; `None` is now.
    pub timestamp: Option<Timestamp>,
}

impl NewRecord {
    /// Bytes of key, value and headers.
    pub fn size(&self) -> usize {
        let of = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, Bytes::len);
        of(&self.key) + of(&self.payload) + self.headers.size()
    }
}

/// A record that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The topic.
    pub topic: Arc<str>,
    /// The partition.
    pub partition: u32,
    /// The place in the partition.
    pub offset: u64,
    /// The key.
    pub key: Option<Bytes>,
    /// The headers.
    pub headers: Headers,
    /// The value; `None` is a tombstone.
    pub payload: Option<Bytes>,
    /// When it was appended, or what its producer said.
    pub timestamp: Timestamp,
}

impl Record {
    /// Its partition.
    pub fn topic_partition(&self) -> TopicPartition {
        TopicPartition {
            topic: self.topic.clone(),
            partition: self.partition,
        }
    }
}

/// Where a record was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The partition.
    pub partition: u32,
    /// The offset.
    pub offset: u64,
}

/// Why offsets were not committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The partition is not this member's any more; what it did will be done
    /// again by another.
    #[error("{0} belongs to another member by now")]
    Fenced(TopicPartition),
    /// The broker cannot be reached; it may have stored the offsets all the same.
    #[error("the broker is unavailable: {0}")]
    Unavailable(String),
}

/// A topic to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub name: String,
    /// The number of partitions, at least 1.
    pub partitions: u32,
    /// The largest record in bytes; `None` is the broker's default.
    pub max_message_bytes: Option<usize>,
}

impl TopicSpec {
    /// A topic of the default record size.
    pub fn new(name: impl Into<String>, partitions: u32) -> Self {
        Self {
            name: name.into(),
            partitions,
            max_message_bytes: None,
        }
    }

    /// Every topic of a system.
    pub fn all_of(topology: &Topology) -> Vec<Self> {
        topology.topics.iter().map(Self::from).collect()
    }
}

impl From<&Topic> for TopicSpec {
    fn from(topic: &Topic) -> Self {
        Self {
            name: topic.name.to_owned(),
            partitions: topic.partitions.max(1),
            max_message_bytes: topic.max_message_bytes.map(|bytes| bytes as usize),
        }
    }
}
