//! What a handler works with besides the message.

mod scope;

pub(crate) use scope::{Scope, Wiring};

use std::marker::PhantomData;

use jiff::Timestamp;
use uuid::Uuid;

use crate::envelope::Envelope;
use crate::error::EffectError;
use crate::message::{HeaderError, Message, OptionalHeaders, PublishedBy, SentBy, SetBy};

/// The unit of work of one message, timer or request.
///
/// `P` is the service's `Permits`: only what its entry in the catalog declares
/// can be published, sent or set. Everything joins the transaction and leaves
/// after its commit; if the handler fails, nothing does.
pub struct Context<'a, P, Tx> {
    tx: &'a mut Tx,
    scope: &'a mut Scope,
    permits: PhantomData<fn() -> P>,
}

impl<'a, P, Tx> Context<'a, P, Tx> {
    pub(crate) fn new(tx: &'a mut Tx, scope: &'a mut Scope) -> Self {
        Self {
            tx,
            scope,
            permits: PhantomData,
        }
    }

    /// The transaction, or the one document: what the store adaptor writes through.
    pub fn tx(&mut self) -> &mut Tx {
        self.tx
    }

    /// Publishes an event once the unit of work is committed.
    ///
    /// # Errors
    /// If it is larger than its topic allows; delivery rejects the message then.
    #[expect(clippy::needless_pass_by_value, reason = "what was published is gone")]
    pub fn publish<E: PublishedBy<P>>(&mut self, event: E) -> Result<(), EffectError>
    where
        E::Headers: OptionalHeaders,
    {
        self.scope.publish(&event, &E::Headers::default())
    }

    /// Publishes an event with the headers that its catalog entry declares.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    #[expect(clippy::needless_pass_by_value, reason = "what was published is gone")]
    pub fn publish_with<E: PublishedBy<P>>(
        &mut self,
        event: E,
        headers: E::Headers,
    ) -> Result<(), EffectError> {
        self.scope.publish(&event, &headers)
    }

    /// Sends a command once the unit of work is committed.
    ///
    /// # Errors
    /// If it is larger than its queue allows; delivery rejects the message then.
    #[expect(clippy::needless_pass_by_value, reason = "what was sent is gone")]
    pub fn send<C: SentBy<P>>(&mut self, command: C) -> Result<(), EffectError>
    where
        C::Headers: OptionalHeaders,
    {
        self.scope.send(&command, &C::Headers::default())
    }

    /// Sends a command with the headers that its catalog entry declares.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[expect(clippy::needless_pass_by_value, reason = "what was sent is gone")]
    pub fn send_with<C: SentBy<P>>(
        &mut self,
        command: C,
        headers: C::Headers,
    ) -> Result<(), EffectError> {
        self.scope.send(&command, &headers)
    }

    /// Sets a timer: it fires after the time its catalog entry says, at least
    /// once, with one effect. Replaces one of the same key that is still set.
    ///
    /// # Errors
    /// If the topology that the service was started with does not have it.
    #[expect(clippy::needless_pass_by_value, reason = "what was set is gone")]
    pub fn set_timer<T: SetBy<P>>(&mut self, timer: T) -> Result<(), EffectError> {
        self.scope.set_timer(&timer)
    }

    /// Cancels the timer of that key, if it is set. One that is firing right now
    /// may still reach its handler, which must look at its own state.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers have keys of many kinds"
    )]
    pub fn cancel_timer<T: SetBy<P>>(&mut self, key: impl ToString) {
        self.scope.cancel_timer(T::NAME, key.to_string());
    }

    /// A key that is the same over retries, redeliveries and redrives of this
    /// message: hand it to providers outside, whose effects happen at least
    /// once, so that they recognise a repeat. For a request it is derived from
    /// the client's `Idempotency-Key`, and fresh without one.
    pub fn idempotency_key(&self) -> String {
        self.scope.idempotency_key().to_string()
    }

    /// The envelope of the message; for a timer or request one made of its name,
    /// id and trace.
    pub fn message(&self) -> &Envelope {
        self.scope.envelope()
    }

    /// The headers that the catalog declares for the message in hand:
    /// `cx.headers::<OrderPlaced>()?`. They are read when they are asked for.
    ///
    /// # Errors
    /// If one that must be there is not, or cannot be read: `?` dead-letters the message then.
    pub fn headers<M: Message>(&self) -> Result<M::Headers, HeaderError> {
        self.scope.headers::<M>()
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.scope.world().now()
    }

    /// A fresh id, a UUID version 7; from the seed in a simulation.
    pub fn new_id(&self) -> Uuid {
        self.scope.world().new_id()
    }
}
