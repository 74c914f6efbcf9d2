//! The virtual clock and its timers.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;

/// Time that passes only when nothing else is to be done.
pub(super) struct Clock {
    start: Timestamp,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Nanoseconds since the start.
    now: u64,
    /// Timers by deadline and the order in which they were set.
    timers: BTreeMap<(u64, u64), Waker>,
    set: u64,
}

impl Clock {
    pub(super) fn new(start: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            start,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn nanos(&self) -> u64 {
        self.state().now
    }

    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.nanos())
    }

    pub(super) fn now(&self) -> Timestamp {
        let later = self.start.checked_add(self.elapsed());
        later.unwrap_or(Timestamp::MAX)
    }

    /// Jumps to the next timer and wakes all that are due then. False without one.
    pub(super) fn jump(&self) -> bool {
        let mut state = self.state();
        let Some((&(deadline, _), _)) = state.timers.first_key_value() else {
            return false;
        };
        state.now = state.now.max(deadline);
        let later = state.timers.split_off(&(deadline + 1, 0));
        let due = std::mem::replace(&mut state.timers, later);
        drop(state);
        for waker in due.into_values() {
            waker.wake();
        }
        true
    }

    pub(super) fn clear(&self) {
        let timers = std::mem::take(&mut self.state().timers);
        drop(timers);
    }

    pub(super) fn sleep(self: &Arc<Self>, how_long: Duration) -> Sleep {
        let nanos = u64::try_from(how_long.as_nanos()).unwrap_or(u64::MAX);
        let deadline = self.nanos().saturating_add(nanos).min(u64::MAX - 1);
        Sleep {
            clock: self.clone(),
            deadline,
            key: None,
        }
    }
}

/// Waits for a time. Dropping it takes the timer off the clock, so that the
/// clock never jumps to a time nobody waits for.
pub(super) struct Sleep {
    clock: Arc<Clock>,
    deadline: u64,
    key: Option<(u64, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = this.clock.state();
        if state.now >= this.deadline {
            return Poll::Ready(());
        }
        let key = this.key.unwrap_or_else(|| {
            state.set += 1;
            (this.deadline, state.set)
        });
        this.key = Some(key);
        state.timers.insert(key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let waker = self.clock.state().timers.remove(&key);
            drop(waker);
        }
    }
}
