//! Several members, and partitions that move between them.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Bed, PATIENCE, number, numbered};
use crate::transport::{CommitError, LogEvent};

/// Every group gets every record.
pub async fn groups_do_not_disturb_each_other(bed: Bed) {
    let topic = bed.topic("groups", 3).await;
    bed.publish(numbered(&topic, 30)).await;
    for group in ["one", "two"] {
        let mut member = bed.member(group, &topic, "a").await;
        member.read(30).await;
        member.commit().await;
        member.consumer.close().await;
    }
}

/// Two members have all partitions between them, none twice, evenly; each
/// record comes to one of them.
pub async fn members_share_all_partitions(bed: Bed) {
    let topic = bed.topic("share", 4).await;
    let mut first = bed.member("share", &topic, "a").await;
    first.await_partitions(4).await;
    let mut second = bed.member("share", &topic, "b").await;
    first.await_partitions(2).await;
    second.await_partitions(2).await;
    assert!(first.has.keys().all(|part| !second.has.contains_key(part)));

    let records = numbered(&topic, 100);
    bed.publish(records).await;
    let mut seen = BTreeSet::new();
    let world = bed.world.clone();
    let read_all = async {
        while seen.len() < 100 {
            let event = tokio::select! {
                biased;
                event = first.consumer.next() => event,
                event = second.consumer.next() => event,
            };
            if let LogEvent::Records(records) = event {
                for record in &records {
                    assert!(seen.insert(number(record)), "came twice");
                }
            }
        }
    };
    assert!(world.timeout(PATIENCE, read_all).await.is_some());
}

/// `close` gives all partitions to those who stay, at once.
pub async fn a_leaving_member_hands_everything_over(bed: Bed) {
    let topic = bed.topic("leave", 4).await;
    let mut first = bed.member("leave", &topic, "a").await;
    first.await_partitions(4).await;
    let mut second = bed.member("leave", &topic, "b").await;
    first.await_partitions(2).await;
    second.await_partitions(2).await;
    let left = bed.world.now();
    first.consumer.close().await;
    second.await_partitions(4).await;
    let gap = bed.world.now().duration_since(left).unsigned_abs();
    assert!(gap < Duration::from_secs(2), "idle for {gap:?}");
}

/// A partition is nobody else's until its owner hands it back; the others of
/// that owner go on.
pub async fn a_partition_moves_only_when_it_was_handed_back(bed: Bed) {
    let topic = bed.topic("moves", 2).await;
    let mut first = bed.member("moves", &topic, "a").await;
    first.await_partitions(2).await;
    let mut second = bed.member("moves", &topic, "b").await;
    let (revoked, done) = loop {
        if let LogEvent::Revoked(parts, done) = first.event().await {
            break (parts, done);
        }
    };
    assert_eq!(revoked.len(), 1);
    let early = second.consumer.next();
    let early = bed.world.timeout(Duration::from_secs(2), early).await;
    assert!(
        early.is_none(),
        "assigned before it was handed back: {early:?}"
    );

    bed.publish(numbered(&topic, 20)).await;
    let kept = first.has.keys().next().unwrap().partition;
    let done = if bed.fetches_while_revoking {
        Some(done)
    } else {
        first.expect_silence(Duration::from_secs(1)).await;
        done.complete();
        None
    };
    let LogEvent::Records(records) = first.event().await else {
        panic!("the partition that stays goes on");
    };
    assert!(records.iter().all(|record| record.partition == kept));

    drop(done);
    second.await_partitions(1).await;
    assert!(second.has.contains_key(&revoked[0]));
}

/// Between revocation and handing back, offsets of the partition can be
/// committed, and the next owner begins there.
pub async fn a_revoked_partition_can_be_committed_until_handed_back(bed: Bed) {
    let topic = bed.topic("drain", 2).await;
    bed.publish(numbered(&topic, 40)).await;
    let mut first = bed.member("drain", &topic, "a").await;
    let read = first.read(40).await;
    let mut second = bed.member("drain", &topic, "b").await;
    let (revoked, done) = loop {
        if let LogEvent::Revoked(parts, done) = first.event().await {
            break (parts, done);
        }
    };
    let of_it = read
        .iter()
        .filter(|at| at.partition == revoked[0].partition);
    let end = of_it.map(|record| record.offset + 1).max().unwrap();
    let offsets = vec![(revoked[0].clone(), end)];
    first.consumer.commit(offsets.clone()).await.unwrap();
    done.complete();
    second.await_partitions(1).await;
    second.expect_silence(Duration::from_secs(1)).await;
    let late = first.consumer.commit(offsets).await;
    assert_eq!(late, Err(CommitError::Fenced(revoked[0].clone())));
}

/// A member that lost its partitions cannot commit for them, though it has not
/// noticed yet; it is told, joins again, and gets them anew.
pub async fn a_zombie_cannot_commit(bed: Bed) {
    let topic = bed.topic("zombie", 1).await;
    bed.publish(numbered(&topic, 5)).await;
    let mut member = bed.member("zombie", &topic, "a").await;
    let read = member.read(5).await;
    let Some(cut) = &bed.cut else { return };
    cut();
    let offsets = vec![(read[4].topic_partition(), read[4].offset + 1)];
    let refused = member.consumer.commit(offsets).await;
    let at = read[0].topic_partition();
    assert_eq!(refused, Err(CommitError::Fenced(at.clone())));
    let LogEvent::Lost(lost) = member.event().await else {
        panic!("it is told");
    };
    assert_eq!(lost, [at]);
    assert_eq!(member.read(5).await.len(), 5);
    member.commit().await;
}
