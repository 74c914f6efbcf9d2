//! Acknowledging, giving back, losing the connection.

use std::time::Duration;

use super::{Bed, number, numbers};
use crate::transport::{QueueEvent, SettleError};

/// An acknowledged message never comes again, and cannot be settled twice.
pub async fn what_was_acknowledged_is_gone(bed: Bed) {
    let route = bed.work_queue("acked").await;
    bed.publish(&route, 0..3).await;
    let mut hand = bed.consume(&route.routing_key, 10).await;
    for delivery in hand.take_many(3).await {
        hand.consumer.ack(delivery.tag).await.unwrap();
        let again = hand.consumer.ack(delivery.tag).await;
        assert_eq!(again, Err(SettleError::Stale));
    }
    drop(hand);
    assert!(bed.drain(&route.routing_key).await.is_empty());
}

/// A consumer that vanishes: what it held comes to another, in its old place
/// before later messages, and marked.
pub async fn what_was_not_acknowledged_comes_again_first(bed: Bed) {
    let route = bed.work_queue("unacked").await;
    bed.publish(&route, 0..5).await;
    let mut first = bed.consume(&route.routing_key, 3).await;
    let held = first.take_many(3).await;
    first.consumer.ack(held[1].tag).await.unwrap();
    drop(first);
    let mut second = bed.consume(&route.routing_key, 10).await;
    let mut again = second.take_many(4).await;
    again.sort_by_key(number);
    let seen: Vec<_> = again
        .iter()
        .map(|it| (number(it), it.redelivered))
        .collect();
    // Number 3 may have been on its way to the first consumer.
    assert_eq!((seen[0], seen[1]), ((0, true), (2, true)));
    assert_eq!(numbers(&again), [0, 2, 3, 4]);
    assert!(again[0].delivery_count >= 1);
    assert!(!seen[3].1);
}

/// After a cut the consumer is told, old tags settle nothing, and the messages
/// come again.
pub async fn a_cut_connection_makes_tags_stale_and_redelivers(bed: Bed) {
    let Some(cut) = bed.cut.clone() else { return };
    let route = bed.work_queue("cut").await;
    bed.publish(&route, 0..2).await;
    let mut hand = bed.consume(&route.routing_key, 10).await;
    let held = hand.take_many(2).await;
    hand.consumer.ack(held[0].tag).await.unwrap();
    cut();
    assert!(matches!(hand.event().await, QueueEvent::Reconnected));
    assert_eq!(
        hand.consumer.ack(held[1].tag).await,
        Err(SettleError::Stale)
    );
    let again = hand.take().await;
    assert_eq!((number(&again), again.redelivered), (1, true));
    hand.consumer.ack(again.tag).await.unwrap();
    drop(hand);
    assert!(bed.drain(&route.routing_key).await.is_empty());
}

/// `nack` with `requeue` puts the message back.
pub async fn a_requeued_message_comes_again(bed: Bed) {
    let route = bed.work_queue("requeued").await;
    bed.publish(&route, 0..1).await;
    let mut hand = bed.consume(&route.routing_key, 1).await;
    let first = hand.take().await;
    hand.consumer.nack(first.tag, true).await.unwrap();
    let second = hand.take().await;
    assert!(second.redelivered);
    assert_eq!(second.message, first.message);
    hand.consumer.ack(second.tag).await.unwrap();
}

/// `nack` without `requeue` sends the message to the dead-letter queue, its
/// payload untouched, and the next one comes.
pub async fn a_rejected_message_goes_to_the_dead_letter_queue(bed: Bed) {
    let route = bed.work_queue("rejected").await;
    bed.publish(&route, 0..2).await;
    let mut hand = bed.consume(&route.routing_key, 1).await;
    let first = hand.take().await;
    hand.consumer.nack(first.tag, false).await.unwrap();
    let second = hand.take().await;
    assert_eq!(number(&second), 1);
    hand.consumer.ack(second.tag).await.unwrap();
    let dead = bed.drain(&format!("{}.dlq", route.routing_key)).await;
    assert_eq!(numbers(&dead), [0]);
    let reason = dead[0].message.headers.text("x-first-death-reason");
    assert_eq!(reason, Some("rejected"));
}

/// A closed consumer gets nothing new, and can settle what it has.
pub async fn closing_leaves_messages_in_hand(bed: Bed) {
    let route = bed.work_queue("closing").await;
    bed.publish(&route, 0..2).await;
    let mut hand = bed.consume(&route.routing_key, 1).await;
    let held = hand.take().await;
    hand.consumer.close().await;
    assert!(matches!(hand.event().await, QueueEvent::Closed));
    hand.consumer.ack(held.tag).await.unwrap();
    drop(hand);
    assert_eq!(numbers(&bed.drain(&route.routing_key).await), [1]);
}

/// `next` may be dropped while it waits, again and again.
pub async fn dropping_next_loses_nothing(bed: Bed) {
    let route = bed.work_queue("dropped").await;
    let (publisher, to) = (bed.clone(), route.clone());
    let publishing = bed.world.spawn("publisher", async move {
        for i in 0..100 {
            publisher.publish(&to, i..i + 1).await;
        }
    });
    let mut hand = bed.consume(&route.routing_key, 5).await;
    let mut seen = Vec::new();
    while seen.len() < 100 {
        let patience = Duration::from_micros(bed.world.random_below(3_000));
        if let Some(delivery) = hand.within(patience).await {
            hand.consumer.ack(delivery.tag).await.unwrap();
            seen.push(number(&delivery));
        }
    }
    publishing.join().await;
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
}
