//! Publishing.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use super::{Bed, number, numbered, record};
use crate::transport::partitioner::partition_of;
use crate::transport::{Headers, NewRecord, Position, PublishError};

/// Records of one key go to the partition Java would choose, and stay in order,
/// within a call and from call to call.
pub async fn a_key_keeps_its_partition_and_order(bed: Bed) {
    let topic = bed.topic("order", 4).await;
    let mut records = numbered(&topic, 300);
    while !records.is_empty() {
        let rest = records.split_off(records.len().min(70));
        bed.publish(std::mem::replace(&mut records, rest)).await;
    }
    let mut member = bed.member("order", &topic, "a").await;
    let mut last: BTreeMap<Bytes, usize> = BTreeMap::new();
    for record in member.read(300).await {
        let key = record.key.clone().unwrap();
        assert_eq!(record.partition, partition_of(&key, 4));
        let number = number(&record);
        if let Some(before) = last.insert(key, number) {
            assert_eq!(number, before + 10, "out of order");
        }
    }
}

/// Keys, headers (repeated ones too), payloads, tombstones and timestamps come
/// as they were sent.
pub async fn records_come_as_they_were_sent(bed: Bed) {
    let topic = bed.topic("intact", 1).await;
    let mut headers = Headers::new();
    headers.push("ce_id", "1");
    headers.push("twice", "first");
    headers.push("twice", Bytes::from_static(&[0xff, 0x00]));
    let mut odd = record(&topic, "é", "");
    odd.payload = Some(Bytes::from_static(&[0, 0xff, 0]));
    odd.headers = headers.clone();
    odd.timestamp = Some(jiff::Timestamp::constant(1_700_000_000, 123_000_000));
    let mut tombstone = record(&topic, "é", "");
    tombstone.payload = None;
    let mut keyless = record(&topic, "", "keyless");
    keyless.key = None;
    bed.publish(vec![odd.clone(), tombstone, keyless]).await;

    let mut member = bed.member("intact", &topic, "a").await;
    let read = member.read(3).await;
    assert_eq!(read[0].headers, headers);
    assert_eq!(read[0].payload, odd.payload);
    assert_eq!(Some(read[0].timestamp), odd.timestamp);
    assert_eq!(read[0].key, odd.key);
    assert_eq!(read[1].payload, None);
    assert_eq!(read[2].key, None);
}

/// What `publish` answers is where the record is found.
pub async fn positions_are_those_read_later(bed: Bed) {
    let topic = bed.topic("positions", 3).await;
    let answers = bed.log.publish(numbered(&topic, 30)).await;
    let mut member = bed.member("positions", &topic, "a").await;
    for record in member.read(30).await {
        let position = Position {
            partition: record.partition,
            offset: record.offset,
        };
        assert_eq!(answers[number(&record)], Ok(position));
    }
}

/// A record beyond the limit is refused, for good, and the others are not.
pub async fn too_large_a_record_is_refused_alone(bed: Bed) {
    let topic = bed.topic("large", 1).await;
    let large = NewRecord {
        payload: Some(vec![7; 1 << 21].into()),
        ..record(&topic, "k", "")
    };
    let records = vec![record(&topic, "k", "0"), large, record(&topic, "k", "1")];
    let answers = bed.log.publish(records).await;
    assert!(answers[0].is_ok() && answers[2].is_ok());
    let refusal = answers[1].clone().unwrap_err();
    assert!(
        matches!(refusal, PublishError::TooLarge { .. }),
        "{refusal}"
    );
    assert!(!refusal.is_transient());
    let mut member = bed.member("large", &topic, "a").await;
    let numbers: Vec<usize> = member.read(2).await.iter().map(number).collect();
    assert_eq!(numbers, [0, 1]);
}

/// No topic comes into being by publishing to it.
pub async fn an_unknown_topic_is_refused(bed: Bed) {
    let nowhere: Arc<str> = format!("{}nowhere", bed.prefix).into();
    let answers = bed.log.publish(vec![record(&nowhere, "k", "0")]).await;
    assert_eq!(
        answers,
        [Err(PublishError::UnknownTopic(nowhere.to_string()))]
    );
}
