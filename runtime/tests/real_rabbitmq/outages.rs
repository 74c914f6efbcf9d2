//! Lost connections, brokers away, channels closed for one message's sake.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use herald::transport::queues::QueueRole;
use herald::transport::{
    NewMessage, PublishError, QueueEvent, QueueMessage, QueueSpec, Queues, Route, TransportError,
};
use lapin::options::QueueDeleteOptions;

use crate::ground::{Broker, Ground, on_the_ground};

const PREFETCH: u16 = 20;

fn message(route: &Route, number: usize) -> NewMessage {
    NewMessage {
        route: route.clone(),
        message: QueueMessage {
            payload: Bytes::from(number.to_string()),
            ..QueueMessage::default()
        },
    }
}

async fn queue(ground: &Ground, broker: &Broker, name: &str) -> Route {
    let name = format!("{}{name}", ground.prefix);
    let route = Route::new(format!("{}exchange", ground.prefix), name.clone());
    let spec = QueueSpec {
        bindings: vec![route.clone()],
        ..QueueSpec::new(name, QueueRole::Work)
    };
    broker.declare(&[spec]).await.unwrap();
    route
}

/// Publishes numbers, those not confirmed again, until all are.
async fn publish_all(broker: &Broker, route: &Route, numbers: std::ops::Range<usize>) -> usize {
    let (mut left, mut failures): (Vec<usize>, _) = (numbers.collect(), 0);
    while !left.is_empty() {
        let batch = left.iter().map(|number| message(route, *number)).collect();
        let answers = broker.publish(batch).await;
        let failed = |answer: &Result<(), PublishError>| match answer {
            Ok(()) => false,
            Err(PublishError::Unavailable(_)) => true,
            Err(other) => panic!("{other}"),
        };
        let mut answers = answers.iter();
        left.retain(|_| failed(answers.next().unwrap()));
        failures += left.len();
        tokio::task::yield_now().await;
    }
    failures
}

/// Cut again and again under load: never more than the prefetch out at the
/// broker, and every message comes.
#[test]
#[ignore = "needs the real servers"]
fn unacknowledged_stay_within_prefetch_over_reconnects() {
    on_the_ground(|ground| async move {
        let total = 400;
        let broker = ground.broker().await;
        let route = queue(&ground, &broker, "bounded").await;
        publish_all(&broker, &route, 0..total).await;
        let bare = ground.bare().await;
        let consumer = broker.consume(&route.routing_key, PREFETCH).await.unwrap();
        let (mut seen, mut acked, mut cuts, mut held) = (BTreeSet::new(), 0, 0, Vec::new());
        while seen.len() < total {
            let next = ground
                .world
                .timeout(Duration::from_secs(30), consumer.next());
            match next.await.expect("nothing comes") {
                QueueEvent::Delivery(delivery) => held.push(delivery),
                QueueEvent::Reconnected => held.clear(),
                QueueEvent::Closed => panic!("closed"),
            }
            let full = held.len() == usize::from(PREFETCH);
            assert!(held.len() <= usize::from(PREFETCH));
            if full && cuts < 5 {
                // All the broker gives is here; what it holds back is ready.
                let out = total - acked - ground.ready(&bare, &route.routing_key).await;
                assert!(out <= usize::from(PREFETCH), "{out} unacknowledged");
                cuts += 1;
                ground.proxy.cut();
            } else if full || seen.len() + held.len() == total {
                for delivery in held.drain(..) {
                    consumer.ack(delivery.tag).await.unwrap();
                    acked += 1;
                    seen.insert(delivery.message.payload);
                }
            }
        }
        assert_eq!(cuts, 5);
    });
}

/// While the broker is away publishing says so at once; when it is back the same
/// transport publishes, and what was confirmed is there.
#[test]
#[ignore = "needs the real servers"]
fn publishing_survives_an_outage() {
    on_the_ground(|ground| async move {
        let broker = Arc::new(ground.broker().await);
        let route = queue(&ground, &broker, "outage").await;
        ground.proxy.break_off();
        let answer = loop {
            // The first call may find the connection not yet known to be lost.
            let answers = broker.publish(vec![message(&route, 0)]).await;
            if let Err(error) = &answers[0] {
                break error.clone();
            }
        };
        assert!(matches!(answer, PublishError::Unavailable(_)), "{answer}");
        let (publisher, to) = (broker.clone(), route.clone());
        let publishing = tokio::spawn(async move { publish_all(&publisher, &to, 0..500).await });
        ground.proxy.mend();
        publishing.await.unwrap();
        let consumer = broker.consume(&route.routing_key, PREFETCH).await.unwrap();
        let mut seen = BTreeSet::new();
        while seen.len() < 500 {
            if let QueueEvent::Delivery(delivery) = consumer.next().await {
                consumer.ack(delivery.tag).await.unwrap();
                seen.insert(delivery.message.payload);
            }
        }
    });
}

