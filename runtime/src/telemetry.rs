//! What an instance tells of itself: metrics, logs, traces.

pub mod logs;
mod meters;
pub mod metrics;

pub(crate) use meters::{ConsumerMeters, Meters};
pub use metrics::Metrics;
