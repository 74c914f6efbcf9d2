//! Fires timers that are due.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use tracing::Instrument as _;
use uuid::Uuid;

use super::Engine;
use super::backoff::{Probes, pause};
use super::unit::{Failure, Job};
use crate::binding::MessageHandler;
use crate::envelope::Envelope;
use crate::error::HandlerError;
use crate::store::{Begun, Claim, Effects, InboxKey, Store, StoreError, TimerRow, Unit};
use crate::topology::TimerDef;
use crate::world::Step;

/// Timers handled at once by one instance.
const AT_ONCE: usize = 16;

/// Fires the timers of a service. Each fires at least once; its inbox row makes
/// the effect happen once.
pub(crate) struct TimerLoop<S, St: Store> {
    engine: Arc<Engine<S, St>>,
    handlers: HashMap<&'static str, Timer<S, St::Tx>>,
    holder: String,
    /// Attempts on timers whose handler failed, and the pauses at outages.
    failed: Mutex<HashMap<Uuid, u32>>,
}

struct Timer<S, Tx> {
    definition: &'static TimerDef,
    handler: Arc<dyn MessageHandler<S, Tx>>,
    /// What the inbox calls this consumer.
    name: Arc<str>,
}

impl<S, St> TimerLoop<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    pub(crate) fn new(engine: Arc<Engine<S, St>>) -> Self {
        let service = engine.service();
        let handlers = engine.parts.timers.iter().filter_map(|handler| {
            let definition = service.timer(handler.name())?;
            let name = format!("{}@{}", service.name, definition.name).into();
            let handler = handler.clone();
            let timer = Timer {
                definition,
                handler,
                name,
            };
            Some((definition.name, timer))
        });
        Self {
            handlers: handlers.collect(),
            holder: engine.world().new_id().to_string(),
            failed: Mutex::default(),
            engine,
        }
    }

    /// Runs until the instance stops.
    pub(crate) async fn run(self) {
        let mut probes = Probes::new(self.engine.platform.tuning.probe);
        while !self.engine.stopping.is_raised() {
            match self.round().await {
                Ok(()) => probes = Probes::new(self.engine.platform.tuning.probe),
                Err(error) => {
                    tracing::warn!(%error, "timers cannot be read");
                    self.engine.world().sleep(probes.next()).await;
                }
            }
        }
    }

    /// Fires what is due, or waits until something is.
    async fn round(&self) -> Result<(), StoreError> {
        let world = self.engine.world();
        let store = &self.engine.parts.store;
        self.engine.wakes.timers.looks();
        let none = BTreeSet::new();
        let claim = Claim {
            broker: None,
            holder: &self.holder,
            now: world.now(),
            lease: self.engine.platform.tuning.lease,
            limit: AT_ONCE,
            except: &none,
        };
        let due = store.claim_timers(&claim).await?;
        if due.is_empty() {
            let next = store.next_timer().await?;
            self.idle(next).await;
            return Ok(());
        }
        world.checkpoint(Step::TimerClaimed).await;
        let fire = |row: TimerRow| async move { self.fire(&row).await };
        futures_util::stream::iter(due)
            .for_each_concurrent(AT_ONCE, fire)
            .await;
        Ok(())
    }

    async fn idle(&self, next: Option<Timestamp>) {
        let world = self.engine.world();
        let poll = self.engine.platform.tuning.poll;
        let until = next.map(|next| next.duration_since(world.now()));
        let pause = until.map_or(poll, |left| {
            Duration::try_from(left).unwrap_or(Duration::ZERO).min(poll)
        });
        let wake = &self.engine.wakes.timers;
        tokio::select! {
            biased;
            () = self.engine.stopping.wait() => {}
            () = wake.before(world.now(), pause) => {}
            () = world.sleep(pause) => {}
        }
    }

    async fn fire(&self, row: &TimerRow) {
        let Some(timer) = self.handlers.get(row.timer.name) else {
            return;
        };
        // What set the timer wrote these headers itself.
        let Ok(envelope) = Envelope::from_headers(&row.headers) else {
            return;
        };
        let span = tracing::info_span!(
            "timer",
            service = self.engine.service().name,
            timer = row.timer.name,
            key = row.timer.key,
            message_id = %envelope.id,
            trace_id = envelope.trace.map(|trace| trace.trace_id()),
        );
        let inbox = self
            .engine
            .inbox_key(&timer.name, &envelope.source, &envelope.id);
        let job = Job {
            handler: &*timer.handler,
            payload: &row.payload,
            envelope: &envelope,
            headers: &row.headers,
            inbox,
            park: None,
            fired: Some(row),
        };
        let ended = self.engine.run(&job).instrument(span).await;
        self.engine.world().checkpoint(Step::TimerFired).await;
        match ended {
            Ok(_) => {
                self.lock_failed().remove(&row.id);
            }
            Err(failure) => self.after_failure(timer, row, job.inbox, failure).await,
        }
    }

    /// A timer that failed fires again later; one that can never be handled is
    /// given up, since there is no queue to keep it in.
    async fn after_failure(
        &self,
        timer: &Timer<S, St::Tx>,
        row: &TimerRow,
        inbox: InboxKey,
        failure: Failure,
    ) {
        let retry = &timer.definition.retry;
        let world = self.engine.world();
        let wait = match &failure {
            Failure::Handler(HandlerError::Unavailable { .. }) => {
                self.engine.platform.tuning.probe.1
            }
            Failure::Handler(HandlerError::Transient(_)) => {
                let made = {
                    let mut failed = self.lock_failed();
                    let made = failed.entry(row.id).or_default();
                    *made += 1;
                    *made
                };
                pause(world, retry, made)
            }
            Failure::Handler(HandlerError::Rejected(_)) | Failure::Undecodable(_) => {
                return self.give_up(row, inbox, &failure).await;
            }
        };
        tracing::warn!(
            timer = row.timer.name,
            key = row.timer.key,
            ?failure,
            ?wait,
            "fires again"
        );
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        let until = world.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        if let Err(error) = self.engine.parts.store.postpone_timer(row, until).await {
            // Its claim runs out, and it fires then.
            tracing::warn!(%error, "timer not postponed");
        }
    }

    async fn give_up(&self, row: &TimerRow, inbox: InboxKey, failure: &Failure) {
        tracing::error!(
            timer = row.timer.name,
            key = row.timer.key,
            ?failure,
            "given up"
        );
        self.lock_failed().remove(&row.id);
        let service = self.engine.service().name;
        let meters = self.engine.meters.consumer(row.timer.name, service);
        meters.dead_letters.increment();
        let unit = Unit {
            inbox: Some(inbox),
            key: Some(row.timer.key.clone()),
            park: None,
            now: self.engine.world().now(),
        };
        let effects = Effects {
            fired: Some(row.clone()),
            ..Effects::default()
        };
        let store = &self.engine.parts.store;
        if let Ok(Begun::Fresh(tx)) = store.begin(&unit).await
            && let Err(error) = store.commit(&unit, tx, effects).await
        {
            // It fires again, and is given up then.
            tracing::warn!(%error, "timer not removed");
        }
    }

    fn lock_failed(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, u32>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
