//! A worker of a command queue: takes a delivery to its end.

use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument as _;

use super::Outcome;
use super::backoff::{Probes, pause};
use super::dead_letter::{Attempts, Epitaph, bundled};
use super::queue::{Item, QueueReader};
use super::unit::{Failure, Job};
use crate::envelope::Envelope;
use crate::error::HandlerError;
use crate::store::Store;
use crate::topology::Order;
use crate::transport::{
    Delivery, NewMessage, PublishError, QueueConsumer, QueueMessage, Route, SettleError,
};
use crate::world::Step;

/// How work on a delivery ended.
enum Ended {
    /// It is to be acknowledged.
    Finished,
    /// It is to be refused: the broker itself sets it aside.
    Refused,
    /// The instance stops: the queue gives it to another.
    Dropped,
    /// It is to be tried again here, after a pause.
    Again(Duration),
}

impl<S, St> QueueReader<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    /// Works on deliveries for as long as the instance lives.
    pub(super) async fn work(self: Arc<Self>, consumer: Arc<dyn QueueConsumer>) {
        loop {
            let (lane, mut item) = self.lanes.next().await;
            match self.attend(&mut item, &*consumer).await {
                Ended::Finished | Ended::Refused | Ended::Dropped => self.lanes.done(lane),
                Ended::Again(pause) => {
                    let (reader, world) = (self.clone(), self.engine.world().clone());
                    self.engine.world().spawn(self.queue.name, async move {
                        world.sleep(pause).await;
                        reader.lanes.again(lane, item);
                    });
                }
            }
        }
    }

    async fn attend(&self, item: &mut Item, consumer: &dyn QueueConsumer) -> Ended {
        let Some(_running) = self.work.enter() else {
            return Ended::Dropped;
        };
        let tag = item.delivery.tag;
        let processed = async {
            let ended = self.process(item).await;
            match ended {
                Ended::Finished => self.settle(consumer.ack(tag).await).await,
                Ended::Refused => self.settle(consumer.nack(tag, false).await).await,
                Ended::Dropped | Ended::Again(_) => {}
            }
            ended
        };
        tokio::select! {
            biased;
            ended = processed => ended,
            () = self.work.cancelled.wait() => Ended::Dropped,
        }
    }

    async fn settle(&self, settled: Result<(), SettleError>) {
        match settled {
            Ok(()) => {}
            // It comes again, and is recognised then.
            Err(SettleError::Stale | SettleError::Unavailable(_)) => {
                tracing::debug!(queue = self.queue.name, "acknowledged too late");
            }
        }
        self.engine.world().checkpoint(Step::Settled).await;
    }

    async fn process(&self, item: &mut Item) -> Ended {
        self.engine.world().checkpoint(Step::Received).await;
        let Item { delivery, attempts } = item;
        // Delivered once more, it would be more than the broker may send.
        if delivery.cramped && self.receives.order == Order::None {
            let headers = attempts.headers();
            let message = bundled(&delivery.message, headers);
            let route = Route::queue(self.queue.name);
            if self.publish_surely(NewMessage { route, message }).await {
                return Ended::Finished;
            }
        }
        let envelope = match self.identify(&delivery.message) {
            Ok(envelope) => envelope,
            Err(why) => {
                attempts.note(&why);
                return self.give_up("no-envelope", delivery, attempts).await;
            }
        };
        let span = tracing::info_span!(
            "receive",
            service = self.engine.service().name,
            queue = self.queue.name,
            message = self.handler.name(),
            message_id = %envelope.id,
            trace_id = envelope.trace.map(|trace| trace.trace_id()),
        );
        self.try_delivery(&envelope, delivery, attempts)
            .instrument(span)
            .await
    }

    fn identify(&self, message: &QueueMessage) -> Result<Envelope, String> {
        let envelope = Envelope::of_message(message).map_err(|error| error.to_string())?;
        if envelope.message_type == self.handler.message_type() {
            Ok(envelope)
        } else {
            Err(format!("no handler of {}", envelope.message_type))
        }
    }

    async fn try_delivery(
        &self,
        envelope: &Envelope,
        delivery: &Delivery,
        attempts: &mut Attempts,
    ) -> Ended {
        let id = self
            .engine
            .inbox_key(&self.name, &envelope.source, &envelope.id);
        let job = Job {
            handler: &*self.handler,
            payload: &delivery.message.payload,
            envelope,
            headers: &delivery.message.headers,
            inbox: id,
            park: None,
            fired: None,
        };
        let began = self.engine.world().now();
        let error = match self.engine.run_gated(&job, &self.gate, &self.meters).await {
            Ok(Outcome::Done) => {
                let took = self.engine.world().now().duration_since(began);
                self.meters.seconds.observe(took.unsigned_abs());
                self.meters.consumed.increment();
                return Ended::Finished;
            }
            Ok(Outcome::Seen(_) | Outcome::Parked) => {
                self.meters.repeats.increment();
                return Ended::Finished;
            }
            Err(Failure::Undecodable(failure)) => {
                attempts.note(&failure.to_string());
                return self.give_up("undecodable", delivery, attempts).await;
            }
            Err(Failure::Handler(error)) => error,
        };
        attempts.failed(&error);
        self.after_failure(&error, delivery, attempts).await
    }

    async fn after_failure(
        &self,
        error: &HandlerError,
        delivery: &Delivery,
        attempts: &Attempts,
    ) -> Ended {
        let retry = &self.receives.retry;
        if matches!(error, HandlerError::Rejected(_)) {
            return self.give_up("rejected", delivery, attempts).await;
        }
        if attempts.made >= retry.attempts.max(1) {
            return self.give_up("attempts-exhausted", delivery, attempts).await;
        }
        self.meters.retries.increment();
        tracing::info!(attempts = attempts.made, %error, "to be tried again");
        let tier = self.queue.tier_after(attempts.made);
        if let Some(tier) = tier.filter(|_| self.receives.order == Order::None) {
            for small in [false, true] {
                let message = if small {
                    bundled(&delivery.message, attempts.headers())
                } else {
                    let mut message = delivery.message.clone();
                    attempts.write(&mut message.headers);
                    message
                };
                let route = Route::queue(self.queue.wait_queue(tier));
                if self.publish_surely(NewMessage { route, message }).await {
                    self.engine.world().checkpoint(Step::RetryPublished).await;
                    return Ended::Finished;
                }
            }
        }
        // A wait queue would let later messages of the key go first, or does not take it at all.
        Ended::Again(pause(self.engine.world(), retry, attempts.made))
    }

    /// Sets a message aside with its story. One that is too large for that is left to the broker,
    /// which sets it aside as it is.
    async fn give_up(
        &self,
        reason: &'static str,
        delivery: &Delivery,
        attempts: &Attempts,
    ) -> Ended {
        let world = self.engine.world();
        self.meters.dead_letters.increment();
        tracing::warn!(
            queue = self.queue.name,
            reason,
            attempts = attempts.made,
            error = attempts.last_error,
            "given up"
        );
        let Some(queue) = self.queue.dead_letter.filter(|_| self.receives.dead_letter) else {
            return Ended::Finished;
        };
        let epitaph = Epitaph {
            reason,
            service: self.engine.service().name,
            group: self.queue.name,
            source: self.queue.name,
            attempts,
            time: world.now(),
        };
        let letter = |message| NewMessage {
            route: Route::queue(queue),
            message,
        };
        let plain = letter(epitaph.of_message(&delivery.message));
        if !self.publish_surely(plain).await {
            // Its headers leave no room for the story.
            let bundled = letter(epitaph.bundled(&delivery.message));
            if !self.publish_surely(bundled).await {
                return Ended::Refused;
            }
        }
        world.checkpoint(Step::DeadLettered).await;
        Ended::Finished
    }

    /// Publishes with confirmation, however long that takes: the message is
    /// acknowledged only afterwards. Says whether it can be published at all: what is
    /// added to its headers may be too much.
    async fn publish_surely(&self, message: NewMessage) -> bool {
        let mut probes = Probes::new(self.engine.platform.tuning.probe);
        loop {
            let queues = &self.engine.platform.queues;
            let answers = queues.publish(vec![message.clone()]).await;
            match answers.into_iter().next() {
                Some(Err(error @ PublishError::TooLarge { .. })) => {
                    tracing::error!(route = %message.route, %error, "cannot be moved");
                    return false;
                }
                Some(Err(error)) => {
                    tracing::error!(route = %message.route, %error, "not moved yet");
                }
                _ => return true,
            }
            self.engine.world().sleep(probes.next()).await;
        }
    }
}
