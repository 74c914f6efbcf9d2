//! Events on their way from the consumer's thread to whoever calls `next`.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::transport::LogEvent;

/// Records that may wait for their reader before fetching waits for it.
const ROOM: usize = 2_048;

/// A queue that blocks its writer when full, and is awaited by its one reader.
#[derive(Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    news: Notify,
    taken: Condvar,
}

#[derive(Default)]
struct State {
    events: VecDeque<LogEvent>,
    records: usize,
    closed: bool,
}

impl Mailbox {
    /// Adds an event; those added after closing are dropped.
    pub(super) fn push(&self, event: LogEvent) {
        let mut state = self.lock();
        if state.closed {
            // A hand-back signal runs code of its own when dropped.
            drop(state);
            drop(event);
            return;
        }
        state.records += size(&event);
        state.events.push_back(event);
        drop(state);
        self.news.notify_one();
    }

    /// Waits up to that long for the reader to catch up; whether it did.
    pub(super) fn has_room(&self, patience: Duration) -> bool {
        let full = |state: &mut State| state.records >= ROOM && !state.closed;
        let waited = self.taken.wait_timeout_while(self.lock(), patience, full);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.records < ROOM || state.closed
    }

    /// The next event; [`LogEvent::Closed`] for ever after closing.
    pub(super) async fn next(&self) -> LogEvent {
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            self.news.notified().await;
        }
    }

    fn take(&self) -> Option<LogEvent> {
        let mut state = self.lock();
        if state.closed {
            return Some(LogEvent::Closed);
        }
        let event = state.events.pop_front()?;
        state.records -= size(&event);
        if state.records < ROOM {
            self.taken.notify_one();
        }
        Some(event)
    }

    /// Drops what waits; nothing comes any more.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let dropped = std::mem::take(&mut state.events);
        drop(state);
        drop(dropped);
        self.taken.notify_all();
        self.news.notify_one();
    }

    /// Whether it was closed.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Waits up to that long for it to be closed.
    pub(super) fn wait_closed(&self, patience: Duration) {
        let open = |state: &mut State| !state.closed;
        let waited = self.taken.wait_timeout_while(self.lock(), patience, open);
        drop(waited);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(event: &LogEvent) -> usize {
    match event {
        LogEvent::Records(records) => records.len(),
        _ => 0,
    }
}
