//! The part of a unit of work that does not know the store: its envelope and
//! the effects it gathers.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::SignedDuration;
use uuid::Uuid;

use crate::World;
use crate::envelope::{Envelope, TraceParent};
use crate::error::EffectError;
use crate::message::{Command, Event, HeaderError, Message, MessageHeaders, Timer};
use crate::registry::Encoder;
use crate::store::{Destination, Effects, InboxKey, Outgoing, TimerKey, TimerRow};
use crate::topology::{ServiceTopology, Topology};
use crate::transport::Headers;

/// The largest record of a topic that does not say otherwise, Kafka's default.
const TOPIC_LIMIT: usize = 1_048_576;
/// The largest message of a queue: retries and dead letters of it carry 64 KiB
/// more in headers.
const QUEUE_LIMIT: usize = 1_048_576 - 65_536;
/// What a broker adds around key, headers and payload, at most.
const OVERHEAD: usize = 1_024;

/// What every unit of work of an instance shares.
pub(crate) struct Wiring {
    pub(crate) world: World,
    pub(crate) encoder: Encoder,
    pub(crate) service: &'static ServiceTopology,
    /// `ce_source` of what this service makes.
    pub(crate) source: String,
    exchange: Arc<str>,
    routes: HashMap<&'static str, (Arc<str>, usize)>,
}

impl Wiring {
    pub(crate) fn new(
        world: World,
        encoder: Encoder,
        topology: &'static Topology,
        service: &'static ServiceTopology,
    ) -> Self {
        let topics = topology.topics.iter().map(|topic| {
            let limit = topic
                .max_message_bytes
                .map_or(TOPIC_LIMIT, |max| max as usize);
            (
                topic.name,
                (Arc::from(topic.name), limit - OVERHEAD.min(limit)),
            )
        });
        let queues = topology.queues.iter();
        let queues = queues.map(|queue| (queue.name, (Arc::from(queue.name), QUEUE_LIMIT)));
        Self {
            world,
            encoder,
            service,
            source: format!("/{}/{}", topology.system, service.name),
            exchange: Arc::from(topology.exchange),
            routes: topics.chain(queues).collect(),
        }
    }
}

/// The envelope of a unit of work, and its effects so far.
pub(crate) struct Scope {
    wiring: Arc<Wiring>,
    envelope: Envelope,
    /// All headers of the message, its own among them.
    headers: Headers,
    inbox: Option<InboxKey>,
    /// The trace of this unit: a child of the message's, or a new one.
    trace: TraceParent,
    effects: Effects,
}

impl Scope {
    pub(crate) fn new(
        wiring: Arc<Wiring>,
        envelope: Envelope,
        headers: Headers,
        inbox: Option<InboxKey>,
    ) -> Self {
        let world = &wiring.world;
        let trace = match &envelope.trace {
            Some(parent) => parent.child(world),
            None => TraceParent::root(world),
        };
        Self {
            wiring,
            envelope,
            headers,
            inbox,
            trace,
            effects: Effects::default(),
        }
    }

    pub(crate) fn world(&self) -> &World {
        &self.wiring.world
    }

    pub(crate) fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    pub(crate) fn headers<M: Message>(&self) -> Result<M::Headers, HeaderError> {
        if self.envelope.message_type != M::TYPE {
            return Err(HeaderError::OtherMessage {
                asked: M::TYPE,
                found: self.envelope.message_type.clone(),
            });
        }
        M::Headers::read(&self.headers)
    }

    /// Takes what was gathered; the scope is empty again, as before an attempt.
    pub(crate) fn take_effects(&mut self) -> Effects {
        std::mem::take(&mut self.effects)
    }

    pub(crate) fn idempotency_key(&self) -> Uuid {
        match &self.inbox {
            Some(key) => key.idempotency_key(),
            None => Uuid::new_v5(&Uuid::NAMESPACE_URL, self.envelope.id.as_bytes()),
        }
    }

