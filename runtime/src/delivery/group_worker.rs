//! A worker of a consumer group: takes a record to its end.

use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument as _;

use super::Outcome;
use super::backoff::{Probes, pause};
use super::dead_letter::{Attempts, Epitaph, names};
use super::group::{Consumed, Group, Item};
use super::unit::{Failure, Job};
use crate::envelope::Envelope;
use crate::error::HandlerError;
use crate::store::{InboxKey, ParkScope, Store};
use crate::topology::AfterDeadLetter;
use crate::transport::{NewRecord, Record};
use crate::world::Step;

/// How work on an item ended.
pub(super) enum Ended {
    /// It is finished: handled, seen before, given up or kept.
    Finished,
    /// Its partition was handed back: somebody else will do it.
    Dropped,
    /// It is to be tried again after a pause.
    Again(Duration),
}

/// What became of a record that was tried.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Handled, now or before.
    Handled,
    /// It waits behind a dead letter of its key.
    Parked,
    /// Given up: where its key is to be parked, it is to be parked behind this.
    GivenUp,
    /// To be tried again after a pause.
    Again(Duration),
}

impl<S, St> Group<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    /// Works on lanes for as long as the instance lives.
    pub(super) async fn work(self: Arc<Self>) {
        loop {
            let (lane, mut item) = self.lanes.next().await;
            match self.attend(&mut item).await {
                Ended::Finished => {
                    self.finish(&item.partition, item.record.offset);
                    self.lanes.done(lane);
                }
                Ended::Dropped => self.lanes.done(lane),
                Ended::Again(pause) => {
                    let (group, world) = (self.clone(), self.engine.world().clone());
                    let name = format!("retry of {}", self.topic);
                    self.engine.world().spawn(&name, async move {
                        world.sleep(pause).await;
                        group.lanes.again(lane, item);
                    });
                }
            }
        }
    }

    async fn attend(&self, item: &mut Item) -> Ended {
        let partition = item.partition.clone();
        let Some(_running) = partition.work.enter() else {
            return Ended::Dropped;
        };
        tokio::select! {
            biased;
            ended = self.process(item) => ended,
            () = partition.work.cancelled.wait() => Ended::Dropped,
        }
    }

    async fn process(&self, item: &mut Item) -> Ended {
        self.engine.world().checkpoint(Step::Received).await;
        let Item {
            record, attempts, ..
        } = item;
        let (envelope, consumed) = match self.identify(record) {
            Ok(known) => known,
            Err(why) => {
                attempts.note(&why);
                self.give_up("no-envelope", true, record, attempts).await;
                return Ended::Finished;
            }
        };
        let span = tracing::info_span!(
            "consume",
            service = self.engine.service().name,
            topic = %record.topic,
            partition = record.partition,
            offset = record.offset,
            message = consumed.handler.name(),
            message_id = %envelope.id,
            trace_id = envelope.trace.map(|trace| trace.trace_id()),
        );
        let id = self
            .engine
            .inbox_key(&self.name, &envelope.source, &envelope.id);
        let redriven = record.topic != self.topic;
        if redriven && record.headers.text(names::REDRIVE) == Some("discard") {
            return self.after_discard(record, &id).await;
        }
        let scope = self.park_scope(consumed, record);
        let tried = self.try_record(consumed, &envelope, record, attempts, &id, scope.clone());
        let verdict = tried.instrument(span).await;
        self.conclude(record, id, scope, redriven, verdict).await
    }

    /// What follows for the key of a record that was tried.
    async fn conclude(
        &self,
        record: &Record,
        id: InboxKey,
        scope: Option<ParkScope>,
        redriven: bool,
        verdict: Verdict,
    ) -> Ended {
        match (verdict, scope) {
            (Verdict::Again(pause), _) => Ended::Again(pause),
            (Verdict::GivenUp, Some(scope)) => {
                self.park_key(&scope, &id).await;
                Ended::Finished
            }
            (Verdict::Parked, Some(scope)) => self.keep(record, id, scope).await,
            (Verdict::Handled, Some(scope)) if redriven => {
                self.release(&scope, &id).await;
                Ended::Finished
            }
            _ => Ended::Finished,
        }
    }

    /// The envelope of a record, and what is to be done with its type.
    pub(super) fn identify(
        &self,
        record: &Record,
    ) -> Result<(Envelope, &Consumed<S, St::Tx>), String> {
        let envelope = Envelope::of_record(record).map_err(|error| error.to_string())?;
        let consumed = self.types.get(envelope.message_type.as_str());
        let consumed =
            consumed.ok_or_else(|| format!("no handler of {}", envelope.message_type))?;
        Ok((envelope, consumed))
    }

    /// Where later records of the key would be parked; `None` where they go on.
    pub(super) fn park_scope(
        &self,
        consumed: &Consumed<S, St::Tx>,
        record: &Record,
    ) -> Option<ParkScope> {
        if consumed.policy.after_dead_letter != AfterDeadLetter::Park {
            return None;
        }
        Some(ParkScope {
            group: self.id.clone(),
            topic: self.topic.clone(),
            key: String::from_utf8_lossy(record.key.as_ref()?).into_owned(),
        })
    }

    /// Tries a record once more, waiting out whatever is down.
    pub(super) async fn try_record(
        &self,
        consumed: &Consumed<S, St::Tx>,
        envelope: &Envelope,
        record: &Record,
        attempts: &mut Attempts,
        id: &InboxKey,
        park: Option<ParkScope>,
    ) -> Verdict {
        let job = Job {
            handler: &*consumed.handler,
            payload: record.payload.as_deref().unwrap_or_default(),
            envelope,
            headers: &record.headers,
            inbox: id.clone(),
            park,
            fired: None,
        };
        let dead_letter = consumed.policy.dead_letter;
        let began = self.engine.world().now();
        let error = match self.engine.run_gated(&job, &self.gate, &self.meters).await {
            Ok(Outcome::Done) => {
                let took = self.engine.world().now().duration_since(began);
                self.meters.seconds.observe(took.unsigned_abs());
                self.meters.consumed.increment();
                return Verdict::Handled;
            }
            Ok(Outcome::Seen(_)) => {
                self.meters.repeats.increment();
                return Verdict::Handled;
            }
            Ok(Outcome::Parked) => return Verdict::Parked,
            Err(Failure::Undecodable(failure)) => {
                attempts.note(&failure.to_string());
                self.give_up("undecodable", dead_letter, record, attempts)
                    .await;
                return Verdict::GivenUp;
            }
            Err(Failure::Handler(error)) => error,
        };
        attempts.failed(&error);
        let retry = &consumed.policy.retry;
        let rejected = matches!(error, HandlerError::Rejected(_));
        if rejected || attempts.made >= retry.attempts.max(1) {
            let reason = if rejected {
                "rejected"
            } else {
                "attempts-exhausted"
            };
            self.give_up(reason, dead_letter, record, attempts).await;
            return Verdict::GivenUp;
        }
        self.meters.retries.increment();
        let pause = pause(self.engine.world(), retry, attempts.made);
        tracing::info!(attempts = attempts.made, ?pause, %error, "to be tried again");
        Verdict::Again(pause)
    }

    /// Publishes the dead letter of a record, however long that takes.
    async fn give_up(
        &self,
        reason: &'static str,
        dead_letter: bool,
        record: &Record,
        attempts: &Attempts,
    ) {
        let world = self.engine.world();
        self.meters.dead_letters.increment();
        tracing::warn!(
            topic = %record.topic, partition = record.partition, offset = record.offset,
            reason, attempts = attempts.made, error = attempts.last_error, "given up"
        );
        let Some(topic) = self.consumes.dead_letter_topic.filter(|_| dead_letter) else {
            return;
        };
        let epitaph = Epitaph {
            reason,
            service: self.engine.service().name,
            group: &self.id,
            source: &self.topic,
            attempts,
            time: world.now(),
        };
        self.publish_surely(epitaph.of_record(record, topic)).await;
        world.checkpoint(Step::DeadLettered).await;
    }

    async fn publish_surely(&self, record: NewRecord) {
        let mut probes = Probes::new(self.engine.platform.tuning.probe);
        loop {
            let answers = self.engine.platform.log.publish(vec![record.clone()]).await;
            match answers.into_iter().next() {
                Some(Err(error)) => {
                    tracing::error!(topic = %record.topic, %error, "dead letter not published yet");
                }
                _ => return,
            }
            self.engine.world().sleep(probes.next()).await;
        }
    }
}
