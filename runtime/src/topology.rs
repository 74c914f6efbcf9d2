//! What a system's brokers and services look like, as plain static data.
//!
//! `cargo xtask gen` writes one [`Topology`] per environment of the catalog;
//! transports declare it, delivery obeys it.

/// The topics, queues and services of one system in one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topology {
    /// The system's name in the catalog.
    pub system: &'static str,
    /// The environment, `default` where the catalog's own values hold.
    pub environment: &'static str,
    /// Every topic, dead-letter and redrive topics included.
    pub topics: &'static [Topic],
    /// The exchange that commands are published to (direct, durable).
    pub exchange: &'static str,
    /// The work queues, one per command (and per priority level).
    pub queues: &'static [Queue],
    /// Every service.
    pub services: &'static [ServiceTopology],
}

impl Topology {
    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&'static ServiceTopology> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The topic of that name.
    pub fn topic(&self, name: &str) -> Option<&'static Topic> {
        self.topics.iter().find(|topic| topic.name == name)
    }

    /// The work queue of that name.
    pub fn queue(&self, name: &str) -> Option<&'static Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }
}

/// One topic of the event store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// The topic's name.
    pub name: &'static str,
    /// The number of partitions.
    pub partitions: u32,
    /// The replication factor.
    pub replication: u16,
    /// How long records are kept, in milliseconds; `None` keeps them for ever.
    pub retention_ms: Option<i64>,
    /// What becomes of old records.
    pub cleanup: Cleanup,
    /// The largest record, in bytes; `None` leaves the broker's default (1 MiB).
    pub max_message_bytes: Option<u32>,
    /// For a dead-letter or redrive topic, the source topic it serves.
    pub dead_letter_of: Option<&'static str>,
}

impl Topic {
    /// A dead-letter or redrive topic, but for its name and its source.
    pub const fn helper(
        partitions: u32,
        replication: u16,
        retention_ms: Option<i64>,
        max_message_bytes: u32,
    ) -> Self {
        Self {
            name: "",
            partitions,
            replication,
            retention_ms,
            cleanup: Cleanup::Delete,
            max_message_bytes: Some(max_message_bytes),
            dead_letter_of: None,
        }
    }
}

/// What becomes of old records of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleanup {
    /// They are deleted after the retention time.
    Delete,
    /// The last record of each key stays.
    Compact,
}

/// One work queue, with its wait queues and its dead-letter queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// The queue's name, which is its routing key as well.
    pub name: &'static str,
    /// The Avro full name of the command it carries.
    pub command: &'static str,
    /// The one service that receives it.
    pub service: &'static str,
    /// The retry tiers, in milliseconds, rising: a wait queue `<name>.wait.<tier>` each.
    pub tiers_ms: &'static [u64],
    /// The dead-letter queue, if there is one.
    pub dead_letter: Option<&'static str>,
    /// How long a message may wait for a consumer, in milliseconds.
    pub ttl_ms: Option<u64>,
    /// The priority level this queue carries, where the command has levels.
    pub priority: Option<u8>,
}

impl Queue {
    /// The name of the wait queue of one tier.
    pub fn wait_queue(&self, tier_ms: u64) -> String {
        format!("{}.wait.{tier_ms}", self.name)
    }

    /// The tier for a number of attempts already made (1 after the first):
    /// the tiers in order, then the last one again. `None` without tiers.
    pub fn tier_after(&self, attempts: u32) -> Option<u64> {
        let at = (attempts.max(1) as usize - 1).min(self.tiers_ms.len().checked_sub(1)?);
        self.tiers_ms.get(at).copied()
    }
}

/// One service and what it takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceTopology {
    /// The service's name.
    pub name: &'static str,
    /// Where it keeps its state.
    pub store: StoreKind,
    /// What it reads from topics: one entry per topic and group.
    pub consumes: &'static [Consumes],
    /// The commands it receives.
    pub receives: &'static [Receives],
    /// Its timers.
    pub timers: &'static [TimerDef],
}

impl ServiceTopology {
    /// The timer of that name.
    pub fn timer(&self, name: &str) -> Option<&'static TimerDef> {
        self.timers.iter().find(|timer| timer.name == name)
    }
}

/// Where a service keeps its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// SQL transactions.
    Postgres,
    /// One document per aggregate.
    MongoDb,
    /// No state of its own.
    None,
}

/// What one consumer group of a service reads from one topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consumes {
    /// The topic.
    pub topic: &'static str,
    /// The consumer group.
    pub group: &'static str,
    /// Keys worked on at once by one instance.
    pub concurrency: u32,
    /// The dead-letter topic of this group, where a policy wants one.
    pub dead_letter_topic: Option<&'static str>,
    /// The topic that redrives to this group alone.
    pub redrive_topic: Option<&'static str>,
    /// The policy of each consumed type, by Avro full name. Other types in the
    /// topic are passed over.
    pub policies: &'static [(&'static str, Policy)],
}

impl Consumes {
    /// The Avro full names of the consumed types.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.policies.iter().map(|(name, _)| *name)
    }

    /// The policy of a type; `None` where it is not consumed.
    pub fn policy(&self, message_type: &str) -> Option<&'static Policy> {
        self.policies
            .iter()
            .find(|(name, _)| *name == message_type)
            .map(|(_, policy)| policy)
    }
}

/// How one consumed type is treated when handling fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Attempts and the pauses between them.
    pub retry: Retry,
    /// Whether a message that failed for good goes to the dead-letter topic.
    pub dead_letter: bool,
    /// What becomes of later messages of a dead-lettered key.
    pub after_dead_letter: AfterDeadLetter,
    /// Whether messages of one key are handled in order.
    pub order: Order,
}

impl Policy {
    /// As the catalog has it where it says nothing else: in order of key, to the dead-letter topic
    /// after so many attempts, and then on.
    pub const fn retrying(attempts: u32, min_ms: u64, max_ms: u64) -> Self {
        Self {
            retry: Retry {
                attempts,
                min_ms,
                max_ms,
            },
            dead_letter: true,
            after_dead_letter: AfterDeadLetter::Continue,
            order: Order::Key,
        }
    }
}

/// Attempts and the pauses between them: exponential from `min_ms` to `max_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often the handler is tried in all, at least 1.
    pub attempts: u32,
    /// The bound of the first pause, in milliseconds.
    pub min_ms: u64,
    /// The bound that later pauses grow to, in milliseconds.
    pub max_ms: u64,
}

/// What becomes of later messages of a key after one was dead-lettered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterDeadLetter {
    /// They are handled.
    Continue,
    /// They wait, in order, until the dead letter is redriven or discarded.
    Park,
}

/// Whether order within a key matters to a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One at a time per key, in order.
    Key,
    /// Any order.
    None,
}

/// How a service receives one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receives {
    /// The work queue (an entry of [`Topology::queues`]).
    pub queue: &'static str,
    /// The Avro full name of the command.
    pub command: &'static str,
    /// Unacknowledged messages one instance may hold.
    pub prefetch: u16,
    /// Messages worked on at once by one instance.
    pub concurrency: u32,
    /// Attempts; the pauses are the queue's tiers.
    pub retry: Retry,
    /// Whether a message that failed for good goes to the dead-letter queue.
    pub dead_letter: bool,
    /// Whether messages of one key are handled in order (single active consumer).
    pub order: Order,
}

/// A timer of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerDef {
    /// The timer's name in the catalog.
    pub name: &'static str,
    /// How long after it is set it fires, in milliseconds.
    pub after_ms: u64,
    /// Attempts and the pauses between them.
    pub retry: Retry,
}
