//! What the log holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::group::{Epoch, Group};
use crate::transport::partitioner::partition_of;
use crate::transport::{Headers, NewRecord, PublishError, Record, TopicPartition, TopicSpec};

/// A partition by the index of its topic.
pub(super) type Part = (usize, u32);

#[derive(Default)]
pub(super) struct State {
    pub(super) topics: Vec<Topic>,
    names: BTreeMap<Arc<str>, usize>,
    pub(super) groups: BTreeMap<Arc<str>, Group>,
    last_epoch: Epoch,
}

pub(super) struct Topic {
    pub(super) name: Arc<str>,
    max_message_bytes: Option<usize>,
    pub(super) partitions: Vec<Vec<Stored>>,
}

/// A record at rest; its offset is its index.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) key: Option<Bytes>,
    pub(super) headers: Headers,
    pub(super) payload: Option<Bytes>,
    timestamp: Timestamp,
}

impl State {
    pub(super) fn declare(&mut self, spec: &TopicSpec) {
        if self.names.contains_key(spec.name.as_str()) {
            return;
        }
        let name: Arc<str> = spec.name.as_str().into();
        self.names.insert(name.clone(), self.topics.len());
        self.topics.push(Topic {
            name,
            max_message_bytes: spec.max_message_bytes,
            partitions: vec![Vec::new(); spec.partitions.max(1) as usize],
        });
    }

    pub(super) fn topic_index(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    pub(super) fn append(
        &mut self,
        record: NewRecord,
        now: Timestamp,
        default_limit: usize,
        random: impl FnOnce() -> u64,
    ) -> Result<(Part, u64), PublishError> {
        let unknown = || PublishError::UnknownTopic(record.topic.to_string());
        let index = self.topic_index(&record.topic).ok_or_else(unknown)?;
        let topic = &mut self.topics[index];
        let (size, limit) = (
            record.size(),
            topic.max_message_bytes.unwrap_or(default_limit),
        );
        if size > limit {
            return Err(PublishError::TooLarge { size, limit });
        }
        let count = topic.partitions.len() as u32;
        let partition = match (record.partition, &record.key) {
            (Some(partition), _) => partition,
            (None, Some(key)) => partition_of(key, count),
            (None, None) => (random() % u64::from(count)) as u32,
        };
        let records = topic.partitions.get_mut(partition as usize);
        let records = records.ok_or_else(unknown)?;
        records.push(Stored {
            key: record.key,
            headers: record.headers,
            payload: record.payload,
            timestamp: record.timestamp.unwrap_or(now),
        });
        Ok(((index, partition), records.len() as u64 - 1))
    }

    /// Appends a record once more: the one `back` places before the last.
    pub(super) fn repeat(&mut self, (topic, partition): Part, back: u64) {
        let records = &mut self.topics[topic].partitions[partition as usize];
        let index = records.len().saturating_sub(1 + back as usize);
        if let Some(record) = records.get(index).cloned() {
            records.push(record);
        }
    }

    /// Wakes the members that read those partitions.
    pub(super) fn wake_readers(&self, parts: &[Part]) {
        for group in self.groups.values() {
            group.wake_readers(parts);
        }
    }

    pub(super) fn end(&self, (topic, partition): Part) -> u64 {
        self.topics[topic].partitions[partition as usize].len() as u64
    }

    pub(super) fn name(&self, (topic, partition): Part) -> TopicPartition {
        TopicPartition::new(self.topics[topic].name.clone(), partition)
    }

    pub(super) fn part(&self, at: &TopicPartition) -> Option<Part> {
        let index = self.topic_index(&at.topic)?;
        let exists = (at.partition as usize) < self.topics[index].partitions.len();
        exists.then_some((index, at.partition))
    }

    /// Copies up to `most` records of a partition from an offset on.
    pub(super) fn read(&self, part: Part, from: u64, most: usize, into: &mut Vec<Record>) {
        let topic = &self.topics[part.0];
        let records = topic.partitions[part.1 as usize].iter().enumerate();
        let chosen = records.skip(from as usize).take(most);
        into.extend(chosen.map(|(offset, stored)| Record {
            topic: topic.name.clone(),
            partition: part.1,
            offset: offset as u64,
            key: stored.key.clone(),
            headers: stored.headers.clone(),
            payload: stored.payload.clone(),
            timestamp: stored.timestamp,
        }));
    }

    /// A number no member had before.
    pub(super) fn next_epoch(&mut self) -> Epoch {
        self.last_epoch += 1;
        self.last_epoch
    }

    pub(super) fn lag(&self) -> u64 {
        let claims = self.groups.values().flat_map(Group::committed);
        claims
            .map(|(part, committed)| self.end(part).saturating_sub(committed))
            .sum()
    }
}
