//! Queues per key, worked on by a bounded number of workers.
//!
//! Items of one lane are taken one at a time, in their order. A lane whose item
//! has to wait gives its worker to others, so a failing key holds up itself alone.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

/// Names a lane: the hash of a key.
pub(crate) type LaneId = u64;

/// Items by lane.
#[derive(Debug)]
pub(crate) struct Lanes<T> {
    state: Mutex<State<T>>,
    /// One permit for each lane in `ready`.
    ready: Semaphore,
}

#[derive(Debug)]
struct State<T> {
    lanes: HashMap<LaneId, VecDeque<T>>,
    ready: VecDeque<LaneId>,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                lanes: HashMap::new(),
                ready: VecDeque::new(),
            }),
            ready: Semaphore::new(0),
        }
    }
}

impl<T> Lanes<T> {
    /// Adds items at the end of their lanes.
    pub(crate) fn push(&self, items: impl IntoIterator<Item = (LaneId, T)>) {
        let mut made_ready = 0;
        let mut state = self.lock();
        for (lane, item) in items {
            let State { lanes, ready } = &mut *state;
            let queue = lanes.entry(lane).or_insert_with(|| {
                ready.push_back(lane);
                made_ready += 1;
                VecDeque::with_capacity(1)
            });
            queue.push_back(item);
        }
        drop(state);
        self.ready.add_permits(made_ready);
    }

    /// The first item of a lane nobody works on; waits for one. The lane is the
    /// caller's until [`done`](Lanes::done) or [`again`](Lanes::again).
    pub(crate) async fn next(&self) -> (LaneId, T) {
        loop {
            // The semaphore is never closed.
            if let Ok(permit) = self.ready.acquire().await {
                permit.forget();
            }
            let mut state = self.lock();
            let Some(lane) = state.ready.pop_front() else {
                continue;
            };
            let item = state.lanes.get_mut(&lane).and_then(VecDeque::pop_front);
            if let Some(item) = item {
                return (lane, item);
            }
        }
    }

    /// The item is done with: the next one of the lane may be taken.
    pub(crate) fn done(&self, lane: LaneId) {
        let mut state = self.lock();
        if state.lanes.get(&lane).is_none_or(VecDeque::is_empty) {
            state.lanes.remove(&lane);
            return;
        }
        state.ready.push_back(lane);
        drop(state);
        self.ready.add_permits(1);
    }

    /// The item is to be taken once more, before others of its lane.
    pub(crate) fn again(&self, lane: LaneId, item: T) {
        let mut state = self.lock();
        state.lanes.entry(lane).or_default().push_front(item);
        state.ready.push_back(lane);
        drop(state);
        self.ready.add_permits(1);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn one_lane_is_worked_on_by_one_worker_in_order() {
        let lanes = Lanes::default();
        lanes.push([(1, "a"), (2, "b"), (1, "c")]);
        assert_eq!(lanes.next().now_or_never(), Some((1, "a")));
        assert_eq!(lanes.next().now_or_never(), Some((2, "b")));
        assert_eq!(lanes.next().now_or_never(), None);
        lanes.done(1);
        assert_eq!(lanes.next().now_or_never(), Some((1, "c")));
        lanes.done(1);
        lanes.done(2);
        assert_eq!(lanes.next().now_or_never(), None);
        lanes.push([(1, "d")]);
        assert_eq!(lanes.next().now_or_never(), Some((1, "d")));
    }

    #[test]
    fn an_item_that_waited_comes_before_the_others_of_its_lane() {
        let lanes = Lanes::default();
        lanes.push([(1, "a"), (1, "b"), (2, "c")]);
        assert_eq!(lanes.next().now_or_never(), Some((1, "a")));
        assert_eq!(lanes.next().now_or_never(), Some((2, "c")));
        lanes.again(1, "a");
        assert_eq!(lanes.next().now_or_never(), Some((1, "a")));
        lanes.done(1);
        assert_eq!(lanes.next().now_or_never(), Some((1, "b")));
    }
}
