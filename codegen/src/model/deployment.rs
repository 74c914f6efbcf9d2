//! What environments may change: topics, queues, and how services work through them.

use std::collections::BTreeMap;

use super::{Service, Source};

/// Topics, queues and services of one environment, overrides applied.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Topics by name, dead-letter and redrive topics included.
    pub topics: BTreeMap<String, Topic>,
    /// Queues by name, one per command.
    pub queues: BTreeMap<String, Queue>,
    /// Services by name.
    pub services: BTreeMap<String, Service>,
    /// How long a partition may be silent before a stream closes its windows, in milliseconds, by
    /// stream; absent where it never does.
    pub idle_ms: BTreeMap<String, u64>,
    /// RabbitMQ exchange of all commands, `<system>.commands`: direct, durable.
    pub exchange: String,
}

/// What the application that runs the streams is called where services are called by their names.
pub const STREAMS: &str = "streams";

/// A named place to run the system.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Addresses by what they are of: `kafka`, `rabbitmq`, `registry`.
    pub brokers: BTreeMap<String, Vec<String>>,
    /// Principal (the broker's user name) by service, and [`STREAMS`] for the streams'.
    pub principals: BTreeMap<String, String>,
    /// Everything as it is there.
    pub deployment: Deployment,
    /// Where it was declared.
    pub source: Source,
}

/// A Kafka topic.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Events it carries; empty for topics of another role.
    pub events: Vec<String>,
    /// Number of partitions.
    pub partitions: u32,
    /// Number of replicas.
    pub replication: u32,
    /// How long records are kept, in milliseconds; `None` is for ever.
    pub retention_ms: Option<u64>,
    /// What happens to old records.
    pub cleanup: Cleanup,
    /// What it is for.
    pub role: TopicRole,
    /// Where it, its event or its consumer was declared.
    pub source: Source,
}

/// What happens to old records of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleanup {
    /// They are deleted after the retention.
    Delete,
    /// The last record of each key is kept.
    Compact,
}

impl Cleanup {
    /// Kafka's `cleanup.policy`.
    pub fn as_str(self) -> &'static str {
        match self {
            Cleanup::Delete => "delete",
            Cleanup::Compact => "compact",
        }
    }
}

/// What a topic is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicRole {
    /// Events.
    Events,
    /// What a group, or a stream, could not work off, `<topic>.<group>.dlt`.
    DeadLetter {
        /// Topic it came from.
        of: String,
        /// Consumer group, or stream.
        group: String,
    },
    /// What came to a stream after its windows closed.
    Late {
        /// Stream.
        stream: String,
    },
    /// What a group shall try again, `<topic>.<group>.redrive`.
    Redrive {
        /// Topic it came from.
        of: String,
        /// Consumer group.
        group: String,
    },
}

/// The RabbitMQ queue of a command, bound to the exchange by its own name.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Name and routing key, `<service>.<command-in-kebab-case>`.
    pub name: String,
    /// Command.
    pub command: String,
    /// Service that receives it.
    pub service: String,
    /// Waiting times of the retry tiers in milliseconds, ascending, each once; a wait queue per
    /// tier is named by [`Queue::wait_queue`].
    pub tiers_ms: Vec<u64>,
    /// Dead-letter queue, `<queue>.dlq`, unless the receiver wants none.
    pub dead_letter: Option<String>,
    /// How long an instruction is worth following, in milliseconds.
    pub ttl_ms: Option<u64>,
    /// Number of priority levels, 2 to 10.
    pub priority: Option<u8>,
    /// Whether one consumer at a time is active (`order: key` needs it).
    pub single_active_consumer: bool,
    /// Where its command was declared.
    pub source: Source,
}

impl Queue {
    /// Name of the wait queue of a tier, `<queue>.wait.<milliseconds>`.
    pub fn wait_queue(&self, tier_ms: u64) -> String {
        format!("{}.wait.{tier_ms}", self.name)
    }
}

/// How a service works through one kind of message, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Attempts in all, at least 1; 1 means no retry.
    pub attempts: u32,
    /// First backoff in milliseconds.
    pub backoff_min_ms: u64,
    /// Longest backoff in milliseconds.
    pub backoff_max_ms: u64,
    /// Keys worked on at once by one instance.
    pub concurrency: u32,
    /// Messages that a broker may hand over before they are settled.
    pub prefetch: u32,
    /// Whether a message that fails for good goes to dead letter (otherwise it is dropped).
    pub dead_letter: bool,
    /// What becomes of later messages of the key.
    pub after_dead_letter: AfterDeadLetter,
    /// Whether messages of one key are worked off in order.
    pub order_by_key: bool,
    /// Most instances that run at once, where the catalog says so.
    pub instances: Option<u32>,
}

impl Policy {
    /// Backoff before each retry, in milliseconds, without jitter: doubled each time up to the
    /// longest.
    pub fn backoffs_ms(&self) -> impl Iterator<Item = u64> {
        let (min, max) = (self.backoff_min_ms, self.backoff_max_ms);
        (0..self.attempts.saturating_sub(1))
            .map(move |i| min.saturating_mul(1 << i.min(40)).min(max))
    }

    /// The different waiting times, ascending.
    pub fn tiers_ms(&self) -> Vec<u64> {
        let mut tiers: Vec<u64> = self.backoffs_ms().take(64).collect();
        tiers.dedup();
        tiers
    }

    /// Longest time from the first attempt to the last, in milliseconds, not counting the work.
    pub fn budget_ms(&self) -> u64 {
        self.backoffs_ms().fold(0, u64::saturating_add)
    }
}

/// What becomes of later messages of a key whose message went to dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterDeadLetter {
    /// They are worked off.
    Continue,
    /// They wait, in order, until the dead letter is redriven or discarded.
    Park,
}
