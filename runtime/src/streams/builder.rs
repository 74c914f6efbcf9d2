//! How generated code puts a stream together.

use std::sync::Arc;

use crate::message::Event;

use super::definition::{Decode, Definition, Idle, Reading};
use super::latest::Latest;
use super::pipeline::{self, Mapped, Side, Tail};
use super::runner::Value;
use super::{
    Arrived, Grouping, Hopping, Logic, Merging, Pipeline, Retracting, Session, Sessions, Table,
    Totals, Windows,
};

/// Puts a stream together: what it reads, what stands beside it, what it computes.
pub struct Builder<L: Logic> {
    readings: Vec<Reading>,
    beside: Beside,
    dedup_ms: Option<i64>,
    late: Option<&'static str>,
    idle: Idle,
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
            idle: Idle::default(),
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

    /// Closes windows of partitions that are silent for so many milliseconds.
    #[must_use]
    pub fn idle_ms(mut self, silence: u64) -> Self {
        self.idle.usual_ms = Some(silence);
        self
    }

    /// The same in one environment, where it is another time.
    #[must_use]
    pub fn idle_ms_in(mut self, environment: &'static str, silence: u64) -> Self {
        self.idle.elsewhere_ms.push((environment, silence));
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
            idle: self.idle,
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
