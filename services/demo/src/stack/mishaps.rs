//! What befalls services and servers while orders are placed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use herald::{Task, World};
use tokio::sync::Notify;

use super::fleet::Fleet;
use super::servers::Servers;
use crate::args::Args;
use crate::report::Row;
use crate::scenario::PlayError;
use crate::shop::Name;

/// How long a server stays away.
const OUTAGE: Duration = Duration::from_secs(20);
/// How long orders come before a server goes away.
const BEFORE: Duration = Duration::from_secs(2);
/// The longest pause before the next service is killed.
const BETWEEN_MS: u64 = 2_000;

/// Who is killed once more than the others: its relay publishes what the streams read.
const TWICE: Name = Name::Order;
/// How often the streams are killed.
const STREAMS_DIE: usize = 2;

/// Mishaps that happen as soon as orders come.
pub(super) struct Mishaps {
    task: Task,
    course: Arc<Course>,
    rows: Vec<Row>,
}

/// How far they have come.
#[derive(Default)]
pub(super) struct Course {
    begin: Notify,
    begun: AtomicBool,
    over: AtomicBool,
    failure: Mutex<Option<PlayError>>,
}

impl Course {
    /// Lets them happen from now on.
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::SeqCst);
        self.begin.notify_one();
    }

    /// Whether one is happening, or another is to follow.
    pub(super) fn is_rough(&self) -> bool {
        self.begun.load(Ordering::SeqCst) && !self.over.load(Ordering::SeqCst)
    }
}

/// Everything that a run is asked to suffer.
struct Plan {
    seed: Option<u64>,
    stopped: Vec<String>,
    killed: Vec<String>,
}

impl Mishaps {
    /// Prepares to let happen, one after the other, what the arguments ask for.
    pub(super) fn new(
        world: &World,
        args: &Args,
        fleet: &Arc<Fleet>,
        servers: &Arc<Servers>,
    ) -> Self {
        let plan = Plan {
            seed: args.kill,
            stopped: args.outage.clone(),
            killed: args.kill_node.clone(),
        };
        let rows = plan.rows();
        let course = Arc::<Course>::default();
        let (along, clock) = (course.clone(), world.clone());
        let (fleet, servers) = (fleet.clone(), servers.clone());
        let task = world.spawn("mishaps", async move {
            along.begin.notified().await;
            if let Err(error) = plan.happen(&clock, &fleet, &servers).await {
                *along.lock() = Some(error);
            }
            along.over.store(true, Ordering::SeqCst);
        });
        Self { task, course, rows }
    }

    /// Whether nothing will happen at all.
    pub(super) fn are_none(&self) -> bool {
        self.rows.is_empty()
    }

    /// How far they have come.
    pub(super) fn course(&self) -> Arc<Course> {
        self.course.clone()
    }

    /// Waits until everything that began has happened, and says what.
    pub(super) async fn end(self) -> Result<Vec<Row>, PlayError> {
        if !self.course.is_rough() {
            self.task.abort();
        }
        self.task.join().await;
        self.course.lock().take().map_or(Ok(self.rows), Err)
    }
}

impl Course {
    fn lock(&self) -> MutexGuard<'_, Option<PlayError>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn rows(&self) -> Vec<Row> {
        let of_seed = |count| self.seed.map_or(0, |_| count);
        let rows = [
            (
                "services killed and started again",
                of_seed(Name::ALL.len() + 1),
            ),
            ("streams killed and started again", of_seed(STREAMS_DIE)),
            ("servers stopped for 20 s", self.stopped.len()),
            ("nodes killed for 20 s", self.killed.len()),
        ];
        let rows = rows.into_iter().filter(|(_, count)| *count > 0);
        rows.map(|(what, count)| (what.to_owned(), count as u64))
            .collect()
    }

    async fn happen(
        &self,
        world: &World,
        fleet: &Fleet,
        servers: &Servers,
    ) -> Result<(), PlayError> {
        if let Some(seed) = self.seed {
            let mut dice = Dice(seed);
            let mut victims = victims(&servers.instances());
            while !victims.is_empty() {
                let pause = Duration::from_millis(dice.below(BETWEEN_MS));
                world.sleep(pause).await;
                match victims.swap_remove(dice.below(victims.len() as u64) as usize) {
                    Victim::Service(name) => {
                        fleet.kill(name).await?;
                        fleet.launch(name)?;
                    }
                    Victim::Streams(instance) => {
                        servers.kill(&instance).await?;
                        servers.start(&instance).await?;
                    }
                }
            }
        }
        for name in &self.stopped {
            world.sleep(BEFORE).await;
            servers.stop(name).await?;
            world.sleep(OUTAGE).await;
            servers.start(name).await?;
        }
        for name in &self.killed {
            world.sleep(BEFORE).await;
            servers.kill(name).await?;
            world.sleep(OUTAGE).await;
            servers.start(name).await?;
        }
        Ok(())
    }
}

/// Who is killed.
enum Victim {
    Service(Name),
    Streams(String),
}

/// Every service once and the streams' source twice, the streams' instances in turn.
fn victims(instances: &[String]) -> Vec<Victim> {
    let services = Name::ALL.into_iter().chain([TWICE]).map(Victim::Service);
    let instances = instances.iter().cloned().cycle().take(STREAMS_DIE);
    services.chain(instances.map(Victim::Streams)).collect()
}

/// `SplitMix64`: the same seed decides the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
