//! The executor: one thread, and the seed chooses among the tasks that are ready.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::sync::oneshot;

use super::clock::Clock;
use super::journal::Journal;
use super::{Deadlock, Options, Rng};
use crate::BoxFuture;
use crate::world::{Ended, FaultPlan};

pub(super) type TaskId = u64;
pub(super) type GroupId = u64;

/// Everything the instances of one simulation share.
pub(super) struct Core {
    pub(super) clock: Arc<Clock>,
    pub(super) plan: FaultPlan,
    ready: Arc<Ready>,
    state: Mutex<State>,
    journal: Mutex<Journal>,
}

struct State {
    tasks: BTreeMap<TaskId, Entry>,
    /// Groups that live; the root is 0.
    groups: BTreeSet<GroupId>,
    /// Groups to be dropped once the running task has returned.
    doomed: Vec<GroupId>,
    /// Tasks to be dropped then.
    aborted: Vec<TaskId>,
    next_task: TaskId,
    next_group: GroupId,
    chance: Chance,
    panic: Option<Box<dyn Any + Send>>,
}

/// Separate streams, so that one more draw in one does not shift the others.
pub(super) struct Chance {
    schedule: Rng,
    pub(super) world: Rng,
    pub(super) faults: Rng,
}

struct Entry {
    name: Arc<str>,
    group: GroupId,
    /// Absent while it is polled.
    future: Option<BoxFuture<'static, ()>>,
    waker: Arc<TaskWaker>,
    ended: oneshot::Sender<Ended>,
    is_main: bool,
}

#[derive(Default)]
struct Ready(Mutex<Vec<TaskId>>);

impl Ready {
    fn list(&self) -> MutexGuard<'_, Vec<TaskId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct TaskWaker {
    id: TaskId,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.list().push(self.id);
        }
    }
}

