//! What every queue broker must do.

mod limits;
mod publishing;
mod settling;

pub use limits::*;
pub use publishing::*;
pub use settling::*;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::transport::queues::QueueRole;
use crate::transport::{
    Delivery, NewMessage, QueueConsumer, QueueEvent, QueueMessage, QueueSpec, Queues, Route,
};
use crate::{BoxFuture, World};

/// A queue broker to be judged.
#[derive(Clone)]
pub struct Bed {
    /// Time, for the broker and the case.
    pub world: World,
    /// The broker.
    pub queues: Arc<dyn Queues>,
    /// Put before every name, so that cases do not meet on a real broker.
    pub prefix: String,
    /// Cuts the connections of all consumers, where the transport can do that.
    pub cut: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// A case, for [`queue_conformance!`](crate::queue_conformance).
pub type Case = fn(Bed) -> BoxFuture<'static, ()>;

/// One test for each thing a queue broker must do; `$run` is a `fn(Case)`,
/// attributes before it are put on every test.
#[macro_export]
macro_rules! queue_conformance {
    ($(#[$attribute:meta])* $run:path) => {
        $crate::conformance_tests! { @with [$(#[$attribute])*] $run,
            queues::confirmed_messages_come_in_order_and_intact
            queues::an_unroutable_message_is_reported
            queues::an_unknown_exchange_is_reported
            queues::too_large_a_message_is_refused_alone
            queues::a_full_queue_refuses_until_there_is_room
            queues::declaring_twice_is_nothing_and_differently_a_conflict
            queues::what_was_acknowledged_is_gone
            queues::what_was_not_acknowledged_comes_again_first
            queues::a_cut_connection_makes_tags_stale_and_redelivers
            queues::a_requeued_message_comes_again
            queues::a_rejected_message_goes_to_the_dead_letter_queue
            queues::closing_leaves_messages_in_hand
            queues::dropping_next_loses_nothing
            queues::prefetch_bounds_what_is_in_hand
            queues::prefetch_holds_after_a_cut
            queues::consumers_share_and_none_gets_what_another_has
            queues::a_single_active_consumer_is_alone
            queues::a_wait_queue_gives_back_after_its_time
            queues::too_many_deliveries_are_a_dead_letter
            queues::dead_letters_wait_for_room
        }
    };
}

/// Longer than anything here takes, shorter than a person's patience.
const PATIENCE: Duration = Duration::from_mins(1);

impl Bed {
    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A work queue bound to an exchange of its own, dead-lettering to `<name>.dlq`.
    async fn work_queue(&self, name: &str) -> Route {
        let route = Route::new(self.name("commands"), self.name(name));
        let dead_letters = format!("{}.dlq", route.routing_key);
        let work = QueueSpec {
            bindings: vec![route.clone()],
            dead_letter: Some(Route::queue(dead_letters.clone())),
            ..QueueSpec::new(route.routing_key.clone(), QueueRole::Work)
        };
        self.declare(&[QueueSpec::new(dead_letters, QueueRole::DeadLetter), work])
            .await;
        route
    }

    async fn declare(&self, specs: &[QueueSpec]) {
        self.queues.declare(specs).await.unwrap();
    }

    /// Publishes numbered messages and expects all to be confirmed.
    async fn publish(&self, route: &Route, numbers: std::ops::Range<usize>) {
        let messages = numbers.map(|i| message(route, &i.to_string())).collect();
        for answer in self.queues.publish(messages).await {
            answer.unwrap();
        }
    }

    async fn consume(&self, queue: &str, prefetch: u16) -> Hand {
        Hand {
            world: self.world.clone(),
            consumer: self.queues.consume(queue, prefetch).await.unwrap(),
        }
    }

    /// Takes and acknowledges all that a queue gives until it falls silent.
    async fn drain(&self, queue: &str) -> Vec<Delivery> {
        let mut hand = self.consume(queue, 10).await;
        let mut all = Vec::new();
        while let Some(delivery) = hand.within(Duration::from_secs(1)).await {
            hand.consumer.ack(delivery.tag).await.unwrap();
            all.push(delivery);
        }
        all
    }
}

/// A consumer.
struct Hand {
    world: World,
    consumer: Box<dyn QueueConsumer>,
}

impl Hand {
    async fn event(&mut self) -> QueueEvent {
        let next = self.world.timeout(PATIENCE, self.consumer.next());
        next.await.unwrap_or_else(|| panic!("nothing happens"))
    }

    /// The next message, over reconnections.
    async fn take(&mut self) -> Delivery {
        loop {
            match self.event().await {
                QueueEvent::Delivery(delivery) => return delivery,
                QueueEvent::Reconnected => {}
                QueueEvent::Closed => panic!("closed"),
            }
        }
    }

    async fn take_many(&mut self, count: usize) -> Vec<Delivery> {
        let mut all = Vec::new();
        while all.len() < count {
            all.push(self.take().await);
        }
        all
    }

    /// The next message, if one comes in time.
    async fn within(&mut self, how_long: Duration) -> Option<Delivery> {
        let world = self.world.clone();
        world.timeout(how_long, self.take()).await
    }
}

fn message(route: &Route, payload: &str) -> NewMessage {
    NewMessage {
        route: route.clone(),
        message: QueueMessage {
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            ..QueueMessage::default()
        },
    }
}

fn number(delivery: &Delivery) -> usize {
    let payload = std::str::from_utf8(&delivery.message.payload);
    payload.unwrap().parse().unwrap()
}

fn numbers(deliveries: &[Delivery]) -> Vec<usize> {
    deliveries.iter().map(number).collect()
}
