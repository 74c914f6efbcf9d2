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

/// A stream, ready to be run by an [`Engine`](super::Engine). Cheap to clone.
#[derive(Clone)]
pub struct Definition {
    pub(super) name: &'static str,
    pub(super) readings: Vec<Reading>,
    pub(super) late: Option<&'static str>,
    pub(super) idle_ms: Option<u64>,
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