impl Core {
    pub(super) fn new(options: Options) -> Arc<Self> {
        let mut seeds = Rng::new(options.seed);
        Arc::new(Self {
            clock: Clock::new(options.start),
            plan: options.faults,
            ready: Arc::default(),
            journal: Mutex::new(Journal::new(options.keep_lines)),
            state: Mutex::new(State {
                tasks: BTreeMap::new(),
                groups: BTreeSet::from([0]),
                doomed: Vec::new(),
                aborted: Vec::new(),
                next_task: 0,
                next_group: 0,
                chance: Chance {
                    schedule: Rng::new(seeds.draw()),
                    world: Rng::new(seeds.draw()),
                    faults: Rng::new(seeds.draw()),
                },
                panic: None,
            }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn chance<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.state().chance)
    }

    pub(super) fn new_group(&self) -> GroupId {
        let mut state = self.state();
        state.next_group += 1;
        let group = state.next_group;
        state.groups.insert(group);
        group
    }

    pub(super) fn is_alive(&self, group: GroupId) -> bool {
        self.state().groups.contains(&group)
    }

    /// Drops the tasks of a group as soon as the running task has returned.
    pub(super) fn doom(&self, group: GroupId) {
        let mut state = self.state();
        if state.groups.remove(&group) {
            state.doomed.push(group);
        }
    }

    pub(super) fn abort(&self, task: TaskId) {
        self.state().aborted.push(task);
    }

    pub(super) fn spawn_main(&self, future: BoxFuture<'static, ()>) -> TaskId {
        self.enlist("main", 0, future, true).0
    }

    pub(super) fn spawn(
        &self,
        name: &str,
        group: GroupId,
        future: BoxFuture<'static, ()>,
    ) -> (TaskId, oneshot::Receiver<Ended>) {
        self.enlist(name, group, future, false)
    }

    fn enlist(
        &self,
        name: &str,
        group: GroupId,
        future: BoxFuture<'static, ()>,
        is_main: bool,
    ) -> (TaskId, oneshot::Receiver<Ended>) {
        let (ended, receiver) = oneshot::channel();
        let mut state = self.state();
        state.next_task += 1;
        let id = state.next_task;
        if !state.groups.contains(&group) {
            // A task of a dead instance: dropped unrun, outside the lock.
            drop(state);
            drop(future);
            return (id, receiver);
        }
        let waker = Arc::new(TaskWaker {
            id,
            queued: AtomicBool::new(false),
            ready: self.ready.clone(),
        });
        waker.clone().wake();
        let entry = Entry {
            name: name.into(),
            group,
            future: Some(future),
            waker,
            ended,
            is_main,
        };
        state.tasks.insert(id, entry);
        (id, receiver)
    }

    /// Runs tasks until that one has ended, or nothing can go on.
    pub(super) fn run_until_ended(&self, main: TaskId) {
        loop {
            self.bury();
            if let Some(panic) = self.state().panic.take() {
                resume_unwind(panic);
            }
            if !self.state().tasks.contains_key(&main) {
                return;
            }
            match self.choose() {
                Some(task) => self.poll(task),
                None if self.clock.jump() => {}
                None => return,
            }
        }
    }

    fn choose(&self) -> Option<TaskId> {
        let mut ready = self.ready.list();
        let chosen = match ready.len() {
            0 => return None,
            1 => 0,
            many => self.state().chance.schedule.below(many as u64) as usize,
        };
        Some(ready.swap_remove(chosen))
    }

    fn poll(&self, id: TaskId) {
        let (mut future, task_waker, is_main) = {
            let mut state = self.state();
            let Some(entry) = state.tasks.get_mut(&id) else {
                return;
            };
            let Some(future) = entry.future.take() else {
                return;
            };
            (future, entry.waker.clone(), entry.is_main)
        };
        self.journal().mark(id);
        task_waker.queued.store(false, Ordering::Relaxed);
        let waker = Waker::from(task_waker);
        let mut cx = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut cx)));
        let how = match polled {
            Ok(Poll::Pending) => {
                if let Some(entry) = self.state().tasks.get_mut(&id) {
                    entry.future = Some(future);
                }
                return;
            }
            Ok(Poll::Ready(())) => Ended::Finished,
            Err(panic) => {
                if is_main {
                    self.state().panic = Some(panic);
                }
                Ended::Panicked
            }
        };
        drop(future);
        let entry = self.state().tasks.remove(&id);
        if let Some(entry) = entry {
            // Nobody may be waiting.
            let _ = entry.ended.send(how);
        }
    }

    /// Drops what was aborted or killed, in the order of the tasks' ids.
    fn bury(&self) {
        loop {
            let mut state = self.state();
            if state.doomed.is_empty() && state.aborted.is_empty() {
                return;
            }
            let doomed = std::mem::take(&mut state.doomed);
            let aborted = std::mem::take(&mut state.aborted);
            let members = state.tasks.iter();
            let of_doomed = members.filter(|(_, entry)| doomed.contains(&entry.group));
            let mut ids: Vec<TaskId> = of_doomed.map(|(id, _)| *id).collect();
            ids.extend(aborted);
            let dead: Vec<Entry> = ids.iter().filter_map(|id| state.tasks.remove(id)).collect();
            // Dropping a future may wake, spawn or kill: not under the lock.
            drop(state);
            drop(dead);
        }
    }

    pub(super) fn deadlock(&self) -> Deadlock {
        let mut tasks: Vec<String> = Vec::new();
        for entry in self.state().tasks.values() {
            tasks.push(entry.name.to_string());
        }
        Deadlock {
            at: self.clock.now(),
            tasks,
        }
    }

    pub(super) fn drop_all(&self) {
        loop {
            let tasks = std::mem::take(&mut self.state().tasks);
            if tasks.is_empty() {
                break;
            }
            drop(tasks);
        }
        self.ready.list().clear();
        self.clock.clear();
    }
}
