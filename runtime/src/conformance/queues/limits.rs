//! Prefetch, sharing, waiting, and messages delivered too often.

use std::time::Duration;

use super::{Bed, message, number, numbers};
use crate::transport::queues::QueueRole;
use crate::transport::{PublishError, QueueSpec, Route};

/// No more than `prefetch` messages are in hand; each one settled makes room.
pub async fn prefetch_bounds_what_is_in_hand(bed: Bed) {
    let route = bed.work_queue("prefetch").await;
    bed.publish(&route, 0..10).await;
    let mut hand = bed.consume(&route.routing_key, 3).await;
    let held = hand.take_many(3).await;
    assert!(hand.within(Duration::from_secs(1)).await.is_none());
    hand.consumer.ack(held[1].tag).await.unwrap();
    assert_eq!(number(&hand.take().await), 3);
    assert!(hand.within(Duration::from_secs(1)).await.is_none());
}

/// The bound holds on a connection made again.
pub async fn prefetch_holds_after_a_cut(bed: Bed) {
    let Some(cut) = bed.cut.clone() else { return };
    let route = bed.work_queue("prefetch-cut").await;
    bed.publish(&route, 0..10).await;
    let mut hand = bed.consume(&route.routing_key, 3).await;
    hand.take_many(3).await;
    cut();
    let mut again = numbers(&hand.take_many(3).await);
    again.sort_unstable();
    assert_eq!(again, [0, 1, 2]);
    assert!(hand.within(Duration::from_secs(1)).await.is_none());
}

/// Consumers of one queue share its messages; each goes to one of them.
pub async fn consumers_share_and_none_gets_what_another_has(bed: Bed) {
    let route = bed.work_queue("shared").await;
    let mut first = bed.consume(&route.routing_key, 5).await;
    let mut second = bed.consume(&route.routing_key, 5).await;
    bed.publish(&route, 0..10).await;
    let mut all = numbers(&first.take_many(5).await);
    all.extend(numbers(&second.take_many(5).await));
    all.sort_unstable();
    assert_eq!(all, (0..10).collect::<Vec<_>>());
}

/// With a single active consumer, the next one gets messages only when the
/// first is gone, in order.
pub async fn a_single_active_consumer_is_alone(bed: Bed) {
    let route = Route::queue(bed.name("single"));
    let spec = QueueSpec {
        single_active_consumer: true,
        ..QueueSpec::new(route.routing_key.clone(), QueueRole::Work)
    };
    bed.declare(&[spec]).await;
    let mut first = bed.consume(&route.routing_key, 2).await;
    let mut second = bed.consume(&route.routing_key, 2).await;
    bed.publish(&route, 0..4).await;
    let held = first.take_many(2).await;
    assert_eq!(numbers(&held), [0, 1]);
    assert!(second.within(Duration::from_secs(1)).await.is_none());
    first.consumer.ack(held[0].tag).await.unwrap();
    drop(first);
    assert_eq!(numbers(&second.take_many(2).await), [1, 2]);
}

/// A wait queue keeps a message for its time, then the work queue has it.
pub async fn a_wait_queue_gives_back_after_its_time(bed: Bed) {
    let route = bed.work_queue("retried").await;
    let wait = Route::queue(format!("{}.wait.2000", route.routing_key));
    let spec = QueueSpec {
        ttl: Some(Duration::from_secs(2)),
        dead_letter: Some(Route::queue(route.routing_key.clone())),
        ..QueueSpec::new(wait.routing_key.clone(), QueueRole::Wait)
    };
    bed.declare(&[spec]).await;
    let start = bed.world.now();
    bed.publish(&wait, 0..2).await;
    bed.world.sleep(Duration::from_secs(1)).await;
    bed.publish(&wait, 2..3).await;
    let mut hand = bed.consume(&route.routing_key, 10).await;
    let waited = |bed: &Bed| bed.world.now().duration_since(start).unsigned_abs();
    let early = hand.take_many(2).await;
    assert_eq!(numbers(&early), [0, 1]);
    let first = waited(&bed);
    assert_eq!(number(&hand.take().await), 2);
    let last = waited(&bed);
    let secs = Duration::from_secs;
    assert!(first >= secs(2) && first < secs(3), "{first:?}");
    assert!(last >= secs(3) && last < secs(4), "{last:?}");
}

/// A message given back more often than the limit is a dead letter: limit 3
/// means 4 deliveries.
pub async fn too_many_deliveries_are_a_dead_letter(bed: Bed) {
    let route = Route::queue(bed.name("poison"));
    let dead_letters = bed.name("poison.dlq");
    let spec = QueueSpec {
        delivery_limit: Some(3),
        dead_letter: Some(Route::queue(dead_letters.clone())),
        ..QueueSpec::new(route.routing_key.clone(), QueueRole::Work)
    };
    bed.declare(&[
        QueueSpec::new(dead_letters.clone(), QueueRole::DeadLetter),
        spec,
    ])
    .await;
    bed.publish(&route, 0..1).await;
    let mut hand = bed.consume(&route.routing_key, 1).await;
    for count in 0..4 {
        let delivery = hand.take().await;
        assert_eq!(delivery.delivery_count, count);
        hand.consumer.nack(delivery.tag, true).await.unwrap();
    }
    assert!(hand.within(Duration::from_secs(1)).await.is_none());
    assert_eq!(numbers(&bed.drain(&dead_letters).await), [0]);
}

/// Dead-lettering is at least once: what a full dead-letter queue refuses stays
/// in its work queue until there is room.
pub async fn dead_letters_wait_for_room(bed: Bed) {
    let route = Route::queue(bed.name("overflow"));
    let dead_letters = Route::queue(bed.name("overflow.dlq"));
    let small = QueueSpec {
        max_length: Some(1),
        ..QueueSpec::new(dead_letters.routing_key.clone(), QueueRole::DeadLetter)
    };
    let spec = QueueSpec {
        dead_letter: Some(dead_letters.clone()),
        ..QueueSpec::new(route.routing_key.clone(), QueueRole::Work)
    };
    bed.declare(&[small, spec]).await;
    let before = fill(&bed, &dead_letters).await;
    bed.publish(&route, before..before + 6).await;
    let mut hand = bed.consume(&route.routing_key, 6).await;
    for delivery in hand.take_many(6).await {
        hand.consumer.nack(delivery.tag, false).await.unwrap();
    }
    let mut dead = bed.consume(&dead_letters.routing_key, 1).await;
    let mut all = Vec::new();
    while all.len() < before + 6 {
        let delivery = dead.take().await;
        dead.consumer.ack(delivery.tag).await.unwrap();
        all.push(number(&delivery));
    }
    all.sort_unstable();
    assert_eq!(all, (0..before + 6).collect::<Vec<_>>());
}

/// Publishes until the queue refuses, and tells how many it took: a limit of length
/// is soft, so it may take a few more.
async fn fill(bed: &Bed, route: &Route) -> usize {
    for taken in 0..100 {
        let answers = bed.queues.publish(vec![message(route, &taken.to_string())]);
        match answers.await.remove(0) {
            Ok(()) => {}
            Err(PublishError::Refused(_)) => return taken,
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("the limit does not hold");
}
