//! Publishing with confirms.

use std::time::Duration;

use bytes::Bytes;

use super::{Bed, message, numbers};
use crate::transport::queues::QueueRole;
use crate::transport::{
    Headers, NewMessage, PublishError, QueueMessage, QueueSpec, Route, TransportError,
};

/// What was confirmed is delivered, in order, headers and body untouched.
pub async fn confirmed_messages_come_in_order_and_intact(bed: Bed) {
    let route = bed.work_queue("intact").await;
    bed.publish(&route, 0..20).await;
    let mut headers = Headers::new();
    headers.push("ce_id", "1");
    headers.push("accents", "São João");
    let odd = QueueMessage {
        headers,
        payload: Bytes::from_static(&[0, 0xff, 0]),
        timestamp: Some(jiff::Timestamp::constant(1_700_000_000, 0)),
    };
    let new = NewMessage {
        route: route.clone(),
        message: odd.clone(),
    };
    assert_eq!(bed.queues.publish(vec![new]).await, [Ok(())]);
    let mut hand = bed.consume(&route.routing_key, 100).await;
    assert_eq!(
        numbers(&hand.take_many(20).await),
        (0..20).collect::<Vec<_>>()
    );
    let last = hand.take().await;
    assert_eq!(sorted(&last.message.headers), sorted(&odd.headers));
    assert_eq!(last.message.payload, odd.payload);
    assert_eq!(last.message.timestamp, odd.timestamp);
    assert!(!last.redelivered);
}

/// Brokers keep headers by name, not in order.
fn sorted(headers: &Headers) -> Vec<(&str, &[u8])> {
    let mut all: Vec<_> = headers.iter().collect();
    all.sort();
    all
}

/// A message no queue takes is an error for its publisher, and for it alone.
pub async fn an_unroutable_message_is_reported(bed: Bed) {
    let route = bed.work_queue("routable").await;
    let astray = Route::new(route.exchange.clone(), bed.name("astray"));
    let batch = vec![
        message(&route, "0"),
        message(&astray, "1"),
        message(&route, "2"),
    ];
    let answers = bed.queues.publish(batch).await;
    let unroutable = PublishError::Unroutable {
        exchange: astray.exchange,
        routing_key: astray.routing_key,
    };
    assert_eq!(answers, [Ok(()), Err(unroutable), Ok(())]);
    assert_eq!(numbers(&bed.drain(&route.routing_key).await), [0, 2]);
}

/// No exchange comes into being by publishing to it.
pub async fn an_unknown_exchange_is_reported(bed: Bed) {
    let nowhere = Route::new(bed.name("nowhere"), "key");
    let answers = bed.queues.publish(vec![message(&nowhere, "0")]).await;
    assert_eq!(
        answers,
        [Err(PublishError::UnknownExchange(nowhere.exchange))]
    );
}

/// A message beyond the limit is refused for good, and the others are not.
pub async fn too_large_a_message_is_refused_alone(bed: Bed) {
    let route = bed.work_queue("large").await;
    let mut large = message(&route, "");
    large.message.payload = vec![7; 17 << 20].into();
    let batch = vec![message(&route, "0"), large, message(&route, "1")];
    let answers = bed.queues.publish(batch).await;
    assert!(answers[0].is_ok() && answers[2].is_ok());
    let refusal = answers[1].clone().unwrap_err();
    assert!(
        matches!(refusal, PublishError::TooLarge { .. }),
        "{refusal}"
    );
    assert_eq!(numbers(&bed.drain(&route.routing_key).await), [0, 1]);
}

/// A queue at its maximum length refuses; its publisher may try again.
pub async fn a_full_queue_refuses_until_there_is_room(bed: Bed) {
    let route = Route::queue(bed.name("full"));
    let spec = QueueSpec {
        max_length: Some(2),
        ..QueueSpec::new(route.routing_key.clone(), QueueRole::Work)
    };
    bed.declare(&[spec]).await;
    let batch = |from: usize| {
        (from..from + 9)
            .map(|i| message(&route, &i.to_string()))
            .collect()
    };
    // A quorum queue may take a few more than its limit, never all.
    let answers = bed.queues.publish(batch(0)).await;
    assert!(answers[..2].iter().all(Result::is_ok));
    let more = bed.queues.publish(batch(9)).await;
    let refused = more.iter().filter_map(|answer| answer.as_ref().err());
    assert!(refused.clone().all(PublishError::is_transient));
    assert!(refused.count() > 0);
    bed.drain(&route.routing_key).await;
    bed.world.sleep(Duration::from_millis(100)).await;
    let again = bed.queues.publish(vec![message(&route, "9")]).await;
    assert_eq!(again, [Ok(())]);
}

/// Declaring is idempotent; other arguments are refused, and change nothing.
pub async fn declaring_twice_is_nothing_and_differently_a_conflict(bed: Bed) {
    let name = bed.name("declared");
    let spec = QueueSpec::new(name.clone(), QueueRole::Work);
    bed.declare(std::slice::from_ref(&spec)).await;
    bed.publish(&Route::queue(name.clone()), 0..1).await;
    bed.declare(std::slice::from_ref(&spec)).await;
    let other = QueueSpec {
        max_length: Some(3),
        ..spec
    };
    let conflict = bed.queues.declare(&[other]).await.unwrap_err();
    assert!(
        matches!(conflict, TransportError::Conflict { .. }),
        "{conflict}"
    );
    assert_eq!(bed.drain(&name).await.len(), 1);
}
