//! Knowing when nothing is in flight, without asking again and again.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Default)]
pub(super) struct Settled {
    waiting: AtomicUsize,
    changed: Notify,
}

impl Settled {
    /// Something was settled: those who wait look again.
    pub(super) fn changed(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.changed.notify_waiters();
        }
    }

    pub(super) async fn wait(&self, is_settled: impl Fn() -> bool) {
        let _waiting = Waiting::new(&self.waiting);
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enlisted before looking, so that no change is missed in between.
            changed.as_mut().enable();
            if is_settled() {
                return;
            }
            changed.await;
        }
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
