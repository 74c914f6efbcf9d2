//! The consumer of one command queue.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::Engine;
use super::at_work::AtWork;
use super::backoff::Probes;
use super::dead_letter::{Attempts, unbundled};
use super::gate::Gate;
use super::lanes::{LaneId, Lanes};
use crate::binding::MessageHandler;
use crate::envelope::names;
use crate::store::Store;
use crate::telemetry::ConsumerMeters;
use crate::topology::{Order, Queue, Receives};
use crate::transport::{Delivery, QueueConsumer, QueueEvent};

/// A delivery on its way to its handler.
pub(super) struct Item {
    pub(super) delivery: Delivery,
    pub(super) attempts: Attempts,
}

/// The consumer of one command queue.
pub(crate) struct QueueReader<S, St: Store> {
    pub(super) engine: Arc<Engine<S, St>>,
    pub(super) receives: &'static Receives,
    pub(super) queue: &'static Queue,
    pub(super) handler: Arc<dyn MessageHandler<S, St::Tx>>,
    /// What the inbox calls this consumer.
    pub(super) name: Arc<str>,
    pub(super) meters: ConsumerMeters,
    pub(super) gate: Gate,
    pub(super) lanes: Lanes<Item>,
    pub(super) work: AtWork,
}

impl<S, St> QueueReader<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    pub(crate) fn new(
        engine: Arc<Engine<S, St>>,
        receives: &'static Receives,
        queue: &'static Queue,
        handler: Arc<dyn MessageHandler<S, St::Tx>>,
    ) -> Self {
        let service = engine.service().name;
        Self {
            receives,
            queue,
            handler,
            name: format!("{service}:{}", receives.command).into(),
            meters: engine.meters.consumer(queue.name, service),
            gate: Gate::default(),
            lanes: Lanes::default(),
            work: AtWork::default(),
            engine,
        }
    }

    /// Reads until the instance stops, then drains. Says how many messages were
    /// dropped at work; the queue has them still.
    pub(crate) async fn run(self: Arc<Self>) -> u64 {
        let Some(consumer) = self.join().await else {
            return 0;
        };
        let consumer: Arc<dyn QueueConsumer> = Arc::from(consumer);
        let workers: Vec<_> = (0..self.receives.concurrency.max(1))
            .map(|_| {
                let work = self.clone().work(consumer.clone());
                self.engine
                    .world()
                    .spawn(self.queue.name, work)
                    .abort_on_drop()
            })
            .collect();
        self.read(&*consumer).await;
        self.work.halt();
        consumer.close().await;
        let drain = self.engine.platform.tuning.drain;
        let idle = self.work.until_idle();
        let mut left = 0;
        if self.engine.world().timeout(drain, idle).await.is_none() {
            left = self.work.at_work() as u64;
            self.work.cancelled.raise();
            self.work.until_idle().await;
        }
        drop(workers);
        left
    }

    async fn join(&self) -> Option<Box<dyn QueueConsumer>> {
        let mut probes = Probes::new(self.engine.platform.tuning.probe);
        loop {
            let queues = &self.engine.platform.queues;
            match queues
                .consume(self.queue.name, self.receives.prefetch.max(1))
                .await
            {
                Ok(consumer) => return Some(consumer),
                Err(error) => tracing::warn!(queue = self.queue.name, %error, "cannot consume yet"),
            }
            tokio::select! {
                biased;
                () = self.engine.stopping.wait() => return None,
                () = self.engine.world().sleep(probes.next()) => {}
            }
        }
    }

    async fn read(&self, consumer: &dyn QueueConsumer) {
        loop {
            let event = tokio::select! {
                biased;
                () = self.engine.stopping.wait() => return,
                event = consumer.next() => event,
            };
            match event {
                QueueEvent::Delivery(mut delivery) => {
                    delivery.message = unbundled(delivery.message);
                    let attempts = Attempts::read(&delivery.message.headers);
                    let lane = self.lane_of(&delivery);
                    self.lanes.push([(lane, Item { delivery, attempts })]);
                }
                // What is in hand comes again, and is recognised then.
                QueueEvent::Reconnected => {}
                QueueEvent::Closed => return,
            }
        }
    }

    fn lane_of(&self, delivery: &Delivery) -> LaneId {
        let headers = &delivery.message.headers;
        let mut hasher = DefaultHasher::new();
        match (
            self.receives.order,
            headers.get(names::SUBJECT),
            headers.get(names::ID),
        ) {
            (Order::Key, Some(key), _) => key.hash(&mut hasher),
            // Copies of a message, as a publisher makes them that saw no confirm, wait for each
            // other: the second finds what the first did, effects outside included.
            (_, _, Some(id)) => (headers.get(names::SOURCE), id).hash(&mut hasher),
            _ => delivery.tag.hash(&mut hasher),
        }
        hasher.finish()
    }
}
