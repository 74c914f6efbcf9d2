//! The handle of a spawned task.

use std::fmt;
use std::sync::Arc;

use tokio::sync::oneshot;

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its future completed.
    Finished,
    /// It was dropped before that: aborted, or killed with its instance.
    Dropped,
    /// It panicked.
    Panicked,
}

/// A spawned task. Dropping the handle lets the task run on.
pub struct Task {
    ended: oneshot::Receiver<Ended>,
    abort: Arc<dyn Fn() + Send + Sync>,
}

impl Task {
    pub(super) fn new(
        ended: oneshot::Receiver<Ended>,
        abort: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            ended,
            abort: Arc::new(abort),
        }
    }

    /// Drops the task's future, soon, unless it has ended.
    pub fn abort(&self) {
        (self.abort)();
    }

    /// Waits for the end of the task.
    pub async fn join(self) -> Ended {
        self.ended.await.unwrap_or(Ended::Dropped)
    }

    /// A guard that aborts the task when it is dropped.
    pub fn abort_on_drop(self) -> AbortOnDrop {
        AbortOnDrop(Some(self))
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Task")
    }
}

/// Aborts its task when dropped.
#[derive(Debug)]
pub struct AbortOnDrop(Option<Task>);

impl AbortOnDrop {
    /// Takes the task back, so that it is not aborted.
    pub fn detach(mut self) -> Option<Task> {
        self.0.take()
    }

    /// Waits for the end of the task; dropped meanwhile, this aborts it.
    pub async fn join(mut self) {
        if let Some(task) = &mut self.0 {
            // However it ended, it did.
            let _ = (&mut task.ended).await;
        }
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
