//! How generated code puts a stream together.

use std::any::Any;
use std::sync::Arc;

use bytes::Bytes;

use crate::BoxFuture;
use crate::message::{Event, Message};
use crate::registry::{DecodeFailure, Decoder, EncodeFailure, Encoder, Missing, RegistryError};

use super::latest::Latest;
use super::pipeline::{self, Mapped, Side, Tail};
use super::{
    Arrival, Arrived, Change, Grouping, Hopping, Logic, Merging, Outbox, Outcome, Pipeline,
    Retracting, Session, Sessions, Table, Totals, Windows,
};

/// A decoded record, its type known to the stream alone.
pub(super) type Value = Box<dyn Any + Send>;

/// Decodes one type of record of a stream.
type Decode = Arc<
    dyn for<'a> Fn(&'a [u8], &'a Decoder) -> BoxFuture<'a, Result<Value, DecodeFailure>>
        + Send
        + Sync,
>;

/// Makes the pipeline of a stream: whether its state is saved, and over how many partitions its
/// groups are spread.
type Make = Arc<dyn Fn(bool, u32) -> Box<dyn Runner> + Send + Sync>;

/// What a stream reads.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) topic: &'static str,
    pub(super) message_type: &'static str,
    /// Whether it is of the other side.
    pub(super) other: bool,
    pub(super) decode: Decode,
}

/// A stream, ready to be run by an [`Engine`](super::Engine). Cheap to clone.
#[derive(Clone)]
pub struct Definition {
    pub(super) name: &'static str,
    pub(super) readings: Vec<Reading>,
    pub(super) late: Option<&'static str>,
    pub(super) idle_ms: Option<u64>,
    pub(super) make: Make,
}

impl Definition {
    /// The stream's name in the catalog.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The topics that it reads, each once.
    pub fn topics(&self) -> Vec<&'static str> {
        let mut topics: Vec<&str> = self.readings.iter().map(|r| r.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    }
}

impl std::fmt::Debug for Definition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Definition({})", self.name)
    }
}

/// A record to publish, framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) topic: &'static str,
    pub(super) message_type: &'static str,
    pub(super) key: Option<String>,
    pub(super) id: uuid::Uuid,
    pub(super) time: i64,
    pub(super) payload: Bytes,
}

/// A pipeline without its types.
pub(super) trait Runner: Send {
    fn prepare<'a>(
        &'a self,
        encoder: &'a Encoder,
        missing: Missing,
    ) -> BoxFuture<'a, Result<(), RegistryError>>;

    /// Takes a record in; without a value it is a tombstone of that side.
    fn process(
        &mut self,
        arrival: &Arrival<'_>,
        value: Result<Value, bool>,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<Outcome, EncodeFailure>;

    fn idle(
        &mut self,
        partition: u32,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<(), EncodeFailure>;

    fn stirred(&mut self) -> Vec<u32>;
    fn save(&mut self, changes: &mut Vec<Change>);
    fn load(&mut self, key: &[u8], value: &[u8]);
}

impl<L: Logic> Runner for Pipeline<L> {
    fn prepare<'a>(
        &'a self,
        encoder: &'a Encoder,
        missing: Missing,
    ) -> BoxFuture<'a, Result<(), RegistryError>> {
        Box::pin(async move {
            let topic = <L::Output as Event>::TOPIC;
            encoder.prepare::<L::Output>(topic, missing).await?;
            Ok(())
        })
    }

    fn process(
        &mut self,
        arrival: &Arrival<'_>,
        value: Result<Value, bool>,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<Outcome, EncodeFailure> {
        let arrived = match value {
            Ok(value) => match value.downcast::<Arrived<L>>() {
                Ok(arrived) => *arrived,
                // The engine hands back what the same stream decoded.
                Err(_) => return Ok(Outcome::Dropped),
            },
            Err(other) => Arrived::Tombstone(other),
        };
        let mut out = Outbox::new();
        let outcome = Pipeline::process(self, arrival, arrived, &mut out);
        framed(out, encoder, ready)?;
        Ok(outcome)
    }

    fn idle(
        &mut self,
        partition: u32,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<(), EncodeFailure> {
        let mut out = Outbox::new();
        Pipeline::idle(self, partition, &mut out);
        framed(out, encoder, ready)
    }

    fn stirred(&mut self) -> Vec<u32> {
        Pipeline::stirred(self)
    }

    fn save(&mut self, changes: &mut Vec<Change>) {
        Pipeline::save(self, changes);
    }

    fn load(&mut self, key: &[u8], value: &[u8]) {
        Pipeline::load(self, key, value);
    }
}

fn framed<L: Logic>(
    out: Outbox<L>,
    encoder: &Encoder,
    ready: &mut Vec<Ready>,
) -> Result<(), EncodeFailure> {
    for emission in out.emitted {
        ready.push(Ready {
            topic: <L::Output as Event>::TOPIC,
            message_type: <L::Output as Message>::TYPE,
            key: emission.event.key(),
            id: emission.id,
            time: emission.time,
            payload: encoder.encode(&emission.event)?,
        });
    }
    Ok(())
}

/// Puts a stream together: what it reads, what stands beside it, what it computes.
pub struct Builder<L: Logic> {
    readings: Vec<Reading>,
    beside: Beside,
    dedup_ms: Option<i64>,
    late: Option<&'static str>,
    idle_ms: Option<u64>,
    logic: std::marker::PhantomData<fn(L)>,
}

#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    Join(super::join::Spec),
    Latest { left: bool },
}

