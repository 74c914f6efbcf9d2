//! Looking into the log.

use super::LogBroker;
use super::group::Group;
use super::state::Stored;
use crate::transport::Record;
use crate::transport::embedded::{GroupLag, TopicCounts};

impl LogBroker {
    pub(in super::super) fn is_settled(&self) -> bool {
        self.with(|state| state.lag() == 0)
    }

    pub(in super::super) fn expel_all(&self) {
        self.with(|state| state.groups.values_mut().for_each(Group::expel_all));
    }

    pub(in super::super) fn topic_counts(&self) -> Vec<TopicCounts> {
        let size = |stored: &Stored| {
            let of = |bytes: &Option<bytes::Bytes>| bytes.as_ref().map_or(0, bytes::Bytes::len);
            (of(&stored.key) + of(&stored.payload) + stored.headers.size()) as u64
        };
        let mut counts = self.with(|state| {
            let topics = state.topics.iter();
            let count = topics.map(|topic| TopicCounts {
                topic: topic.name.to_string(),
                records: topic.partitions.iter().map(|it| it.len() as u64).sum(),
                bytes: topic.partitions.iter().flatten().map(size).sum(),
            });
            count.collect::<Vec<_>>()
        });
        counts.sort_by(|a, b| a.topic.cmp(&b.topic));
        counts
    }

    pub(in super::super) fn records(&self, topic: &str) -> Vec<Record> {
        self.with(|state| {
            let mut records = Vec::new();
            if let Some(index) = state.topic_index(topic) {
                for partition in 0..state.topics[index].partitions.len() as u32 {
                    state.read((index, partition), 0, usize::MAX, &mut records);
                }
            }
            records
        })
    }

    pub(in super::super) fn lags(&self) -> Vec<GroupLag> {
        self.with(|state| {
            let mut lags: Vec<GroupLag> = Vec::new();
            for (name, group) in &state.groups {
                for (part, committed) in group.committed() {
                    let topic = &state.topics[part.0].name;
                    let lag = state.end(part).saturating_sub(committed);
                    match lags.last_mut() {
                        Some(last) if *last.group == **name && *last.topic == **topic => {
                            last.lag += lag;
                        }
                        _ => lags.push(GroupLag {
                            group: name.to_string(),
                            topic: topic.to_string(),
                            lag,
                            members: group.members.len(),
                        }),
                    }
                }
            }
            lags
        })
    }

    pub(in super::super) fn committed(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
    ) -> Option<u64> {
        self.with(|state| {
            let part = (state.topic_index(topic)?, partition);
            let mut committed = state.groups.get(group)?.committed();
            committed
                .find(|(at, _)| *at == part)
                .map(|(_, offset)| offset)
        })
    }
}
