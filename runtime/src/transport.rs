//! The ports through which messages travel, and the transports behind them.

pub mod embedded;
pub mod headers;
#[cfg(feature = "kafka")]
pub mod kafka;
pub mod log;
pub mod partitioner;
pub mod queues;
#[cfg(feature = "rabbitmq")]
pub mod rabbitmq;

pub use headers::Headers;
pub use log::{
    CommitError, Done, Log, LogConsumer, LogEvent, NewRecord, Position, Record, Subscription,
    TopicPartition, TopicSpec,
};
pub use queues::{
    Delivery, NewMessage, QueueConsumer, QueueEvent, QueueMessage, QueueSpec, Queues, Route,
    SettleError, Tag,
};

/// Why a message was not taken by the broker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The broker cannot be reached, or did not answer in time; it may have
    /// stored the message all the same. To be tried again, with the same id.
    #[error("the broker is unavailable: {0}")]
    Unavailable(String),
    /// The topic does not exist.
    #[error("unknown topic {0}")]
    UnknownTopic(String),
    /// The exchange does not exist.
    #[error("unknown exchange {0}")]
    UnknownExchange(String),
    /// No queue is bound to that routing key.
    #[error("no queue takes {exchange}/{routing_key}")]
    Unroutable {
        /// The exchange published to.
        exchange: String,
        /// The routing key.
        routing_key: String,
    },
    /// The broker refused it for now: a queue is full. To be tried again.
    #[error("refused: {0}")]
    Refused(String),
    /// The message is larger than the topic or queue allows.
    #[error("{size} bytes are more than the {limit} allowed")]
    TooLarge {
        /// The message's size in bytes, as the broker counts it.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

impl PublishError {
    /// Whether trying the same message again may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Refused(_))
    }
}

/// Why a broker could not be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// It cannot be reached now.
    #[error("the broker is unavailable: {0}")]
    Unavailable(String),
    /// It is there and does not let us in.
    #[error("{0}")]
    Refused(String),
    /// Something named does not exist there.
    #[error("unknown {0}")]
    Unknown(String),
    /// It exists with other arguments.
    #[error("{name} exists and differs: {difference}")]
    Conflict {
        /// The topic or queue.
        name: String,
        /// What differs.
        difference: String,
    },
}
