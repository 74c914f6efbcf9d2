//! The world outside: tokio's tasks and timers, the machine's clock and chance.

#![allow(clippy::disallowed_methods, reason = "the one place they are for")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::sim::Rng;
use super::{Ended, Realm, Task, World};
use crate::BoxFuture;

/// The world of this process, on the current tokio runtime.
///
/// # Panics
///
/// Outside a tokio runtime.
pub fn world() -> World {
    world_on(Handle::current())
}

/// The world of this process, on that tokio runtime.
pub fn world_on(runtime: Handle) -> World {
    World::new(Instance::new("process", runtime))
}

thread_local! {
    static RNG: RefCell<Rng> = RefCell::new(Rng::new(Uuid::new_v4().as_u128() as u64));
}

struct Instance {
    name: String,
    runtime: Handle,
    group: Arc<Group>,
}

/// The running tasks of one instance. `None` marks a task that ended before its
/// handle was put here.
#[derive(Default)]
struct Group {
    killed: AtomicBool,
    next: AtomicU64,
    tasks: Mutex<Tasks>,
}

type Tasks = BTreeMap<u64, Option<AbortHandle>>;

impl Group {
    fn with<T>(&self, work: impl FnOnce(&mut Tasks) -> T) -> T {
        work(&mut self.tasks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes a task out of its group, and says how it ended, when it is dropped.
struct Farewell {
    group: Arc<Group>,
    id: u64,
    ended: Option<oneshot::Sender<Ended>>,
    how: Ended,
}

impl Farewell {
    fn finished(&mut self) {
        self.how = Ended::Finished;
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        self.group.with(|tasks| {
            if tasks.remove(&self.id).is_none() {
                tasks.insert(self.id, None);
            }
        });
        let how = if std::thread::panicking() {
            Ended::Panicked
        } else {
            self.how
        };
        if let Some(ended) = self.ended.take() {
            // Nobody may be waiting.
            let _ = ended.send(how);
        }
    }
}

impl Instance {
    fn new(name: &str, runtime: Handle) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            runtime,
            group: Arc::default(),
        })
    }
}

impl Realm for Instance {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, how_long: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(how_long))
    }

    fn spawn(&self, _name: &str, future: BoxFuture<'static, ()>) -> Task {
        let id = self.group.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        let mut farewell = Farewell {
            group: self.group.clone(),
            id,
            ended: Some(sender),
            how: Ended::Dropped,
        };
        let task = self.runtime.spawn(async move {
            future.await;
            farewell.finished();
        });
        let handle = task.abort_handle();
        self.group.with(|tasks| {
            if tasks.remove(&id).is_none() {
                tasks.insert(id, Some(handle.clone()));
            }
        });
        if self.group.killed.load(Ordering::SeqCst) {
            handle.abort();
        }
        Task::new(receiver, move || handle.abort())
    }

    fn random(&self) -> u64 {
        RNG.with_borrow_mut(Rng::draw)
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn instance(&self, name: &str) -> Arc<dyn Realm> {
        Self::new(name, self.runtime.clone())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn kill(&self) {
        self.group.killed.store(true, Ordering::SeqCst);
        for task in self.group.with(std::mem::take).into_values().flatten() {
            task.abort();
        }
    }

    fn is_alive(&self) -> bool {
        !self.group.killed.load(Ordering::SeqCst)
    }

    fn restart_delay(&self) -> Duration {
        Duration::from_millis(200)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tasks_end_as_they_say() {
        let world = world();
        assert_eq!(world.spawn("done", async {}).join().await, Ended::Finished);
        let panics = world.spawn("panics", async { panic!("expected in this test") });
        assert_eq!(panics.join().await, Ended::Panicked);
        let aborted = world.spawn("aborted", std::future::pending());
        aborted.abort();
        assert_eq!(aborted.join().await, Ended::Dropped);
    }

    #[tokio::test]
    async fn a_killed_instance_runs_nothing_more() {
        let world = world();
        let instance = world.instance("payment");
        let first = instance.spawn("first", std::future::pending());
        instance.kill();
        assert_eq!(first.join().await, Ended::Dropped);
        let second = instance.spawn("second", std::future::pending());
        assert_eq!(second.join().await, Ended::Dropped);
        assert!(!instance.is_alive() && world.is_alive());
    }

    #[tokio::test]
    async fn a_supervisor_starts_anew_what_was_killed() {
        let world = world();
        let starts = Arc::new(AtomicU64::new(0));
        let counted = starts.clone();
        let supervised = world.supervise("payment", move |instance| {
            let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                if first {
                    instance.kill();
                    std::future::pending::<()>().await;
                }
            }
        });
        assert_eq!(supervised.join().await, Ended::Finished);
        assert_eq!(starts.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn ended_tasks_leave_nothing_behind() {
        let group = Instance::new("payment", Handle::current());
        let world = World::new(group.clone());
        for _ in 0..100 {
            assert_eq!(world.spawn("short", async {}).join().await, Ended::Finished);
        }
        assert_eq!(group.group.with(|tasks| tasks.len()), 0);
    }
}
