//! The queues: exchanges, bindings, quorum queues, acknowledgements.

mod consumer;
mod janitor;
mod queue;
mod state;

use std::sync::{Arc, Mutex, PoisonError};

use super::settled::Settled;
use super::{Options, QUEUES, QueueCounts, round_trip};
use crate::transport::{
    NewMessage, PublishError, QueueConsumer, QueueMessage, QueueSpec, Queues, TransportError,
};
use crate::world::Fault;
use crate::{BoxFuture, World};
use consumer::Consumer;
use state::State;

/// A handle to the queues; clones share them.
#[derive(Clone)]
pub(super) struct QueueBroker {
    world: World,
    options: Options,
    settled: Arc<Settled>,
    state: Arc<Mutex<State>>,
}

impl QueueBroker {
    pub(super) fn new(world: World, options: Options, settled: Arc<Settled>) -> Arc<Self> {
        Arc::new(Self {
            world,
            options,
            settled,
            state: Arc::default(),
        })
    }

    /// Changes the state, then sees to timers that the change calls for and
    /// wakes those who wait for the end of it all. Never held across an await.
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.in_flight;
        let result = work(&mut state);
        let unattended = std::mem::take(&mut state.unattended);
        let settled = before > 0 && state.in_flight == 0;
        drop(state);
        for queue in unattended {
            self.attend(queue);
        }
        if settled {
            self.settled.changed();
        }
        result
    }

    fn is_down(&self) -> bool {
        self.world.outage(QUEUES)
    }

    fn publish_one(&self, state: &mut State, new: &NewMessage) -> Result<(), PublishError> {
        let (size, limit) = (new.message.size(), self.options.max_message_bytes);
        if size > limit {
            return Err(PublishError::TooLarge { size, limit });
        }
        let now = self.world.now();
        self.world.note(format_args!("publish {}", new.route));
        if self.world.strikes(Fault::Duplicate) {
            // The copy of a publisher that saw no confirm.
            state.publish(&new.route, &new.message, now)?;
        }
        state.publish(&new.route, &new.message, now)?;
        if self.world.strikes(Fault::DropAck) {
            return Err(unavailable("no confirm"));
        }
        Ok(())
    }

    pub(super) fn is_settled(&self) -> bool {
        self.with(|state| state.in_flight == 0)
    }

    pub(super) fn disconnect_all(&self) {
        self.with(State::disconnect_all);
    }

    pub(super) fn counts(&self) -> Vec<QueueCounts> {
        let mut counts = self.with(|state| state.counts());
        counts.sort_by(|a, b| a.queue.cmp(&b.queue));
        counts
    }

    pub(super) fn messages(&self, queue: &str) -> Vec<QueueMessage> {
        self.with(|state| state.messages(queue))
    }
}

fn unavailable(why: &str) -> PublishError {
    PublishError::Unavailable(why.to_owned())
}

impl Queues for QueueBroker {
    fn declare<'a>(&'a self, queues: &'a [QueueSpec]) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(
            async move { self.with(|state| queues.iter().try_for_each(|it| state.declare(it))) },
        )
    }

    fn publish(&self, messages: Vec<NewMessage>) -> BoxFuture<'_, Vec<Result<(), PublishError>>> {
        Box::pin(async move {
            round_trip(&self.world, &self.options).await;
            if self.is_down() {
                return vec![Err(unavailable("outage")); messages.len()];
            }
            self.with(|state| {
                let publish = |message| self.publish_one(state, message);
                messages.iter().map(publish).collect()
            })
        })
    }

    fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> BoxFuture<'_, Result<Box<dyn QueueConsumer>, TransportError>> {
        let queue = queue.to_owned();
        Box::pin(async move {
            round_trip(&self.world, &self.options).await;
            if self.is_down() {
                return Err(TransportError::Unavailable("outage".to_owned()));
            }
            let consumer = Consumer::begin(self.clone(), &queue, prefetch)?;
            Ok(Box::new(consumer) as Box<dyn QueueConsumer>)
        })
    }
}
