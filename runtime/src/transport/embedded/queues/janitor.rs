//! Moves messages that expired, or could not be dead-lettered at once.

use std::time::Duration;

use super::QueueBroker;

/// How soon a dead-letter target that refused is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

impl QueueBroker {
    /// Works on a queue for as long as there is something to wait for.
    pub(super) fn attend(&self, queue: usize) {
        let broker = self.clone();
        let _ = self.world.spawn("queue janitor", async move {
            while let Some(pause) = broker.tidy(queue) {
                broker.world.sleep(pause).await;
            }
        });
    }

    /// Moves what can be moved now; how long until there is more, if ever.
    fn tidy(&self, index: usize) -> Option<Duration> {
        let now = self.world.now();
        self.with(|state| {
            state.queues[index].expire(now);
            state.send_leaving(index, now);
            let queue = &mut state.queues[index];
            let stuck = (!queue.leaving.is_empty()).then_some(ASK_AGAIN);
            let until = |when: jiff::Timestamp| when.duration_since(now).try_into();
            let expiry = queue.next_expiry().map(until).and_then(Result::ok);
            let pause = [stuck, expiry].into_iter().flatten().min();
            queue.attended = pause.is_some();
            pause
        })
    }
}
