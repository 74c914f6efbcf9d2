//! Carries the outbox to one broker: claim, publish, delete.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::Engine;
use super::backoff::Probes;
use crate::host::Platform;
use crate::store::{Broker, Claim, Destination, OutboxRow, Outgoing, Store, StoreError};
use crate::transport::{NewMessage, NewRecord, PublishError, QueueMessage, Route};
use crate::world::Step;

type OrderKey = (Destination, Bytes);

/// The relay of one broker. Rows of one key are published in order; a row that
/// cannot be published holds up its key alone, a broker that is down everything
/// that goes to it, and nothing that goes to the other.
pub(crate) struct Relay<S, St: Store> {
    engine: Arc<Engine<S, St>>,
    broker: Broker,
    holder: String,
    /// Keys whose row was refused for now, and until when they wait.
    cooling: BTreeMap<OrderKey, Timestamp>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// Rows went out; there may be more.
    Worked,
    /// There was nothing to do.
    Idle,
    /// The broker or the store is down.
    Down,
}

impl<S, St> Relay<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
{
    pub(crate) fn new(engine: Arc<Engine<S, St>>, broker: Broker) -> Self {
        let holder = engine.world().new_id().to_string();
        Self {
            engine,
            broker,
            holder,
            cooling: BTreeMap::new(),
        }
    }

    /// Runs until the instance closes, or its task is dropped.
    pub(crate) async fn run(mut self) {
        self.release().await;
        let tuning = self.engine.platform.tuning.clone();
        let mut probes = Probes::new(tuning.probe);
        while !self.engine.closing.is_raised() {
            let round = self.round().await.unwrap_or_else(|error| {
                tracing::warn!(broker = self.broker.as_str(), %error, "the outbox cannot be read");
                Round::Down
            });
            match round {
                Round::Worked => probes = Probes::new(tuning.probe),
                Round::Idle => self.idle(tuning.poll).await,
                Round::Down => self.rest(probes.next()).await,
            }
        }
        self.leave().await;
    }

    async fn rest(&self, pause: Duration) {
        tokio::select! {
            biased;
            () = self.engine.closing.wait() => {}
            () = self.engine.world().sleep(pause) => {}
        }
    }

    /// Lets another instance's relay take over at once.
    async fn leave(&self) {
        let store = &self.engine.parts.store;
        if let Err(error) = store.leave_outbox(self.broker, &self.holder).await {
            tracing::debug!(broker = self.broker.as_str(), %error, "the lease runs out by itself");
        }
    }

    /// Waits for a commit, for a key that cooled down, or for the next look.
    async fn idle(&self, poll: Duration) {
        let world = self.engine.world();
        let cooled = self.cooling.values().min();
        let cooled = cooled.map(|until| until.duration_since(world.now()));
        let pause = cooled.and_then(|left| Duration::try_from(left).ok());
        let pause = pause.map_or(poll, |pause| pause.min(poll));
        tokio::select! {
            biased;
            () = self.engine.closing.wait() => {}
            () = self.engine.wakes.relay(self.broker).notified() => {}
            () = self.engine.parts.store.outbox_filled(self.broker) => {}
            () = world.sleep(pause) => {}
        }
    }

    /// Rows that were refused for good get another chance at each start.
    async fn release(&self) {
        match self.engine.parts.store.release_outbox(self.broker).await {
            Ok(0) | Err(_) => {}
            Ok(held) => tracing::info!(broker = self.broker.as_str(), held, "trying held keys"),
        }
    }

    async fn round(&mut self) -> Result<Round, StoreError> {
        let world = self.engine.world().clone();
        let now = world.now();
        self.cooling.retain(|_, until| *until > now);
        let except: BTreeSet<_> = self.cooling.keys().cloned().collect();
        let tuning = &self.engine.platform.tuning;
        let claim = Claim {
            broker: Some(self.broker),
            holder: &self.holder,
            now,
            lease: tuning.lease,
            limit: tuning.relay_batch,
            except: &except,
        };
        let rows = self.engine.parts.store.claim_outbox(&claim).await?;
        if rows.is_empty() {
            return Ok(Round::Idle);
        }
        world.checkpoint(Step::RelayClaimed).await;
        let mut delivered = false;
        let mut refused = false;
        for wave in waves(self.broker, rows) {
            let (done, failed) = self.publish_wave(wave).await?;
            delivered |= done;
            refused |= failed;
        }
        Ok(match (delivered, refused) {
            (false, true) => {
                // Nothing gets through: not these keys but the broker is the matter.
                self.cooling.clear();
                Round::Down
            }
            _ => Round::Worked,
        })
    }

