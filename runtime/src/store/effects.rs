//! What a unit of work leaves behind besides the handler's own writes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

use super::InboxKey;
use crate::transport::{Headers, Record};

/// The two kinds of broker; each has a relay of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Broker {
    /// Events: Kafka, or the embedded log.
    Log,
    /// Commands: RabbitMQ, or the embedded queues.
    Queues,
}

impl Broker {
    /// Both.
    pub const ALL: [Broker; 2] = [Broker::Log, Broker::Queues];

    /// The name in metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Queues => "queues",
        }
    }
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// A topic.
    Topic(Arc<str>),
    /// An exchange and a routing key.
    Exchange {
        /// The exchange.
        exchange: Arc<str>,
        /// The routing key.
        routing_key: Arc<str>,
    },
}

impl Destination {
    /// The broker that has it.
    pub fn broker(&self) -> Broker {
        match self {
            Self::Topic(_) => Broker::Log,
            Self::Exchange { .. } => Broker::Queues,
        }
    }
}

/// A message to publish, complete with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its `ce_id`, the same however often it is published.
    pub id: Uuid,
    /// Its name in the catalog.
    pub name: &'static str,
    /// Where it goes.
    pub destination: Destination,
    /// Its key. Messages of one destination and key are published in order.
    pub key: Option<Bytes>,
    /// Its envelope.
    pub headers: Headers,
    /// Its framed payload.
    pub payload: Bytes,
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its place: rows of one key rise in the order they were committed in.
    pub sequence: u64,
    /// The document it lies in, where the store has documents.
    pub document: Option<Arc<str>>,
    /// The message.
    pub message: Outgoing,
}

impl OutboxRow {
    /// What keeps its order: the destination and the key; a row without key
    /// stands for itself.
    pub fn order_key(&self) -> (Destination, Bytes) {
        let key = self.message.key.clone();
        let alone = || Bytes::copy_from_slice(self.message.id.as_bytes());
        (self.message.destination.clone(), key.unwrap_or_else(alone))
    }
}

/// Who wants rows, and which.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The broker whose rows are wanted; timers have none.
    pub broker: Option<Broker>,
    /// The relay or timer loop, unique for each start of an instance.
    pub holder: &'a str,
    /// The time now.
    pub now: Timestamp,
    /// How long the claim holds against others.
    pub lease: Duration,
    /// How many at most.
    pub limit: usize,
    /// Keys that are not wanted now: the broker refused one of their rows.
    pub except: &'a BTreeSet<(Destination, Bytes)>,
}

/// What names a timer: at most one of a name and key is set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerKey {
    /// The timer's name in the catalog.
    pub name: &'static str,
    /// The text of its key field.
    pub key: String,
}

/// A timer that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRow {
    /// This setting of it: setting it again gives it another id.
    pub id: Uuid,
    /// Which timer.
    pub timer: TimerKey,
    /// When it fires.
    pub due: Timestamp,
    /// Its fields, in Avro's binary encoding.
    pub payload: Bytes,
    /// Trace and correlation of the unit that set it.
    pub headers: Headers,
}

/// What the unit of work of a message, timer or request leaves behind.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// Messages to publish, in order.
    pub outbox: Vec<Outgoing>,
    /// Timers set; each replaces one of the same name and key.
    pub set_timers: Vec<TimerRow>,
    /// Timers cancelled, before those set.
    pub cancelled: Vec<TimerKey>,
    /// The timer whose unit this is: it is removed, unless it was set again.
    pub fired: Option<TimerRow>,
    /// The answer to repeat, for a request.
    pub answer: Option<Answer>,
}

/// The answer to a request, kept to be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON; empty for none.
    pub body: Bytes,
    /// A digest of the request, so that another request under the same
    /// `Idempotency-Key` is noticed.
    pub request: u64,
}

/// A message that waits behind a parked key.
#[derive(Debug, Clone)]
pub struct Parked {
    /// What names it to its consumer.
    pub id: InboxKey,
    /// The record, as it was read.
    pub record: Record,
}
