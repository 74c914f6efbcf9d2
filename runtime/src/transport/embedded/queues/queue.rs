//! One quorum queue.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::state::ConsumerId;
use crate::transport::embedded::QueueCounts;
use crate::transport::queues::QueueRole;
use crate::transport::{PublishError, QueueMessage, QueueSpec};

/// The place of a message in its queue, kept when it is given back.
pub(super) type Place = u64;

pub(super) struct Queue {
    pub(super) spec: QueueSpec,
    pub(super) ready: BTreeMap<Place, Stored>,
    pub(super) consumers: BTreeMap<ConsumerId, Arc<Notify>>,
    /// Messages on their way out of the queue that their target has not taken
    /// yet: dead-lettering is at least once.
    pub(super) leaving: VecDeque<(Stored, Reason)>,
    pub(super) counts: QueueCounts,
    /// Whether a janitor is at work on this queue.
    pub(super) attended: bool,
}

#[derive(Clone)]
pub(super) struct Stored {
    pub(super) message: QueueMessage,
    /// How often it was given back.
    pub(super) returns: u32,
    expires: Option<Timestamp>,
}

/// Why a message leaves by the dead-letter route; the names are RabbitMQ's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Expired,
    Rejected,
    DeliveryLimit,
}

impl Reason {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::DeliveryLimit => "delivery_limit",
        }
    }
}

impl Queue {
    pub(super) fn new(spec: QueueSpec) -> Self {
        let counts = QueueCounts {
            queue: spec.name.clone(),
            ..QueueCounts::default()
        };
        Self {
            spec,
            ready: BTreeMap::new(),
            consumers: BTreeMap::new(),
            leaving: VecDeque::new(),
            counts,
            attended: false,
        }
    }

    /// Whether messages in it count as in flight.
    pub(super) fn is_passage(&self) -> bool {
        self.spec.role != QueueRole::DeadLetter
    }

    /// Why it takes no more messages, if it does not.
    pub(super) fn refusal(&self) -> Option<PublishError> {
        let held = self.ready.len() + self.counts.unacked;
        let limit = self.spec.max_length?;
        let full = || PublishError::Refused(format!("queue {} is full", self.spec.name));
        (held >= limit).then(full)
    }

    pub(super) fn put(&mut self, place: Place, message: QueueMessage, now: Timestamp) {
        let expires = self.spec.ttl.map(|ttl| now.checked_add(ttl));
        let stored = Stored {
            message,
            returns: 0,
            expires: expires.and_then(Result::ok),
        };
        self.counts.published += 1;
        self.ready.insert(place, stored);
        self.wake();
    }

    /// Takes the first message for a consumer, if it is its turn.
    pub(super) fn take(&mut self, consumer: ConsumerId, now: Timestamp) -> Option<(Place, Stored)> {
        let active = *self.consumers.first_key_value()?.0;
        if self.spec.single_active_consumer && active != consumer {
            return None;
        }
        self.expire(now);
        let (place, stored) = self.ready.pop_first()?;
        self.counts.unacked += 1;
        self.counts.delivered += 1;
        Some((place, stored))
    }

    /// Puts a message back in its place, or out if it came back too often.
    pub(super) fn give_back(&mut self, place: Place, mut stored: Stored) {
        self.counts.unacked -= 1;
        self.counts.returned += 1;
        stored.returns += 1;
        if self
            .spec
            .delivery_limit
            .is_some_and(|limit| stored.returns > limit)
        {
            self.leaving.push_back((stored, Reason::DeliveryLimit));
        } else {
            self.ready.insert(place, stored);
            self.wake();
        }
    }

    /// Sends what has waited too long, from the front, on its way out.
    pub(super) fn expire(&mut self, now: Timestamp) {
        while let Some(first) = self.ready.first_entry()
            && first.get().expires.is_some_and(|expires| expires <= now)
        {
            self.leaving.push_back((first.remove(), Reason::Expired));
        }
    }

    /// When the first message will have waited too long.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.ready.first_key_value()?.1.expires
    }

    /// Whether it needs a janitor and has none.
    pub(super) fn is_unattended(&self) -> bool {
        !self.attended && (!self.leaving.is_empty() || self.next_expiry().is_some())
    }

    pub(super) fn wake(&self) {
        for consumer in self.consumers.values() {
            consumer.notify_one();
        }
    }
}
