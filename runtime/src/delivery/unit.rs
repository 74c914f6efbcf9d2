//! One unit of work, from begin to commit.

use std::time::Duration;

use super::Engine;
use crate::binding::{Decoded, MessageHandler};
use crate::context::Scope;
use crate::envelope::Envelope;
use crate::error::HandlerError;
use crate::registry::DecodeFailure;
use crate::store::{
    Answer, Begun, Broker, Committed, Effects, InboxKey, ParkScope, Store, StoreError, TimerRow,
    Unit,
};
use crate::transport::Headers;
use crate::world::Step;

/// How often a unit is begun anew because others changed the same data, before
/// that counts as a failure.
pub(crate) const CONFLICTS: u32 = 32;

/// How a unit of work ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done now.
    Done,
    /// It had been done before.
    Seen(Option<Answer>),
    /// It has to wait behind a dead letter of its key.
    Parked,
}

/// How a unit of work failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The payload is not the type it says it is.
    Undecodable(DecodeFailure),
    /// The handler, or what is around it, did not do its work.
    Handler(HandlerError),
}

impl<E: Into<HandlerError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Handler(error.into())
    }
}

impl From<DecodeFailure> for Failure {
    fn from(failure: DecodeFailure) -> Self {
        if failure.is_transient() {
            Self::Handler(HandlerError::unavailable("schema registry", failure))
        } else {
            Self::Undecodable(failure)
        }
    }
}

/// A message, or a timer, for a handler.
pub(crate) struct Job<'a, S, Tx> {
    pub(crate) handler: &'a dyn MessageHandler<S, Tx>,
    pub(crate) payload: &'a [u8],
    pub(crate) envelope: &'a Envelope,
    pub(crate) headers: &'a Headers,
    pub(crate) inbox: InboxKey,
    pub(crate) park: Option<ParkScope>,
    pub(crate) fired: Option<&'a TimerRow>,
}

impl<S, St> Engine<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
{
    /// Hands a message to its handler and commits, once.
    pub(crate) async fn run(&self, job: &Job<'_, S, St::Tx>) -> Result<Outcome, Failure> {
        let mut conflicts = 0;
        loop {
            let decoded = job.handler.decode(job.payload, &self.decoder).await?;
            let unit = Unit {
                inbox: Some(job.inbox.clone()),
                key: decoded.key.clone(),
                park: job.park.clone(),
                now: self.world().now(),
            };
            match self.run_once(job, unit, decoded).await {
                Err(Failure::Handler(error)) if is_conflict(&error) && conflicts < CONFLICTS => {
                    conflicts += 1;
                    self.after_conflict(conflicts).await;
                }
                ended => return ended,
            }
        }
    }

    async fn run_once(
        &self,
        job: &Job<'_, S, St::Tx>,
        unit: Unit,
        decoded: Decoded,
    ) -> Result<Outcome, Failure> {
        let begun = self.parts.store.begin(&unit).await?;
        self.world().checkpoint(Step::Begun).await;
        let mut tx = match begun {
            Begun::Fresh(tx) => tx,
            Begun::Seen(answer) => return Ok(Outcome::Seen(answer)),
            Begun::Parked => return Ok(Outcome::Parked),
        };
        let mut scope = Scope::new(
            self.wiring.clone(),
            job.envelope.clone(),
            job.headers.clone(),
            unit.inbox.clone(),
        );
        let service = &*self.parts.service;
        let handled = job.handler.handle(service, decoded, &mut tx, &mut scope);
        handled.await?;
        self.world().checkpoint(Step::Handled).await;
        let mut effects = scope.take_effects();
        effects.fired = job.fired.cloned();
        Ok(self.commit(&unit, tx, effects).await?)
    }

    /// Commits a unit, and wakes those who carry its effects on.
    pub(crate) async fn commit(
        &self,
        unit: &Unit,
        tx: St::Tx,
        mut effects: Effects,
    ) -> Result<Outcome, HandlerError> {
        if !St::DURABLE {
            let outbox = std::mem::take(&mut effects.outbox);
            self.publish_now(&outbox).await?;
        }
        let brokers = effects.outbox.iter().map(|row| row.destination.broker());
        let (mut log, mut queues) = (false, false);
        for broker in brokers {
            match broker {
                Broker::Log => log = true,
                Broker::Queues => queues = true,
            }
        }
        let timer = effects.set_timers.iter().map(|row| row.due).min();
        let committed = self.parts.store.commit(unit, tx, effects).await?;
        self.world().checkpoint(Step::Committed).await;
        if log {
            self.wakes.relay(Broker::Log).notify_one();
        }
        if queues {
            self.wakes.relay(Broker::Queues).notify_one();
        }
        if let Some(due) = timer {
            self.wakes.timers.set(due);
        }
        Ok(match committed {
            Committed::Done => Outcome::Done,
            Committed::Seen(answer) => Outcome::Seen(answer),
        })
    }

    /// Lets whoever changed the same data go on first.
    pub(crate) async fn after_conflict(&self, conflicts: u32) {
        let most = 1 << conflicts.min(8);
        let pause = Duration::from_millis(self.world().random_below(most));
        self.world().sleep(pause).await;
    }
}

/// Whether another unit of work came first; no fault of the handler's.
pub(crate) fn is_conflict(error: &HandlerError) -> bool {
    let HandlerError::Transient(cause) = error else {
        return false;
    };
    matches!(cause.downcast_ref(), Some(StoreError::Conflict))
}
