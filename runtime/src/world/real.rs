//! The world outside: tokio's tasks and timers, the machine's clock and chance.

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
