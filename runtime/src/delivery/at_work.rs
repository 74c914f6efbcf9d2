//! Messages of one source that are at work, and how that ends.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::signal::Signal;

/// Counts messages at work until the source is handed back.
#[derive(Debug, Default)]
pub(crate) struct AtWork {
    /// No message is begun any more.
    halted: AtomicBool,
    /// Handlers still at work are dropped.
    pub(crate) cancelled: Signal,
    running: AtomicUsize,
    idle: Notify,
}

/// A message at work; dropped when it is not any more.
#[derive(Debug)]
pub(crate) struct Running<'a>(&'a AtWork);

impl AtWork {
    /// Begins work on a message, unless the source is being handed back.
    pub(crate) fn enter(&self) -> Option<Running<'_>> {
        self.running.fetch_add(1, Ordering::AcqRel);
        let running = Running(self);
        (!self.halted.load(Ordering::Acquire)).then_some(running)
    }

    pub(crate) fn halt(&self) {
        self.halted.store(true, Ordering::Release);
    }

    pub(crate) fn at_work(&self) -> usize {
        self.running.load(Ordering::Acquire)
    }

    /// Waits until no message is at work.
    pub(crate) async fn until_idle(&self) {
        loop {
            let idle = self.idle.notified();
            tokio::pin!(idle);
            // Registered before the look, so that no end is missed.
            idle.as_mut().enable();
            if self.at_work() == 0 {
                return;
            }
            idle.await;
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
