//! The queue side: exchanges, queues, acknowledgements.

mod arguments;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::{Headers, PublishError, TransportError};
use crate::BoxFuture;
use crate::topology::{Order, Topology};

/// A broker of the queue kind: RabbitMQ, or the embedded one.
pub trait Queues: Send + Sync + 'static {
    /// Creates exchanges, queues and bindings that are missing.
    fn declare<'a>(&'a self, queues: &'a [QueueSpec]) -> BoxFuture<'a, Result<(), TransportError>>;

    /// Publishes with confirms and the mandatory flag, and waits for the
    /// broker's answers, given in the order of the messages.
    fn publish(&self, messages: Vec<NewMessage>) -> BoxFuture<'_, Vec<Result<(), PublishError>>>;

    /// Whether the broker answers. It may be dropped at any time.
    fn ping(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Begins to consume a queue, holding at most `prefetch` unacknowledged
    /// messages, on a connection other than the publishing one.
    fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> BoxFuture<'_, Result<Box<dyn QueueConsumer>, TransportError>>;
}

/// A consumer of one queue. Methods may be called while `next` waits. Dropping
/// it cancels the consumer and requeues what it has not acknowledged.
pub trait QueueConsumer: Send + Sync + 'static {
    /// What happens next. Reconnects by itself and waits outages out. The future
    /// may be dropped at any time without loss; one caller at a time.
    fn next(&self) -> BoxFuture<'_, QueueEvent>;

    /// Says that a message is done with.
    fn ack(&self, tag: Tag) -> BoxFuture<'_, Result<(), SettleError>>;

    /// Gives a message back: to the queue, or without `requeue` to the queue's
    /// dead-letter route.
    fn nack(&self, tag: Tag, requeue: bool) -> BoxFuture<'_, Result<(), SettleError>>;

    /// Stops consuming: `next` answers [`QueueEvent::Closed`]. Messages in hand
    /// can still be settled; those that are not go back when this is dropped.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// What a queue consumer is told.
#[derive(Debug)]
pub enum QueueEvent {
    /// A message.
    Delivery(Delivery),
    /// The connection was lost and made again: all tags given out before are
    /// stale, and their messages come again.
    Reconnected,
    /// The consumer was closed.
    Closed,
}

/// A message in hand.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The message.
    pub message: QueueMessage,
    /// What to settle it by.
    pub tag: Tag,
    /// Whether it may have been delivered before.
    pub redelivered: bool,
    /// How often it was delivered in vain before (`x-delivery-count`).
    pub delivery_count: u32,
    /// Its headers leave no room for what the broker adds when it delivers it
    /// again: it is to be acknowledged soon, or published in another form.
    pub cramped: bool,
}

/// Names a delivery of one connection of one consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// The connection it came by: tags of earlier ones are stale.
    pub connection: u64,
    /// The delivery tag.
    pub delivery: u64,
}

/// Why a message was not settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// The connection it came by is gone, or it was settled before; unless it
    /// was, the message comes again.
    #[error("the delivery is stale")]
    Stale,
    /// The broker cannot be reached.
    #[error("the broker is unavailable: {0}")]
    Unavailable(String),
}

/// A message of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueMessage {
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub payload: Bytes,
    /// When it was published, where its publisher said so.
    pub timestamp: Option<Timestamp>,
}

impl QueueMessage {
    /// Bytes of body and headers.
    pub fn size(&self) -> usize {
        self.payload.len() + self.headers.size()
    }
}

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Where to.
    pub route: Route,
    /// What.
    pub message: QueueMessage,
}

/// An exchange and a routing key. The exchange `""` takes the name of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The exchange.
    pub exchange: String,
    /// The routing key.
    pub routing_key: String,
}

impl Route {
    /// That key at that exchange.
    pub fn new(exchange: impl Into<String>, routing_key: impl Into<String>) -> Self {
        Self {
            exchange: exchange.into(),
            routing_key: routing_key.into(),
        }
    }

    /// Straight to a queue.
    pub fn queue(name: impl Into<String>) -> Self {
        Self::new("", name)
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.exchange, self.routing_key)
    }
}

/// A quorum queue to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSpec {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: QueueRole,
    /// Bindings of direct exchanges to it; the exchanges are created as well.
    pub bindings: Vec<Route>,
    /// How long a message stays before it is dead-lettered.
    pub ttl: Option<Duration>,
    /// Where rejected, expired and over-delivered messages go; without it they
    /// are dropped.
    pub dead_letter: Option<Route>,
    /// How many messages it takes before it refuses more (`reject-publish`).
    pub max_length: Option<usize>,
    /// How often a message may be given back before it is dead-lettered.
    pub delivery_limit: Option<u32>,
    /// Whether only one consumer at a time gets messages.
    pub single_active_consumer: bool,
}

/// What a queue is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueRole {
    /// Messages that wait for a consumer.
    Work,
    /// Messages that wait for time to pass.
    Wait,
    /// Messages that wait for a person.
    DeadLetter,
}

/// Deliveries after which a message is a poison: counts crashes, so it is high.
pub const DELIVERY_LIMIT: u32 = 1_000;
/// The same for a dead-letter queue: whoever looks at its messages gives them
/// back, which counts.
pub const LOOKS_LIMIT: u32 = 1_000_000_000;

impl QueueSpec {
    /// A queue without limits, reached by its name alone.
    pub fn new(name: impl Into<String>, role: QueueRole) -> Self {
        Self {
            name: name.into(),
            role,
            bindings: Vec::new(),
            ttl: None,
            dead_letter: None,
            max_length: None,
            delivery_limit: None,
            single_active_consumer: false,
        }
    }

    /// Every queue of a system: work queues, wait queues, dead-letter queues.
    pub fn all_of(topology: &Topology) -> Vec<Self> {
        let mut specs = Vec::new();
        for queue in topology.queues {
            let ordered = topology
                .services
                .iter()
                .flat_map(|service| service.receives)
                .any(|receives| receives.queue == queue.name && receives.order == Order::Key);
            specs.push(Self {
                bindings: vec![Route::new(topology.exchange, queue.name)],
                ttl: queue.ttl_ms.map(Duration::from_millis),
                dead_letter: queue.dead_letter.map(Route::queue),
                delivery_limit: Some(DELIVERY_LIMIT),
                single_active_consumer: ordered,
                ..Self::new(queue.name, QueueRole::Work)
            });
            specs.extend(queue.tiers_ms.iter().map(|tier| Self {
                ttl: Some(Duration::from_millis(*tier)),
                dead_letter: Some(Route::queue(queue.name)),
                delivery_limit: Some(DELIVERY_LIMIT),
                ..Self::new(queue.wait_queue(*tier), QueueRole::Wait)
            }));
            specs.extend(queue.dead_letter.map(|name| Self {
                delivery_limit: Some(LOOKS_LIMIT),
                ..Self::new(name, QueueRole::DeadLetter)
            }));
        }
        specs
    }
}
