//! How an instance works, where the catalog has no say.

use std::time::Duration;

use jiff::Timestamp;

/// How an instance works, where the catalog has no say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// Records that one partition may have in hand before it pauses.
    pub window: usize,
    /// How often offsets are committed at most.
    pub commit_every: Duration,
    /// How long revoked partitions may drain; handlers still running then are
    /// dropped, their transactions rolled back.
    pub drain: Duration,
    /// The first and the longest pause between probes of something unavailable.
    pub probe: (Duration, Duration),
    /// How often a relay looks into the outbox without being woken, and a timer
    /// loop for timers of others.
    pub poll: Duration,
    /// Messages that a relay publishes at once.
    pub relay_batch: usize,
    /// How long a relay's or timer loop's claim holds against other instances.
    pub lease: Duration,
    /// How long inbox rows are kept, and so the oldest message that may be
    /// redriven.
    pub inbox_age: Duration,
    /// The longest body of a request, in bytes.
    pub body_limit: usize,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// The read model's generation: counted up, everything is read as new, by consumer groups of
    /// its own.
    pub generation: u32,
    /// Records published before are passed over; `None` for none.
    pub since: Option<Timestamp>,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            window: 4_096,
            commit_every: Duration::from_millis(200),
            drain: Duration::from_secs(4),
            probe: (Duration::from_millis(100), Duration::from_secs(5)),
            poll: Duration::from_secs(1),
            relay_batch: 256,
            lease: Duration::from_secs(5),
            inbox_age: Duration::from_hours(45 * 24),
            body_limit: 1_048_576,
            request_timeout: Duration::from_secs(30),
            generation: 0,
            since: None,
        }
    }
}
