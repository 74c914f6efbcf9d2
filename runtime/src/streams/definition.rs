//! A stream as the engine takes it: what it reads, and how its pipeline is made.

use std::sync::Arc;

use crate::BoxFuture;
use crate::registry::{DecodeFailure, Decoder};

use super::runner::{Runner, Value};

/// Decodes one type of record of a stream.
pub(super) type Decode = Arc<
    dyn for<'a> Fn(&'a [u8], &'a Decoder) -> BoxFuture<'a, Result<Value, DecodeFailure>>
        + Send
        + Sync,
>;

/// Makes the pipeline of a stream: whether its state is saved, and over how many partitions its
/// groups are spread.
pub(super) type Make = Arc<dyn Fn(bool, u32) -> Box<dyn Runner> + Send + Sync>;

/// What a stream reads.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) topic: &'static str,
    pub(super) message_type: &'static str,
    /// Whether it is of the other side.
    pub(super) other: bool,
    pub(super) decode: Decode,
}

/// How long a partition may be silent before its windows close, in milliseconds.
#[derive(Clone, Default)]
pub(super) struct Idle {
    pub(super) usual_ms: Option<u64>,
    /// By environment, where it is another time.
    pub(super) elsewhere_ms: Vec<(&'static str, u64)>,
}

impl Idle {
    /// In an environment; `None` for ever.
    pub(super) fn ms(&self, environment: &str) -> Option<u64> {
        let there = self.elsewhere_ms.iter();
        let there = there.copied().find(|(name, _)| *name == environment);
        there.map(|(_, ms)| ms).or(self.usual_ms)
    }
}

/// A stream, ready to be run by an [`Engine`](super::Engine). Cheap to clone.
#[derive(Clone)]
pub struct Definition {
    pub(super) name: &'static str,
    pub(super) readings: Vec<Reading>,
    pub(super) late: Option<&'static str>,
    pub(super) idle: Idle,
    pub(super) make: Make,
}

impl Definition {
    /// The stream's name in the catalog.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The topics that it reads, each once.
    pub fn topics(&self) -> Vec<&'static str> {
        let mut topics: Vec<&str> = self.readings.iter().map(|r| r.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    }
}

impl std::fmt::Debug for Definition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Definition({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_may_be_silent_for_another_time() {
        let idle = |usual_ms| Idle {
            usual_ms,
            elsewhere_ms: vec![("demo", 5)],
        };
        assert_eq!(idle(Some(60)).ms("demo"), Some(5));
        assert_eq!(idle(Some(60)).ms("default"), Some(60));
        assert_eq!(idle(None).ms("demo"), Some(5));
        assert_eq!(idle(None).ms("default"), None);
    }
}
