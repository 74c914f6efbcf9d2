//! Looking into the brokers: for the demo's table and for tests.

use super::Embedded;
use crate::transport::{QueueMessage, Record};

/// What a topic holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicCounts {
    /// The topic.
    pub topic: String,
    /// Records in all partitions.
    pub records: u64,
    /// Bytes of keys, values and headers.
    pub bytes: u64,
}

/// What a group has yet to commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLag {
    /// The consumer group.
    pub group: String,
    /// The topic.
    pub topic: String,
    /// Records not yet committed, over all partitions.
    pub lag: u64,
    /// Members of the group now.
    pub members: usize,
}

/// What a queue holds, and what passed through it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// The queue.
    pub queue: String,
    /// Messages that wait.
    pub ready: usize,
    /// Messages that consumers hold.
    pub unacked: usize,
    /// Messages ever put into it, by publishers or by dead-lettering.
    pub published: u64,
    /// Messages ever handed out, repeats included.
    pub delivered: u64,
    /// Messages acknowledged.
    pub acked: u64,
    /// Messages given back to it.
    pub returned: u64,
    /// Messages that went its dead-letter route: expired, rejected or delivered
    /// too often.
    pub dead_lettered: u64,
    /// Messages that should have, and had no such route.
    pub dropped: u64,
    /// The most messages one consumer ever held at once.
    pub most_unacked: usize,
}

impl Embedded {
    /// What every topic holds, by name.
    pub fn topics(&self) -> Vec<TopicCounts> {
        self.log.topic_counts()
    }

    /// The records of a topic, partition by partition.
    pub fn records(&self, topic: &str) -> Vec<Record> {
        self.log.records(topic)
    }

    /// The lag of every group, by topic.
    pub fn lags(&self) -> Vec<GroupLag> {
        self.log.lags()
    }

    /// The committed offset of a group in a partition.
    pub fn committed(&self, group: &str, topic: &str, partition: u32) -> Option<u64> {
        self.log.committed(group, topic, partition)
    }

    /// What every queue holds, by name.
    pub fn queue_counts(&self) -> Vec<QueueCounts> {
        self.queues.counts()
    }

    /// What one queue holds; all zero for one that does not exist.
    pub fn queue(&self, name: &str) -> QueueCounts {
        let mut all = self.queues.counts().into_iter();
        all.find(|counts| counts.queue == name).unwrap_or_default()
    }

    /// The messages that wait in a queue, oldest first.
    pub fn messages(&self, queue: &str) -> Vec<QueueMessage> {
        self.queues.messages(queue)
    }
}
