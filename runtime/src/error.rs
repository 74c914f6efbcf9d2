//! How a handler fails, and what delivery makes of it.

use std::borrow::Cow;
use std::error::Error;
use std::io;

use crate::message::HeaderError;
use crate::store::StoreError;

/// What went wrong underneath.
pub type Cause = Box<dyn Error + Send + Sync + 'static>;

/// Why a handler did not do its work. Nothing it wrote or published remains.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// It may succeed when tried again: one attempt is used, and after the
    /// declared number of attempts the message is dead-lettered.
    #[error("{0}")]
    Transient(#[source] Cause),
    /// Something that every message needs is down: consumption pauses and probes
    /// with this message again; no attempt is used.
    #[error("{dependency} is unavailable: {cause}")]
    Unavailable {
        /// What is down, such as `payment-provider`.
        dependency: Cow<'static, str>,
        /// How that was noticed.
        #[source]
        cause: Cause,
    },
    /// It can never succeed: the message is dead-lettered at once.
    #[error("rejected: {0}")]
    Rejected(#[source] Cause),
}

impl HandlerError {
    /// A failure that may pass.
    pub fn transient(cause: impl Into<Cause>) -> Self {
        Self::Transient(cause.into())
    }

    /// A dependency that is down.
    pub fn unavailable(dependency: impl Into<Cow<'static, str>>, cause: impl Into<Cause>) -> Self {
        Self::Unavailable {
            dependency: dependency.into(),
            cause: cause.into(),
        }
    }

    /// A message that can never be handled.
    pub fn rejected(cause: impl Into<Cause>) -> Self {
        Self::Rejected(cause.into())
    }

    /// The kind in one word, for headers and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Transient(_) => "transient",
            Self::Unavailable { .. } => "unavailable",
            Self::Rejected(_) => "rejected",
        }
    }
}

/// Why a message was not accepted into the unit of work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    /// It is larger than its topic or queue allows, envelope included.
    #[error("{name} takes {size} bytes, its destination allows {limit}")]
    TooLarge {
        /// The message's name in the catalog.
        name: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The topology that the service was started with does not have it.
    #[error("{0} is not in the topology this service was started with")]
    Undeclared(&'static str),
}

impl From<EffectError> for HandlerError {
    fn from(error: EffectError) -> Self {
        Self::Rejected(error.into())
    }
}

/// A message whose headers are not what the catalog declares stays so: it is dead-lettered.
impl From<HeaderError> for HandlerError {
    fn from(error: HeaderError) -> Self {
        Self::Rejected(error.into())
    }
}

impl From<StoreError> for HandlerError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable("store", error),
            StoreError::Conflict => Self::Transient(error.into()),
            StoreError::Refused(_) => Self::Rejected(error.into()),
        }
    }
}

impl From<io::Error> for HandlerError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
            NetworkUnreachable, NotConnected, TimedOut,
        };
        match error.kind() {
            ConnectionRefused | ConnectionReset | ConnectionAborted | NotConnected | BrokenPipe
            | TimedOut | HostUnreachable | NetworkUnreachable => {
                Self::unavailable("network", error)
            }
            _ => Self::Transient(error.into()),
        }
    }
}

impl From<herald_avro::codec::DecodeError> for HandlerError {
    fn from(error: herald_avro::codec::DecodeError) -> Self {
        Self::Rejected(error.into())
    }
}

impl From<serde_json::Error> for HandlerError {
    fn from(error: serde_json::Error) -> Self {
        Self::Rejected(error.into())
    }
}
