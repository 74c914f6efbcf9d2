//! Streams: records that are filtered, joined, grouped and computed over as they come.
//!
//! A generated [`Logic`] says what a stream computes; this module says when, as Kafka Streams does
//! with caches off: event time per partition is the greatest seen, windows close by it, what comes
//! later is late. One [`Pipeline`] holds all partitions of a stream; [`Engine`] feeds pipelines
//! from a log, keeps their state in a [`StateStore`] and publishes what they emit.
//!
//! Everything below the engine is synchronous and reads no clock: the same records give the same
//! emissions, bit by bit, their ids included.

mod arithmetic;
mod builder;
mod definition;
mod driver;
mod engine;
#[cfg(feature = "redb")]
mod file_state;
mod join;
mod latest;
mod logic;
mod outbox;
mod pipeline;
mod runner;
mod seen;
mod sessions;
mod state;
mod table;
mod totals;
mod window;
mod windows;

pub use arithmetic::{
    Overflow, add, add_long, average, greatest, least, multiply, multiply_long, negate,
    negate_long, rescale, subtract, subtract_long,
};
pub use builder::Builder;
pub use definition::Definition;
pub use driver::Driver;
pub use engine::{Engine, EngineError, Settings};
#[cfg(feature = "redb")]
pub use file_state::FileState;
pub use logic::{Arrived, Grouping, Logic, Merging, NoOther, Retracting};
pub use outbox::{Emission, Origin, Outbox};
pub use pipeline::{Arrival, Outcome, Pipeline};
pub use seen::Seen;
pub use sessions::Sessions;
pub use state::{Change, Entries, MemoryState, StateError, StateStore};
pub use table::Table;
pub use totals::Totals;
pub use window::{Hopping, Session, Window};
pub use windows::Windows;

#[cfg(test)]
mod tests;
