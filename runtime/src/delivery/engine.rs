//! What the loops of one instance share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_util::future::join_all;
use tokio::sync::Notify;

use super::AtWork;
use super::timer_wake::TimerWake;
use crate::binding::Parts;
use crate::context::Wiring;
use crate::host::Platform;
use crate::registry::Decoder;
use crate::signal::Signal;
use crate::store::{Broker, InboxKey, Store};
use crate::telemetry::{ConsumerMeters, Meters};
use crate::topology::ServiceTopology;
use crate::transport::LogConsumer;

/// One instance of a service.
pub(crate) struct Engine<S, St: Store> {
    pub(crate) parts: Arc<Parts<S, St>>,
    pub(crate) platform: Platform,
    pub(crate) wiring: Arc<Wiring>,
    pub(crate) decoder: Decoder,
    pub(crate) meters: Meters,
    pub(crate) wakes: Wakes,
    pub(crate) stopping: Signal,
    /// Raised when nothing more is to be carried on.
    pub(crate) closing: Signal,
    /// Requests that are being answered.
    pub(crate) requests: AtWork,
    /// Consumers whose lag is asked for when metrics are.
    consumers: Mutex<Vec<(ConsumerMeters, Weak<dyn LogConsumer>)>>,
}

/// Wakes loops after a commit.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    log: Notify,
    queues: Notify,
    pub(crate) timers: TimerWake,
}

impl Wakes {
    pub(crate) fn relay(&self, broker: Broker) -> &Notify {
        match broker {
            Broker::Log => &self.log,
            Broker::Queues => &self.queues,
        }
    }
}

impl<S, St: Store> Engine<S, St> {
    pub(crate) fn new(
        parts: Arc<Parts<S, St>>,
        platform: Platform,
        wiring: Arc<Wiring>,
        meters: Meters,
    ) -> Self {
        Self {
            decoder: Decoder::new(platform.registry.clone()),
            parts,
            platform,
            wiring,
            meters,
            wakes: Wakes::default(),
            stopping: Signal::default(),
            closing: Signal::default(),
            requests: AtWork::default(),
            consumers: Mutex::default(),
        }
    }

    pub(crate) fn world(&self) -> &crate::World {
        &self.platform.world
    }

    pub(crate) fn service(&self) -> &'static ServiceTopology {
        self.wiring.service
    }

    /// The consumer group by which what the catalog calls so reads: each generation of a read model
    /// reads by one of its own.
    pub(crate) fn group_id(&self, group: &str) -> Arc<str> {
        match self.platform.tuning.generation {
            0 => group.into(),
            generation => format!("{group}.g{generation}").into(),
        }
    }

    /// The inbox key of a message to one of this service's consumers.
    pub(crate) fn inbox_key(&self, consumer: &Arc<str>, source: &str, id: &str) -> InboxKey {
        InboxKey {
            consumer: consumer.clone(),
            source: source.to_owned(),
            id: id.to_owned(),
            generation: self.platform.tuning.generation,
        }
    }

    pub(crate) fn watch(&self, meters: &ConsumerMeters, consumer: &Arc<dyn LogConsumer>) {
        let mut consumers = self.lock_consumers();
        consumers.retain(|(_, consumer)| consumer.strong_count() > 0);
        consumers.push((meters.clone(), Arc::downgrade(consumer)));
    }

    /// Brings the gauges up to date that nobody keeps so: lag and outbox depth.
    pub(crate) async fn measure(&self) {
        let consumers = self.lock_consumers().clone();
        let looks = consumers.into_iter().map(async |(meters, consumer)| {
            if let Some(consumer) = consumer.upgrade() {
                let lag = consumer.lag().await;
                let lag: u64 = lag.iter().map(|(_, lag)| lag).sum();
                meters.lag.set(lag as i64);
            }
        });
        // Brokers answer for several consumers at once.
        join_all(looks).await;
        for broker in Broker::ALL {
            if let Ok(depth) = self.parts.store.outbox_depth(broker).await {
                self.meters.outbox_depth(broker).set(depth as i64);
            }
        }
    }

    /// Records that are not handled yet; `None` while partitions of the service's topics are not
    /// this instance's, or a broker does not say.
    pub(crate) async fn lag(&self) -> Option<u64> {
        let topics = self.service().consumes.iter();
        let topics = topics.flat_map(|from| [Some(from.topic), from.redrive_topic]);
        let topics = topics.flatten();
        let topics = topics.filter_map(|name| self.platform.topology.topic(name));
        let partitions: usize = topics.map(|topic| topic.partitions as usize).sum();
        let consumers = self.lock_consumers().clone();
        let consumers = consumers.into_iter();
        let consumers = consumers.filter_map(|(_, consumer)| consumer.upgrade());
        let looks = consumers.map(async |consumer| consumer.lag().await);
        let lags = join_all(looks).await.concat();
        let left = lags.iter().map(|(_, lag)| lag).sum();
        (lags.len() >= partitions).then_some(left)
    }

    fn lock_consumers(
        &self,
    ) -> std::sync::MutexGuard<'_, Vec<(ConsumerMeters, Weak<dyn LogConsumer>)>> {
        self.consumers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
