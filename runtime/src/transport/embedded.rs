//! Both brokers in memory, with the semantics of the real ones.
//!
//! All records stay in memory for as long as the broker lives. Time, chance and
//! faults come from the [`World`] it is given, so that it is the same in a
//! process and in a simulation; what runs in the broker runs in that world, and
//! survives the death of instances.

mod inspect;
mod log;
mod queues;
mod settled;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::{Log, QueueSpec, Queues, TopicSpec, TransportError};
use crate::World;
use crate::topology::Topology;

pub use inspect::{GroupLag, QueueCounts, TopicCounts};
use log::LogBroker;
use queues::QueueBroker;
use settled::Settled;

/// The name by which a fault plan takes the log down.
pub const LOG: &str = "log";
/// The name by which a fault plan takes the queues down.
pub const QUEUES: &str = "queues";

/// How the embedded broker behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How long a member that vanished keeps its partitions.
    pub session_timeout: Duration,
    /// The largest record of a topic that sets no limit, and the largest queue
    /// message, in bytes.
    pub max_message_bytes: usize,
    /// Records one `next` hands out at most.
    pub max_fetch: usize,
    /// How long a publish or commit takes: a random time from this range, in a
    /// simulation only.
    pub latency: Range<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            session_timeout: Duration::from_secs(6),
            max_message_bytes: 1 << 20,
            max_fetch: 500,
            latency: Duration::from_micros(200)..Duration::from_micros(1_500),
        }
    }
}

/// The embedded brokers. Clones are handles to the same ones.
#[derive(Clone)]
pub struct Embedded {
    log: Arc<LogBroker>,
    queues: Arc<QueueBroker>,
    settled: Arc<Settled>,
}

impl Embedded {
    /// Empty brokers of default behaviour.
    pub fn new(world: &World) -> Self {
        Self::with(world, Options::default())
    }

    /// Empty brokers.
    pub fn with(world: &World, options: Options) -> Self {
        let settled = Arc::new(Settled::default());
        Self {
            log: LogBroker::new(world.clone(), options.clone(), settled.clone()),
            queues: QueueBroker::new(world.clone(), options, settled.clone()),
            settled,
        }
    }

    /// Creates every topic and queue of a system.
    pub async fn declare(&self, topology: &Topology) -> Result<(), TransportError> {
        Log::declare(&*self.log, &TopicSpec::all_of(topology)).await?;
        Queues::declare(&*self.queues, &QueueSpec::all_of(topology)).await
    }

    /// The log side.
    pub fn log(&self) -> Arc<dyn Log> {
        self.log.clone()
    }

    /// The queue side.
    pub fn queues(&self) -> Arc<dyn Queues> {
        self.queues.clone()
    }

    /// Cuts the connections of all consumers, as a network fault would: members
    /// lose their partitions, unacknowledged messages go back to their queues.
    pub fn disconnect_consumers(&self) {
        self.log.expel_all();
        self.queues.disconnect_all();
    }

    /// Whether nothing is in flight: every group has committed all of its
    /// topics, and work and wait queues are empty. Dead letters may rest.
    pub fn is_settled(&self) -> bool {
        self.queues.is_settled() && self.log.is_settled()
    }

    /// Waits until nothing is in flight.
    pub async fn settled(&self) {
        self.settled.wait(|| self.is_settled()).await;
    }
}

/// Waits as long as a request takes: only where time is virtual, so that
/// latencies there are not all zero.
async fn round_trip(world: &World, options: &Options) {
    if let Some(delay) = world.fault_delay() {
        world.sleep(delay).await;
    }
    if world.is_simulated() {
        let Range { start, end } = options.latency;
        let span = end.saturating_sub(start).as_nanos() as u64;
        let more = Duration::from_nanos(world.random_below(span));
        world.sleep(start + more).await;
    }
}

/// How often a consumer looks whether an outage is over.
const OUTAGE_PROBE: Duration = Duration::from_millis(100);
