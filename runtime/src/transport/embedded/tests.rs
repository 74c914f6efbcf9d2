//! The embedded broker in a simulation, step by step.

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::transport::queues::QueueRole;
use crate::transport::{
    LogEvent, NewMessage, NewRecord, PublishError, QueueEvent, QueueMessage, Route, SettleError,
    Subscription,
};
use crate::world::sim::{Options as SimOptions, Sim};
use crate::world::{FaultPlan, Outage};

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

fn outage(dependency: &str) -> SimOptions {
    let outage = Outage {
        dependency: dependency.to_owned(),
        from: Duration::from_secs(10),
        lasting: Duration::from_secs(20),
    };
    let faults = FaultPlan {
        calm_after: Duration::from_secs(30),
        outages: vec![outage],
        ..FaultPlan::none()
    };
    SimOptions::seed(1).faults(faults)
}

fn subscription(member: &str) -> Subscription {
    Subscription {
        group: "payment".into(),
        topics: vec!["orders".into()],
        member: member.into(),
    }
}

#[test]
fn an_outage_of_the_log_is_told_to_producers_and_waited_out_by_consumers() {
    let sim = Sim::new(outage(LOG));
    let world = sim.world();
    sim.run(async move {
        let start = world.now();
        let broker = Embedded::new(&world);
        let log = broker.log();
        log.declare(&[TopicSpec::new("orders", 1)]).await.unwrap();
        let consumer = log.subscribe(subscription("a")).await.unwrap();
        consumer.next().await;
        assert!(log.publish(vec![record("orders", "k", "0")]).await[0].is_ok());
        world.sleep(Duration::from_secs(12)).await;
        let refused = log.publish(vec![record("orders", "k", "1")]).await;
        assert!(matches!(refused[0], Err(PublishError::Unavailable(_))));
        assert!(matches!(
            log.subscribe(subscription("b")).await,
            Err(TransportError::Unavailable(_))
        ));
        let LogEvent::Records(records) = consumer.next().await else {
            panic!("records");
        };
        assert_eq!(world.now().duration_since(start).as_secs(), 30);
        assert_eq!(records.len(), 1);
    })
    .unwrap();
}

#[test]
fn an_outage_of_the_queues_gives_back_what_was_in_hand() {
    let sim = Sim::new(outage(QUEUES));
    let world = sim.world();
    sim.run(async move {
        let broker = Embedded::new(&world);
        let queues = broker.queues();
        queues
            .declare(&[QueueSpec::new("work", QueueRole::Work)])
            .await
            .unwrap();
        queues.publish(vec![message("work", "x")]).await;
        let consumer = queues.consume("work", 1).await.unwrap();
        let QueueEvent::Delivery(before) = consumer.next().await else {
            panic!("a delivery");
        };
        world.sleep(Duration::from_secs(15)).await;
        let refused = queues.publish(vec![message("work", "y")]).await;
        assert!(matches!(refused[0], Err(PublishError::Unavailable(_))));
        let unsettled = consumer.ack(before.tag).await;
        assert!(matches!(unsettled, Err(SettleError::Unavailable(_))));
        assert!(matches!(consumer.next().await, QueueEvent::Reconnected));
        assert_eq!(consumer.ack(before.tag).await, Err(SettleError::Stale));
        let QueueEvent::Delivery(after) = consumer.next().await else {
            panic!("the delivery again");
        };
        assert!(after.redelivered);
        consumer.ack(after.tag).await.unwrap();
        broker.settled().await;
    })
    .unwrap();
}

#[test]
fn a_second_member_of_one_id_fences_the_first_for_good() {
    let sim = Sim::new(SimOptions::seed(1));
    let world = sim.world();
    sim.run(async move {
        let broker = Embedded::new(&world);
        let log = broker.log();
        log.declare(&[TopicSpec::new("orders", 1)]).await.unwrap();
        let first = log.subscribe(subscription("a")).await.unwrap();
        assert!(matches!(first.next().await, LogEvent::Assigned(_)));
        let second = log.subscribe(subscription("a")).await.unwrap();
        assert!(matches!(second.next().await, LogEvent::Assigned(_)));
        assert!(matches!(first.next().await, LogEvent::Lost(_)));
        assert!(matches!(first.next().await, LogEvent::Closed));
        assert_eq!(broker.lags()[0].members, 1);
    })
    .unwrap();
}

#[test]
fn what_rests_in_a_dead_letter_queue_is_settled() {
    let sim = Sim::new(SimOptions::seed(1));
    let world = sim.world();
    sim.run(async move {
        let broker = Embedded::new(&world);
        let queues = broker.queues();
        let work = QueueSpec {
            ttl: Some(Duration::from_secs(5)),
            dead_letter: Some(Route::queue("work.dlq")),
            ..QueueSpec::new("work", QueueRole::Work)
        };
        let specs = [work, QueueSpec::new("work.dlq", QueueRole::DeadLetter)];
        queues.declare(&specs).await.unwrap();
        queues.publish(vec![message("work", "x")]).await;
        assert!(!broker.is_settled());
        broker.settled().await;
        let dead = broker.messages("work.dlq");
        assert_eq!(
            dead[0].headers.text("x-first-death-reason"),
            Some("expired")
        );
        assert_eq!(dead[0].headers.text("x-first-death-queue"), Some("work"));
        assert_eq!(broker.queue("work").dead_lettered, 1);
    })
    .unwrap();
}