    /// Publishes rows of different keys, or in an order the broker keeps. Says
    /// whether one was settled, and whether one was refused for now.
    async fn publish_wave(&mut self, mut wave: Vec<OutboxRow>) -> Result<(bool, bool), StoreError> {
        wave.retain(|row| self.cooling.is_empty() || !self.cooling.contains_key(&row.order_key()));
        if wave.is_empty() {
            return Ok((false, false));
        }
        let messages: Vec<_> = wave.iter().map(|row| &row.message).collect();
        let answers = publish(&self.engine.platform, self.broker, &messages).await;
        self.engine.world().checkpoint(Step::RelayPublished).await;
        let mut done = Vec::with_capacity(wave.len());
        let (mut held, mut refused) = (false, false);
        for (row, answer) in wave.into_iter().zip(answers) {
            match answer {
                Ok(()) => {
                    self.engine.meters.produced(row.message.name).increment();
                    done.push(row);
                }
                Err(error) if error.is_transient() => {
                    refused = true;
                    self.cool(&row, &error);
                }
                Err(error) => {
                    held = true;
                    self.hold(&row, &error).await?;
                }
            }
        }
        if !done.is_empty() {
            self.engine
                .parts
                .store
                .delete_outbox(self.broker, &done)
                .await?;
            self.engine.world().checkpoint(Step::RelayDeleted).await;
        }
        Ok((held || !done.is_empty(), refused))
    }

    fn cool(&mut self, row: &OutboxRow, error: &PublishError) {
        tracing::debug!(message = row.message.name, id = %row.message.id, %error, "not published yet");
        let world = self.engine.world();
        let (first, _) = self.engine.platform.tuning.probe;
        let pause = SignedDuration::try_from(first).unwrap_or(SignedDuration::ZERO);
        let until = world.now().checked_add(pause).unwrap_or(Timestamp::MAX);
        self.cooling.insert(row.order_key(), until);
    }

    async fn hold(&mut self, row: &OutboxRow, error: &PublishError) -> Result<(), StoreError> {
        tracing::error!(
            message = row.message.name, id = %row.message.id, %error,
            "the broker refused it for good: it is held, and its key with it"
        );
        self.engine.meters.outbox_held(self.broker).increment();
        // Later rows of the key in this very round have to wait as well.
        self.cool(row, error);
        let store = &self.engine.parts.store;
        store
            .hold_outbox(self.broker, row, &error.to_string())
            .await
    }
}

/// A log keeps the order of one call; queues do not, so there each wave has one
/// row of a key at most.
fn waves(broker: Broker, rows: Vec<OutboxRow>) -> Vec<Vec<OutboxRow>> {
    if broker == Broker::Log {
        return vec![rows];
    }
    let mut waves: Vec<Vec<OutboxRow>> = Vec::new();
    let mut used: BTreeMap<OrderKey, usize> = BTreeMap::new();
    for row in rows {
        let wave = used.entry(row.order_key()).or_default();
        if waves.len() == *wave {
            waves.push(Vec::new());
        }
        waves[*wave].push(row);
        *wave += 1;
    }
    waves
}

/// Publishes messages of one broker; the answers are in their order.
pub(super) async fn publish(
    platform: &Platform,
    broker: Broker,
    messages: &[&Outgoing],
) -> Vec<Result<(), PublishError>> {
    match broker {
        Broker::Log => {
            let records = messages.iter().filter_map(|message| to_record(message));
            let answers = platform.log.publish(records.collect()).await;
            answers.into_iter().map(|answer| answer.map(drop)).collect()
        }
        Broker::Queues => {
            let messages = messages.iter().filter_map(|message| to_message(message));
            platform.queues.publish(messages.collect()).await
        }
    }
}

fn to_record(message: &Outgoing) -> Option<NewRecord> {
    let Destination::Topic(topic) = &message.destination else {
        return None;
    };
    Some(NewRecord {
        topic: topic.clone(),
        partition: None,
        key: message.key.clone(),
        headers: message.headers.clone(),
        payload: Some(message.payload.clone()),
        timestamp: None,
    })
}

fn to_message(message: &Outgoing) -> Option<NewMessage> {
    let Destination::Exchange {
        exchange,
        routing_key,
    } = &message.destination
    else {
        return None;
    };
    Some(NewMessage {
        route: Route::new(&**exchange, &**routing_key),
        message: QueueMessage {
            headers: message.headers.clone(),
            payload: message.payload.clone(),
            timestamp: None,
        },
    })
}
