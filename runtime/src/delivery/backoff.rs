//! Pauses between attempts: exponential, with full jitter.

use std::time::Duration;

use crate::World;
use crate::topology::Retry;

/// The pause after that many attempts (1 after the first): anything up to a
/// bound that doubles from `min_ms` to `max_ms`.
pub(crate) fn pause(world: &World, retry: &Retry, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(32);
    let bound = retry
        .min_ms
        .saturating_mul(1 << doublings)
        .min(retry.max_ms);
    Duration::from_millis(world.random_below(bound.saturating_add(1)))
}

/// Pauses between probes: they double without jitter from the first to the longest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Probes {
    next: Duration,
    longest: Duration,
}

impl Probes {
    pub(crate) fn new((first, longest): (Duration, Duration)) -> Self {
        Self {
            next: first,
            longest,
        }
    }

    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }
}
