//! A unit of work, and what names it.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::Answer;

/// What names a message to one consumer, so that a repeat is recognised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InboxKey {
    /// The service and its consumer group, queue, timer or request:
    /// `payment/payment`, `payment:RefundPayment`.
    pub consumer: Arc<str>,
    /// `ce_source` of the message.
    pub source: String,
    /// `ce_id` of the message, or the client's `Idempotency-Key`.
    pub id: String,
    /// The generation of the read model: counted up to read everything again.
    pub generation: u32,
}

impl InboxKey {
    /// A key that is the same for every repeat, for providers that recognise
    /// repeats by a key of the caller.
    pub fn idempotency_key(&self) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_URL, self.to_string().as_bytes())
    }
}

impl fmt::Display for InboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            consumer,
            source,
            id,
            generation,
        } = self;
        write!(f, "{consumer}|{source}|{id}|{generation}")
    }
}

/// A unit of work that is about to begin.
#[derive(Debug, Clone)]
pub struct Unit {
    /// What recognises a repeat; `None` for a request without `Idempotency-Key`.
    pub inbox: Option<InboxKey>,
    /// The key of the message: it names the document, and effects of one key
    /// keep their order.
    pub key: Option<String>,
    /// Where later messages of the key may be parked.
    pub park: Option<ParkScope>,
    /// When it began.
    pub now: Timestamp,
}

/// The messages that one group reads of one topic with one key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParkScope {
    /// The consumer group.
    pub group: Arc<str>,
    /// The source topic, not its redrive topic.
    pub topic: Arc<str>,
    /// The record key.
    pub key: String,
}

/// How a unit of work began.
#[derive(Debug)]
pub enum Begun<Tx> {
    /// It is new: here is what to write through.
    Fresh(Tx),
    /// It was done before. Requests get the answer they got then.
    Seen(Option<Answer>),
    /// An earlier message of its key was dead-lettered: it has to wait.
    Parked,
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// Everything is durable.
    Done,
    /// Another instance had done the same unit first.
    Seen(Option<Answer>),
}
