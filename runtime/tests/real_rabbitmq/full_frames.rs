//! Headers that fill a frame, as other clients may send them: what the broker adds when it delivers
//! them again goes beyond the frame that was agreed on, and costs the connection.

use std::time::Duration;

use herald::transport::queues::QueueRole;
use herald::transport::{
    Delivery, Headers, NewMessage, QueueConsumer, QueueEvent, QueueMessage, QueueSpec, Queues,
    Route,
};

use crate::ground::{Ground, on_the_ground};

/// The largest frame of RabbitMQ.
const FRAME: usize = 131_072;
/// Of which the properties of a message without headers take this much.
const BARE: usize = 35;
const NAME: &str = "fill";
/// Bytes that are left of the frame.
const LEFT: std::ops::Range<usize> = 0..40;

fn message(queue: &str, left: usize) -> NewMessage {
    let mut headers = Headers::new();
    let filling = FRAME - BARE - left - (1 + NAME.len() + 1 + 4);
    headers.push(NAME, vec![b'x'; filling]);
    NewMessage {
        route: Route::queue(queue),
        message: QueueMessage {
            headers,
            payload: left.to_string().into(),
            timestamp: Some(jiff::Timestamp::UNIX_EPOCH),
        },
    }
}

/// The next deliveries, of which each is there once.
async fn all(
    ground: &Ground,
    consumer: &dyn QueueConsumer,
    left: std::ops::Range<usize>,
) -> Vec<Delivery> {
    let mut found = Vec::new();
    while found.len() < left.len() {
        let next = ground
            .world
            .timeout(Duration::from_secs(20), consumer.next());
        match next.await {
            Some(QueueEvent::Delivery(delivery)) => found.push(delivery),
            other => panic!("after {} messages {other:?}", found.len()),
        }
    }
    found.sort_by_key(|it| {
        let left = std::str::from_utf8(&it.message.payload).unwrap();
        left.parse::<usize>().unwrap()
    });
    for (left, delivery) in left.zip(&found) {
        let sent = message("", left).message;
        assert_eq!(delivery.message.headers.get(NAME), sent.headers.get(NAME));
        assert_eq!(delivery.message.payload, sent.payload);
    }
    found
}

/// Those that the broker could not deliver again are said to be so at once; of the others the count
/// of deliveries arrives with all that was there before.
#[test]
#[ignore = "needs the real servers"]
fn headers_without_room_for_another_delivery_are_said_to_be_so() {
    on_the_ground(|ground| async move {
        let broker = ground.broker().await;
        let queue = format!("{}full", ground.prefix);
        let spec = QueueSpec::new(queue.clone(), QueueRole::Work);
        broker.declare(&[spec]).await.unwrap();
        let messages = LEFT.map(|left| message(&queue, left)).collect();
        for answer in broker.publish(messages).await {
            answer.unwrap();
        }
        let first = broker.consume(&queue, 100).await.unwrap();
        let deliveries = all(&ground, &*first, LEFT).await;
        let cramped = deliveries.iter().filter(|it| it.cramped).count();
        for (left, delivery) in LEFT.zip(deliveries) {
            assert_eq!(delivery.cramped, left < cramped, "{left}");
            if delivery.cramped {
                first.ack(delivery.tag).await.unwrap();
            }
        }
        assert!(cramped > 0 && cramped < LEFT.end, "{cramped} are cramped");
        // Not settled: the broker counts a delivery in vain, in a header of its own.
        drop(first);
        let second = broker.consume(&queue, 100).await.unwrap();
        for delivery in all(&ground, &*second, cramped..LEFT.end).await {
            assert_eq!(delivery.delivery_count, 1);
            second.ack(delivery.tag).await.unwrap();
        }
    });
}
