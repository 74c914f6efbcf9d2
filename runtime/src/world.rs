//! Time, chance, identifiers and tasks: the only door to them.
//!
//! [`real`] stands on tokio and the machine's clock; [`sim`] on a seed and a
//! virtual clock. Code above uses this handle and runtime-agnostic primitives
//! (`tokio::sync`, `futures_util`) only, so that it runs in both.
//!
//! For a simulation to repeat itself, that code must not let anything else
//! decide: no `HashMap` iteration, `biased;` in every `tokio::select!` (and
//! `select_biased!` rather than `select!`), no `tokio::sync::watch` with several
//! receivers (it wakes them in random order), no clock of its own.

pub mod faults;
pub mod real;
pub mod sim;
mod task;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

pub use faults::{Fault, FaultPlan, Outage, Step};
pub use task::{AbortOnDrop, Ended, Task};

use crate::BoxFuture;

/// A cheap handle to time, chance, identifiers and tasks.
#[derive(Clone)]
pub struct World {
    realm: Arc<dyn Realm>,
}

/// What a world is made of; implemented by [`real`] and [`sim`].
pub(crate) trait Realm: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
    fn sleep(&self, how_long: Duration) -> BoxFuture<'static, ()>;
    fn spawn(&self, name: &str, future: BoxFuture<'static, ()>) -> Task;
    fn random(&self) -> u64;
    fn new_id(&self) -> Uuid;
    fn instance(&self, name: &str) -> Arc<dyn Realm>;
    fn name(&self) -> &str;
    fn kill(&self);
    fn is_alive(&self) -> bool;
    fn restart_delay(&self) -> Duration;

    /// Whether the instance dies here.
    fn dies_at(&self, _step: Step) -> bool {
        false
    }
    fn simulated(&self) -> bool {
        false
    }
    fn strikes(&self, _fault: Fault) -> bool {
        false
    }
    fn fault_delay(&self) -> Option<Duration> {
        None
    }
    fn outage(&self, _dependency: &str) -> bool {
        false
    }
    fn note(&self, _what: fmt::Arguments<'_>) {}
}

impl World {
    pub(crate) fn new(realm: Arc<dyn Realm>) -> Self {
        Self { realm }
    }

    /// The time now: the machine's, or the virtual clock's.
    pub fn now(&self) -> Timestamp {
        self.realm.now()
    }

    /// Waits. The returned future may be dropped at any time.
    pub fn sleep(&self, how_long: Duration) -> BoxFuture<'static, ()> {
        self.realm.sleep(how_long)
    }

    /// Waits until that time, not at all if it has passed.
    pub fn sleep_until(&self, when: Timestamp) -> BoxFuture<'static, ()> {
        let left = when.duration_since(self.now());
        self.sleep(Duration::try_from(left).unwrap_or(Duration::ZERO))
    }

    /// Gives `future` until the deadline; `None` if it took longer, and was dropped.
    pub async fn timeout<F: Future>(&self, limit: Duration, future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = future => Some(output),
            () = self.sleep(limit) => None,
        }
    }

    /// Runs a future as a task of this instance. Dropping the [`Task`] detaches it.
    pub fn spawn<F>(&self, name: &str, future: F) -> Task
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.realm.spawn(name, Box::pin(future))
    }

    /// A random number.
    pub fn random(&self) -> u64 {
        self.realm.random()
    }

    /// A random number below `bound`; 0 for a bound of 0.
    pub fn random_below(&self, bound: u64) -> u64 {
        // Multiply-shift: the bias is below 2^-32 for every bound used here.
        ((u128::from(self.random()) * u128::from(bound)) >> 64) as u64
    }

    /// A fresh identifier, a UUID version 7.
    pub fn new_id(&self) -> Uuid {
        self.realm.new_id()
    }

    /// Names the step that was just reached. A simulation may kill the instance
    /// here: the future then never completes, all tasks of the instance are
    /// dropped, and its supervisor starts it again. Elsewhere it does nothing.
    pub async fn checkpoint(&self, step: Step) {
        if self.realm.dies_at(step) {
            std::future::pending::<()>().await;
        }
    }

    /// A world whose tasks form a group that dies as a whole. Whatever runs on
    /// behalf of an instance (HTTP requests in process too) is spawned in it.
    #[must_use]
    pub fn instance(&self, name: &str) -> World {
        World::new(self.realm.instance(name))
    }

    /// The name of this instance.
    pub fn instance_name(&self) -> &str {
        self.realm.name()
    }

    /// Drops all tasks of this instance at once, as `kill -9` would. Tasks
    /// spawned in it later are dropped unrun.
    pub fn kill(&self) {
        self.realm.kill();
    }

    /// Whether this instance has not been killed.
    pub fn is_alive(&self) -> bool {
        self.realm.is_alive()
    }

    /// Keeps an instance running: starts it, and starts it anew in a fresh
    /// instance world whenever it is killed, until its future completes. The
    /// supervisor itself is a task of this world.
    pub fn supervise<S, F>(&self, name: &str, start: S) -> Task
    where
        S: Fn(World) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let (outer, name) = (self.clone(), name.to_owned());
        self.spawn(&format!("supervisor of {name}"), async move {
            loop {
                let instance = outer.instance(&name);
                let main = instance.spawn(&name, start(instance.clone()));
                match main.join().await {
                    Ended::Finished => return,
                    Ended::Dropped | Ended::Panicked => {
                        instance.kill();
                        outer.sleep(outer.realm.restart_delay()).await;
                    }
                }
            }
        })
    }

    /// Whether this is a simulation: time is virtual, and sockets must stay shut.
    pub fn is_simulated(&self) -> bool {
        self.realm.simulated()
    }

    /// Whether the fault plan strikes here and now; never outside a simulation.
    pub fn strikes(&self, fault: Fault) -> bool {
        self.realm.strikes(fault)
    }

    /// How long the fault plan holds something up here, if it does.
    pub fn fault_delay(&self) -> Option<Duration> {
        self.realm.fault_delay()
    }

    /// Whether the fault plan has that dependency down now.
    pub fn outage(&self, dependency: &str) -> bool {
        self.realm.outage(dependency)
    }

    /// Adds a line to the simulation's event log; free elsewhere.
    pub fn note(&self, what: fmt::Arguments<'_>) {
        self.realm.note(what);
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "World({})", self.realm.name())
    }
}
