//! Between librdkafka's types and the port's.

use std::sync::Arc;

use jiff::Timestamp;
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::{Offset, TopicPartitionList};

use super::board::Board;
use crate::transport::{Headers, Record, TopicPartition};

/// A message as a record; `topic` is the name its topic had last time.
pub(super) fn record(message: &BorrowedMessage<'_>, topic: Arc<str>, board: &mut Board) -> Record {
    let headers = message
        .headers()
        .map_or_else(Headers::new, |headers| board.headers(headers.iter()));
    let millis = message.timestamp().to_millis().unwrap_or(0);
    Record {
        topic,
        partition: message.partition().unsigned_abs(),
        offset: message.offset().unsigned_abs(),
        key: message.key().map(|key| board.copy(key)),
        headers,
        payload: message.payload().map(|payload| board.copy(payload)),
        timestamp: Timestamp::from_millisecond(millis).unwrap_or_default(),
    }
}

/// Headers as librdkafka wants them; none at all where there are none.
pub(super) fn headers(headers: &Headers) -> Option<OwnedHeaders> {
    if headers.is_empty() {
        return None;
    }
    let mut owned = OwnedHeaders::new_with_capacity(headers.len());
    for (key, value) in headers.iter() {
        owned = owned.insert(Header {
            key,
            value: Some(value),
        });
    }
    Some(owned)
}

/// The partitions of a list.
pub(super) fn partitions(list: &TopicPartitionList) -> Vec<TopicPartition> {
    let elements = list.elements();
    let one = |at: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
        TopicPartition::new(at.topic(), at.partition().unsigned_abs())
    };
    elements.iter().map(one).collect()
}

/// A list of those partitions.
pub(super) fn list<'a>(
    partitions: impl IntoIterator<Item = &'a TopicPartition>,
) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for at in partitions {
        list.add_partition(&at.topic, at.partition.cast_signed());
    }
    list
}

/// A list of those partitions with offsets.
pub(super) fn offsets(offsets: &[(TopicPartition, u64)]) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(offsets.len());
    for (at, offset) in offsets {
        let mut element = list.add_partition(&at.topic, at.partition.cast_signed());
        // Refused for offsets beyond i64 only, which no broker has.
        let _ = element.set_offset(Offset::Offset(offset.cast_signed()));
    }
    list
}
