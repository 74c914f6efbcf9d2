//! Wakes the timer loop for a timer that is due before it would look again, and for no other: most
//! timers are set far ahead and cancelled in time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

/// Between those who set timers and the loop that fires them.
#[derive(Debug)]
pub(crate) struct TimerWake {
    notify: Notify,
    /// When the loop looks next, in microseconds since 1970; the end of time while it is looking.
    next_look: AtomicI64,
}

impl Default for TimerWake {
    fn default() -> Self {
        Self {
            notify: Notify::new(),
            next_look: AtomicI64::new(i64::MAX),
        }
    }
}

impl TimerWake {
    /// A timer was set.
    pub(crate) fn set(&self, due: Timestamp) {
        if due.as_microsecond() < self.next_look.load(Ordering::SeqCst) {
            self.notify.notify_one();
        }
    }

    /// The loop looks for timers: it may miss what is set from now on, whenever that is due.
    pub(crate) fn looks(&self) {
        self.next_look.store(i64::MAX, Ordering::SeqCst);
    }

    /// Waits until a timer is set that is due before the pause is over, or was set since the look.
    pub(crate) async fn before(&self, now: Timestamp, pause: Duration) {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        let end = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        self.next_look.store(end.as_microsecond(), Ordering::SeqCst);
        self.notify.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn only_what_is_due_before_the_next_look_wakes() {
        let wake = TimerWake::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let waits = || wake.before(at(10), Duration::from_secs(1)).now_or_never();
        assert_eq!(waits(), None);
        wake.set(at(11));
        assert_eq!(waits(), None);
        wake.set(at(10));
        assert_eq!(waits(), Some(()));
        wake.looks();
        wake.set(at(99));
        assert_eq!(waits(), Some(()), "set after the look");
        assert_eq!(waits(), None);
    }
}
