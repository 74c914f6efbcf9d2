//! What befalls services and servers while orders are placed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use herald::{Task, World};

use super::fleet::Fleet;
use super::servers::Servers;
use crate::args::Args;
use crate::report::Row;
use crate::scenario::PlayError;
use crate::shop::Name;

/// How long a server stays away.
const OUTAGE: Duration = Duration::from_secs(20);
/// The longest pause before the next service is killed.
const BETWEEN_MS: u64 = 2_000;

/// Mishaps that are under way.
pub(super) struct Mishaps {
    task: Task,
    over: Arc<AtomicBool>,
    failure: Arc<Mutex<Option<PlayError>>>,
    rows: Vec<Row>,
}

/// Everything that a run is asked to suffer.
struct Plan {
    seed: Option<u64>,
    stopped: Vec<String>,
    killed: Vec<String>,
}

impl Mishaps {
    /// Lets happen, one after the other, what the arguments ask for.
    pub(super) fn begin(
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
        let (over, failure) = (Arc::<AtomicBool>::default(), Arc::<Mutex<_>>::default());
        let (done, failed) = (over.clone(), failure.clone());
        let (clock, fleet, servers) = (world.clone(), fleet.clone(), servers.clone());
        let task = world.spawn("mishaps", async move {
            if let Err(error) = plan.happen(&clock, &fleet, &servers).await {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            done.store(true, Ordering::SeqCst);
        });
        Self {
            task,
            over,
            failure,
            rows,
        }
    }

    /// Whether nothing will happen at all.
    pub(super) fn are_none(&self) -> bool {
        self.rows.is_empty()
    }

    /// Becomes true when nothing more will happen.
    pub(super) fn over(&self) -> Arc<AtomicBool> {
        self.over.clone()
    }

    /// Waits until everything has happened, and says what.
    pub(super) async fn end(self) -> Result<Vec<Row>, PlayError> {
        self.task.join().await;
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(self.rows), Err)
    }
}

impl Plan {
    fn rows(&self) -> Vec<Row> {
        let killed = self.seed.map_or(0, |_| Name::ALL.len());
        let rows = [
            ("services killed and started again", killed),
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
            let mut names = Name::ALL.to_vec();
            while !names.is_empty() {
                let pause = Duration::from_millis(dice.below(BETWEEN_MS));
                world.sleep(pause).await;
                let name = names.swap_remove(dice.below(names.len() as u64) as usize);
                fleet.kill(name).await?;
                fleet.launch(name)?;
            }
        }
        for name in &self.stopped {
            servers.stop(name).await?;
            world.sleep(OUTAGE).await;
            servers.start(name).await?;
        }
        for name in &self.killed {
            servers.kill(name).await?;
            world.sleep(OUTAGE).await;
            servers.start(name).await?;
        }
        Ok(())
    }
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