    pub(crate) fn publish<E: Event>(
        &mut self,
        event: &E,
        headers: &E::Headers,
    ) -> Result<(), EffectError> {
        let (topic, limit) = self.route(E::TOPIC)?;
        self.add(event, headers, Destination::Topic(topic), limit)
    }

    pub(crate) fn send<C: Command>(
        &mut self,
        command: &C,
        headers: &C::Headers,
    ) -> Result<(), EffectError> {
        let (routing_key, limit) = self.route(C::QUEUE)?;
        let exchange = self.wiring.exchange.clone();
        let destination = Destination::Exchange {
            exchange,
            routing_key,
        };
        self.add(command, headers, destination, limit)
    }

    fn route(&self, name: &'static str) -> Result<(Arc<str>, usize), EffectError> {
        let route = self.wiring.routes.get(name).cloned();
        route.ok_or(EffectError::Undeclared(name))
    }

    fn add<M: Message>(
        &mut self,
        message: &M,
        own: &M::Headers,
        destination: Destination,
        limit: usize,
    ) -> Result<(), EffectError> {
        let encoder = &self.wiring.encoder;
        let payload = encoder
            .encode(message)
            .map_err(|_| EffectError::Undeclared(M::NAME))?;
        let id = self.next_id();
        let key = message.key();
        let mut headers = self.envelope_of(id, M::TYPE, key.clone()).to_headers();
        own.write(&mut headers);
        let key = key.map(Bytes::from);
        let size = payload.len() + headers.size() + key.as_ref().map_or(0, Bytes::len);
        if size > limit {
            let name = M::NAME;
            return Err(EffectError::TooLarge { name, size, limit });
        }
        self.effects.outbox.push(Outgoing {
            id,
            name: M::NAME,
            destination,
            key,
            headers,
            payload,
        });
        Ok(())
    }

    /// The same id when the same unit is done again, so that a message which
    /// left before a crash is recognised when it leaves once more.
    fn next_id(&self) -> Uuid {
        match &self.inbox {
            Some(key) => {
                let number = self.effects.outbox.len() as u64;
                Uuid::new_v5(&key.idempotency_key(), &number.to_be_bytes())
            }
            None => self.wiring.world.new_id(),
        }
    }

    fn envelope_of(&self, id: Uuid, message_type: &str, subject: Option<String>) -> Envelope {
        let cause = &self.envelope;
        Envelope {
            id: id.to_string(),
            source: self.wiring.source.clone(),
            message_type: message_type.to_owned(),
            time: Some(self.wiring.world.now()),
            subject,
            data_schema: None,
            correlation: Some(cause.correlation.as_ref().unwrap_or(&cause.id).clone()),
            causation: Some(cause.id.clone()),
            trace: Some(self.trace),
            trace_state: cause.trace_state.clone(),
        }
    }

    pub(crate) fn set_timer<T: Timer>(&mut self, timer: &T) -> Result<(), EffectError> {
        let definition = self.wiring.service.timer(T::NAME);
        let definition = definition.ok_or(EffectError::Undeclared(T::NAME))?;
        let after = SignedDuration::from_millis(definition.after_ms as i64);
        let now = self.wiring.world.now();
        let id = self.wiring.world.new_id();
        let key = timer.key().unwrap_or_default();
        let headers = self
            .envelope_of(id, T::TYPE, Some(key.clone()))
            .to_headers();
        let key = TimerKey { name: T::NAME, key };
        self.effects.set_timers.retain(|row| row.timer != key);
        self.effects.set_timers.push(TimerRow {
            id,
            timer: key,
            due: now.checked_add(after).unwrap_or(jiff::Timestamp::MAX),
            payload: timer.to_bytes().into(),
            headers,
        });
        Ok(())
    }

    pub(crate) fn cancel_timer(&mut self, name: &'static str, key: String) {
        let key = TimerKey { name, key };
        self.effects.set_timers.retain(|row| row.timer != key);
        self.effects.cancelled.push(key);
    }
}
