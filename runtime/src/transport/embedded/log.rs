//! The log: topics, partitions, consumer groups.

mod assign;
mod consumer;
mod group;
mod inspect;
mod look;
mod state;

use std::sync::{Arc, Mutex, PoisonError};

use super::settled::Settled;
use super::{LOG, Options, round_trip};
use crate::transport::{
    Log, LogConsumer, NewRecord, Position, PublishError, Subscription, TopicSpec, TransportError,
};
use crate::world::Fault;
use crate::{BoxFuture, World};
use consumer::Consumer;
use state::State;

/// A handle to the log; clones share it.
#[derive(Clone)]
pub(super) struct LogBroker {
    world: World,
    options: Options,
    settled: Arc<Settled>,
    state: Arc<Mutex<State>>,
}

impl LogBroker {
    pub(super) fn new(world: World, options: Options, settled: Arc<Settled>) -> Arc<Self> {
        Arc::new(Self {
            world,
            options,
            settled,
            state: Arc::default(),
        })
    }

    /// Never held across an await.
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_down(&self) -> bool {
        self.world.outage(LOG)
    }

    fn append(&self, records: Vec<NewRecord>) -> Vec<Result<Position, PublishError>> {
        let now = self.world.now();
        let limit = self.options.max_message_bytes;
        let mut touched = Vec::new();
        let results = self.with(|state| {
            let append = |record| {
                let (part, offset) = state.append(record, now, limit, || self.world.random())?;
                if !touched.contains(&part) {
                    touched.push(part);
                }
                if self.world.strikes(Fault::Duplicate) {
                    // What a relay does that was cut off after its publish, and
                    // comes back later.
                    state.repeat(part, self.world.random_below(16));
                }
                self.world
                    .note(format_args!("append {}/{}@{offset}", part.0, part.1));
                Ok(Position {
                    partition: part.1,
                    offset,
                })
            };
            let results: Vec<_> = records.into_iter().map(append).collect();
            state.wake_readers(&touched);
            results
        });
        let lose = |result| match result {
            Ok(_) if self.world.strikes(Fault::DropAck) => Err(unavailable("no answer")),
            other => other,
        };
        results.into_iter().map(lose).collect()
    }
}

fn unavailable(why: &str) -> PublishError {
    PublishError::Unavailable(why.to_owned())
}

impl Log for LogBroker {
    fn declare<'a>(&'a self, topics: &'a [TopicSpec]) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            self.with(|state| topics.iter().for_each(|topic| state.declare(topic)));
            Ok(())
        })
    }

    fn publish(
        &self,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'_, Vec<Result<Position, PublishError>>> {
        Box::pin(async move {
            round_trip(&self.world, &self.options).await;
            if self.is_down() {
                return vec![Err(unavailable("outage")); records.len()];
            }
            self.append(records)
        })
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn LogConsumer>, TransportError>> {
        Box::pin(async move {
            round_trip(&self.world, &self.options).await;
            if self.is_down() {
                return Err(TransportError::Unavailable("outage".to_owned()));
            }
            let consumer = Consumer::join(self.clone(), subscription)?;
            Ok(Box::new(consumer) as Box<dyn LogConsumer>)
        })
    }
}