/// A consumer waits an outage out, and is told when it is over.
#[test]
#[ignore = "needs the real servers"]
fn consuming_waits_an_outage_out() {
    on_the_ground(|ground| async move {
        let broker = ground.broker().await;
        let route = queue(&ground, &broker, "away").await;
        let consumer = broker.consume(&route.routing_key, PREFETCH).await.unwrap();
        ground.proxy.break_off();
        let quiet = ground
            .world
            .timeout(Duration::from_secs(1), consumer.next());
        assert!(quiet.await.is_none());
        ground.proxy.mend();
        assert!(matches!(consumer.next().await, QueueEvent::Reconnected));
        publish_all(&broker, &route, 0..1).await;
        assert!(matches!(consumer.next().await, QueueEvent::Delivery(_)));
    });
}

/// An exchange that does not exist closes the channel, and costs nobody else's
/// message.
#[test]
#[ignore = "needs the real servers"]
fn an_unknown_exchange_loses_no_other_message() {
    on_the_ground(|ground| async move {
        let broker = ground.broker().await;
        let route = queue(&ground, &broker, "others").await;
        let nowhere = Route::new(format!("{}nowhere", ground.prefix), "key");
        let mut batch: Vec<_> = (0..50).map(|number| message(&route, number)).collect();
        batch.insert(25, message(&nowhere, 50));
        let answers = broker.publish(batch).await;
        let unknown = PublishError::UnknownExchange(nowhere.exchange);
        assert_eq!(answers[25], Err(unknown));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 50);
        let consumer = broker.consume(&route.routing_key, PREFETCH).await.unwrap();
        let mut seen = BTreeSet::new();
        while seen.len() < 50 {
            if let QueueEvent::Delivery(delivery) = consumer.next().await {
                consumer.ack(delivery.tag).await.unwrap();
                seen.insert(delivery.message.payload);
            }
        }
    });
}

/// A queue deleted under its consumer is made again.
#[test]
#[ignore = "needs the real servers"]
fn a_deleted_queue_is_declared_again() {
    on_the_ground(|ground| async move {
        let broker = ground.broker().await;
        let route = queue(&ground, &broker, "deleted").await;
        let consumer = broker.consume(&route.routing_key, PREFETCH).await.unwrap();
        let bare = ground.bare().await;
        let options = QueueDeleteOptions::default();
        bare.queue_delete(route.routing_key.as_str().into(), options)
            .await
            .unwrap();
        assert!(matches!(consumer.next().await, QueueEvent::Reconnected));
        publish_all(&broker, &route, 0..1).await;
        assert!(matches!(consumer.next().await, QueueEvent::Delivery(_)));
    });
}

/// Refusals say what they are about, and leave the transport usable.
#[test]
#[ignore = "needs the real servers"]
fn conflicts_name_the_argument_and_unknown_queues_are_named() {
    on_the_ground(|ground| async move {
        let broker = ground.broker().await;
        let route = queue(&ground, &broker, "named").await;
        let other = QueueSpec {
            max_length: Some(3),
            ..QueueSpec::new(route.routing_key.clone(), QueueRole::Work)
        };
        let conflict = broker.declare(&[other]).await.unwrap_err();
        let TransportError::Conflict { name, difference } = conflict else {
            panic!("{conflict}");
        };
        assert_eq!(name, route.routing_key);
        assert!(difference.contains("x-max-length"), "{difference}");
        let missing = format!("{}missing", ground.prefix);
        let unknown = broker.consume(&missing, 1).await.err().unwrap();
        assert!(
            matches!(&unknown, TransportError::Unknown(what) if what.contains(&missing)),
            "{unknown}"
        );
        // The refusals closed channels, not the transport.
        publish_all(&broker, &route, 0..3).await;
        assert!(ground.proxy.connections() >= 2);
    });
}
