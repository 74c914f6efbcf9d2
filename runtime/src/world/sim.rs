//! A simulated world: one thread, a virtual clock, everything decided by a seed.
//!
//! ```
//! use std::time::Duration;
//! use herald::world::sim::{Options, Sim};
//!
//! let sim = Sim::new(Options::seed(7));
//! let world = sim.world();
//! let start = world.now();
//! let slept = sim.run(async move {
//!     world.sleep(Duration::from_secs(3600)).await;
//!     world.now().duration_since(start)
//! });
//! assert_eq!(slept.unwrap().as_secs(), 3600);
//! ```
//!
//! Run it on a plain thread, not inside a tokio runtime, whose cooperative
//! budget would meddle with the order of things.

mod clock;
mod executor;
mod instance;
mod journal;
mod rng;
#[cfg(test)]
mod tests;

pub use journal::Digest;
pub use rng::Rng;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{FaultPlan, World};
use executor::Core;

/// What a simulation begins with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Decides everything that is not decided otherwise.
    pub seed: u64,
    /// The time at the start.
    pub start: Timestamp,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// How many of the last lines of the event log are kept as text.
    pub keep_lines: usize,
}

impl Options {
    /// That seed, from 2026-01-01T00:00:00Z, without faults.
    pub fn seed(seed: u64) -> Self {
        Self {
            seed,
            start: Timestamp::constant(1_767_225_600, 0),
            faults: FaultPlan::none(),
            keep_lines: 1_000,
        }
    }

    /// The same with that fault plan.
    #[must_use]
    pub fn faults(self, faults: FaultPlan) -> Self {
        Self { faults, ..self }
    }

    /// The same from that time on.
    #[must_use]
    pub fn start(self, start: Timestamp) -> Self {
        Self { start, ..self }
    }
}

/// Nothing was ready, no timer was set, and the main future had not completed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("deadlock at {at}: nothing is ready and no timer is set; waiting: {}", tasks.join(", "))]
pub struct Deadlock {
    /// The virtual time.
    pub at: Timestamp,
    /// The names of the tasks that wait.
    pub tasks: Vec<String>,
}

/// A simulation.
pub struct Sim {
    core: Arc<Core>,
    world: World,
}

impl Sim {
    /// A simulation at its start.
    pub fn new(options: Options) -> Self {
        let core = Core::new(options);
        let world = World::new(instance::Instance::root(core.clone()));
        Self { core, world }
    }

    /// The world in which everything runs that is not an instance's own.
    pub fn world(&self) -> World {
        self.world.clone()
    }

    /// Runs until the future completes; other tasks stay where they are. A panic
    /// of the main future (a failed assertion) comes out of here.
    pub fn run<F>(&self, main: F) -> Result<F::Output, Deadlock>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let result = Arc::new(Mutex::new(None));
        let place = result.clone();
        let task = self.core.spawn_main(Box::pin(async move {
            let output = main.await;
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(output);
        }));
        self.core.run_until_ended(task);
        let output = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        output.ok_or_else(|| self.core.deadlock())
    }

    /// How much virtual time has passed since the start.
    pub fn elapsed(&self) -> Duration {
        self.core.clock.elapsed()
    }

    /// Hash and length of the event log so far: equal for equal seeds.
    pub fn digest(&self) -> Digest {
        self.core.journal().digest()
    }

    /// The last lines of the event log.
    pub fn last_lines(&self) -> Vec<String> {
        self.core.journal().last_lines()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        // Tasks hold the core and the core holds the tasks.
        self.core.drop_all();
    }
}