impl<L: Logic> Builder<L> {
    /// A stream that reads nothing yet.
    pub fn new() -> Self {
        Self {
            readings: Vec::new(),
            beside: Beside::Nothing,
            dedup_ms: None,
            late: None,
            idle_ms: None,
            logic: std::marker::PhantomData,
        }
    }

    /// Reads an event.
    #[must_use]
    pub fn from<M: Event>(self, into: fn(M) -> L::Event) -> Self {
        self.reading::<M>(false, move |message| Arrived::Event(into(message)))
    }

    /// Joins an event by key within a distance in event time.
    #[must_use]
    pub fn join<M: Event>(
        mut self,
        into: fn(M) -> L::Other,
        within_ms: i64,
        grace_ms: i64,
        left: bool,
    ) -> Self {
        self.beside = Beside::Join(super::join::Spec {
            within_ms,
            grace_ms,
            left,
        });
        self.reading::<M>(true, move |message| Arrived::Other(into(message)))
    }

    /// Looks each record up in the last ones of another event.
    #[must_use]
    pub fn latest<M: Event>(mut self, into: fn(M) -> L::Other, left: bool) -> Self {
        self.beside = Beside::Latest { left };
        self.reading::<M>(true, move |message| Arrived::Other(into(message)))
    }

    /// Recognises repeats so far back in event time.
    #[must_use]
    pub fn dedup_ms(mut self, horizon: i64) -> Self {
        self.dedup_ms = Some(horizon);
        self
    }

    /// Puts records that come too late into a topic.
    #[must_use]
    pub fn late(mut self, topic: &'static str) -> Self {
        self.late = Some(topic);
        self
    }

    /// Closes windows of partitions that are silent for so long.
    #[must_use]
    pub fn idle_ms(mut self, silence: u64) -> Self {
        self.idle_ms = Some(silence);
        self
    }

    fn reading<M: Event>(
        mut self,
        other: bool,
        arrived: impl Fn(M) -> Arrived<L> + Send + Sync + Copy + 'static,
    ) -> Self {
        let decode: Decode = Arc::new(move |payload, decoder| {
            Box::pin(async move {
                let message = decoder.decode::<M>(payload).await?;
                Ok(Box::new(arrived(message)) as Value)
            })
        });
        self.readings.push(Reading {
            topic: M::TOPIC,
            message_type: M::TYPE,
            other,
            decode,
        });
        self
    }

    fn build(
        self,
        table: bool,
        tail: impl Fn(bool) -> Box<dyn Tail<L>> + Send + Sync + 'static,
    ) -> Definition {
        let (beside, dedup_ms) = (self.beside, self.dedup_ms);
        Definition {
            name: L::NAME,
            readings: self.readings,
            late: self.late,
            idle_ms: self.idle_ms,
            make: Arc::new(move |tracked, partitions| {
                let side = match beside {
                    _ if table => Side::Table,
                    Beside::Nothing => Side::Alone,
                    Beside::Join(spec) => pipeline::join(spec, tracked),
                    Beside::Latest { left } => Side::Latest {
                        rows: Latest::new(tracked),
                        left,
                    },
                };
                let tail = tail(tracked);
                Box::new(Pipeline::assemble(
                    side, tail, dedup_ms, tracked, partitions,
                ))
            }),
        }
    }

    /// Emits every item.
    pub fn mapped(self) -> Definition
    where
        L: Logic<Item = <L as Logic>::Output>,
    {
        self.build(false, |_| Box::new(Mapped))
    }

    /// Groups in windows; `on_update` emits at every change instead of once at the end.
    pub fn windowed(self, spec: Hopping, on_update: bool) -> Definition
    where
        L: Grouping,
    {
        self.build(false, move |tracked| {
            Box::new(Windows::new(spec, on_update, tracked))
        })
    }

    /// Groups in sessions.
    pub fn sessions(self, spec: Session) -> Definition
    where
        L: Merging,
    {
        self.build(false, move |tracked| Box::new(Sessions::new(spec, tracked)))
    }

    /// Groups that go on for ever.
    pub fn totals(self) -> Definition
    where
        L: Grouping,
    {
        self.build(false, |tracked| Box::new(Totals::new(tracked)))
    }

    /// Groups over the rows of a table, which the source is.
    pub fn table(self) -> Definition
    where
        L: Retracting,
    {
        self.build(true, |tracked| Box::new(Table::new(tracked)))
    }
}

impl<L: Logic> Default for Builder<L> {
    fn default() -> Self {
        Self::new()
    }
}
