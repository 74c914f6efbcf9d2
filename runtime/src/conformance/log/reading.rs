//! One member that reads, commits, pauses, crashes.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Bed, number, numbered};
use crate::transport::LogEvent;

/// A member that comes after another left goes on where that one committed.
pub async fn reading_goes_on_at_the_committed_offset(bed: Bed) {
    let topic = bed.topic("resume", 2).await;
    bed.publish(numbered(&topic, 40)).await;
    let mut first = bed.member("resume", &topic, "a").await;
    let read = first.read(40).await;
    let half: Vec<_> = (0..2)
        .map(|partition| {
            let of = read.iter().filter(|record| record.partition == partition);
            let of: Vec<_> = of.collect();
            let middle = of[of.len() / 2];
            (middle.topic_partition(), middle.offset)
        })
        .collect();
    first.consumer.commit(half.clone()).await.unwrap();
    first.consumer.close().await;

    let uncommitted = |at: &&crate::transport::Record| {
        let from = half.iter().find(|(part, _)| part.partition == at.partition);
        from.is_some_and(|(_, from)| at.offset >= *from)
    };
    let expected: BTreeSet<usize> = read.iter().filter(uncommitted).map(number).collect();
    let mut second = bed.member("resume", &topic, "b").await;
    let again = second.read(expected.len()).await;
    assert_eq!(again.iter().map(number).collect::<BTreeSet<_>>(), expected);
    second.expect_silence(Duration::from_secs(1)).await;
}

/// A member that vanished without a word: what it did not commit goes to
/// another, once the session timed out.
pub async fn what_was_not_committed_comes_again_after_a_crash(bed: Bed) {
    let topic = bed.topic("crash", 1).await;
    bed.publish(numbered(&topic, 10)).await;
    let mut first = bed.member("crash", &topic, "a").await;
    let read = first.read(10).await;
    let offsets = vec![(read[4].topic_partition(), read[4].offset)];
    first.consumer.commit(offsets).await.unwrap();
    drop(first);
    let crashed = bed.world.now();
    let mut second = bed.member("crash", &topic, "b").await;
    let again: Vec<usize> = second.read(6).await.iter().map(number).collect();
    assert_eq!(again, [4, 5, 6, 7, 8, 9]);
    let gap = bed.world.now().duration_since(crashed);
    let bound = bed.session_timeout + Duration::from_secs(5);
    assert!(gap.unsigned_abs() <= bound, "idle for {gap}");
}

/// Nothing is fetched from a paused partition; resumed, it goes on without a gap.
pub async fn a_paused_partition_is_silent_and_loses_nothing(bed: Bed) {
    let topic = bed.topic("pause", 1).await;
    bed.publish(numbered(&topic, 10)).await;
    let mut member = bed.member("pause", &topic, "a").await;
    let first = member.read(10).await;
    let part = first[0].topic_partition();
    member.consumer.pause(std::slice::from_ref(&part));
    bed.publish(numbered(&topic, 5)).await;
    member.expect_silence(Duration::from_secs(2)).await;
    member.consumer.resume(std::slice::from_ref(&part));
    let second = member.read(5).await;
    assert_eq!(second[0].offset, first[9].offset + 1);
    let numbers: Vec<usize> = second.iter().map(number).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
}

/// `next` may be dropped while it waits, again and again.
pub async fn dropping_next_loses_nothing(bed: Bed) {
    let topic = bed.topic("dropped", 2).await;
    let mut member = bed.member("dropped", &topic, "a").await;
    member.await_partitions(2).await;
    let (publisher, records) = (bed.clone(), numbered(&topic, 200));
    let publishing = bed.world.spawn("publisher", async move {
        for record in records {
            publisher.publish(vec![record]).await;
        }
    });
    let mut seen = Vec::new();
    while seen.len() < 200 {
        let next = member.consumer.next();
        let patience = Duration::from_micros(bed.world.random_below(3_000));
        if let Some(LogEvent::Records(records)) = bed.world.timeout(patience, next).await {
            seen.extend(records.iter().map(number));
        }
    }
    publishing.join().await;
    seen.sort_unstable();
    assert_eq!(seen, (0..200).collect::<Vec<_>>());
}

/// The lag counts records beyond the committed offset.
pub async fn lag_is_what_was_not_committed(bed: Bed) {
    let topic = bed.topic("lag", 2).await;
    bed.publish(numbered(&topic, 20)).await;
    let mut member = bed.member("lag", &topic, "a").await;
    member.read(20).await;
    let total = |lags: Vec<(_, u64)>| lags.iter().map(|(_, lag)| lag).sum::<u64>();
    assert_eq!(total(member.consumer.lag().await), 20);
    member.commit().await;
    assert_eq!(total(member.consumer.lag().await), 0);
    bed.publish(numbered(&topic, 3)).await;
    member.read(3).await;
    assert_eq!(total(member.consumer.lag().await), 3);
}

/// After `close`, `next` answers `Closed`.
pub async fn a_closed_consumer_says_so(bed: Bed) {
    let topic = bed.topic("closed", 1).await;
    let mut member = bed.member("closed", &topic, "a").await;
    member.await_partitions(1).await;
    member.consumer.close().await;
    assert!(matches!(member.event().await, LogEvent::Closed));
}
