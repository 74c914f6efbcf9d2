//! The embedded broker in a simulation, step by step.

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::transport::queues::QueueRole;
use crate::transport::{
    LogEvent, NewMessage, NewRecord, QueueEvent, QueueMessage, Route, Subscription,
};
use crate::world::sim::{Options as SimOptions, Sim};

fn record(topic: &str, key: &str, payload: &str) -> NewRecord {
    NewRecord {
        topic: topic.into(),
        partition: None,
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        headers: crate::transport::Headers::new(),
        payload: Some(Bytes::copy_from_slice(payload.as_bytes())),
        timestamp: None,
    }
}

fn message(queue: &str, payload: &str) -> NewMessage {
    NewMessage {
        route: Route::queue(queue),
        message: QueueMessage {
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            ..QueueMessage::default()
        },
    }
}

#[test]
fn what_is_published_is_read_committed_and_settled() {
    let sim = Sim::new(SimOptions::seed(1));
    let world = sim.world();
    sim.run(async move {
        let broker = Embedded::new(&world);
        let log = broker.log();
        log.declare(&[TopicSpec::new("orders", 3)]).await.unwrap();
        let subscription = Subscription {
            group: "payment".into(),
            topics: vec!["orders".into()],
            member: "a".into(),
        };
        let consumer = log.subscribe(subscription).await.unwrap();
        let LogEvent::Assigned(parts) = consumer.next().await else {
            panic!("assigned first");
        };
        assert_eq!(parts.len(), 3);
        let records = (0..10).map(|i| record("orders", &i.to_string(), "x"));
        let positions = log.publish(records.collect()).await;
        assert!(positions.iter().all(Result::is_ok));
        assert!(!broker.is_settled());
        let LogEvent::Records(records) = consumer.next().await else {
            panic!("then records");
        };
        assert_eq!(records.len(), 10);
        let waiter = broker.clone();
        let settled = world.spawn("waiter", async move { waiter.settled().await });
        for record in records {
            let offsets = vec![(record.topic_partition(), record.offset + 1)];
            consumer.commit(offsets).await.unwrap();
        }
        settled.join().await;
        assert_eq!(broker.lags()[0].lag, 0);
    })
    .unwrap();
}

#[test]
fn a_wait_queue_gives_back_to_the_work_queue() {
    let sim = Sim::new(SimOptions::seed(1));
    let world = sim.world();
    sim.run(async move {
        let broker = Embedded::new(&world);
        let queues = broker.queues();
        let wait = QueueSpec {
            ttl: Some(Duration::from_secs(30)),
            dead_letter: Some(Route::queue("work")),
            ..QueueSpec::new("work.wait", QueueRole::Wait)
        };
        let specs = [QueueSpec::new("work", QueueRole::Work), wait];
        queues.declare(&specs).await.unwrap();
        let start = world.now();
        queues.publish(vec![message("work.wait", "x")]).await;
        let consumer = queues.consume("work", 1).await.unwrap();
        let QueueEvent::Delivery(delivery) = consumer.next().await else {
            panic!("a delivery");
        };
        let waited = world.now().duration_since(start);
        assert_eq!(waited.as_secs(), 30);
        consumer.ack(delivery.tag).await.unwrap();
        broker.settled().await;
    })
    .unwrap();
}
