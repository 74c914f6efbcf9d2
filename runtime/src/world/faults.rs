//! What may go wrong in a simulation, how often, and until when.

use std::ops::Range;
use std::time::Duration;

/// The places between which an instance may crash. Each is reached when the
/// thing it names has just been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A message was taken from its source.
    Received,
    /// The store's transaction was begun, and the inbox looked up.
    Begun,
    /// The handler returned.
    Handled,
    /// The transaction was committed.
    Committed,
    /// The source was told: an acknowledgement sent, an offset committed.
    Settled,
    /// A retry was moved to its wait queue, not yet settled.
    RetryPublished,
    /// A dead letter was published, not yet settled.
    DeadLettered,
    /// The relay claimed rows of the outbox.
    RelayClaimed,
    /// The broker acknowledged them.
    RelayPublished,
    /// They were deleted from the outbox.
    RelayDeleted,
    /// A due timer was claimed.
    TimerClaimed,
    /// A timer's handler returned and its transaction was committed.
    TimerFired,
    /// An HTTP request was read.
    RequestReceived,
    /// Its transaction was committed, the answer not yet given.
    RequestCommitted,
    /// Partitions were revoked and their lanes drained, not yet handed back.
    Drained,
}

/// The kinds of fault that strike by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A message is stored or delivered once more.
    Duplicate,
    /// Something takes long.
    Delay,
    /// The instance dies at a checkpoint.
    Crash,
    /// What was asked is done, and the answer lost.
    DropAck,
    /// A consumer loses its connection.
    Disconnect,
}

/// A time in which a dependency does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The dependency's name: `log`, `queues`, or one of the services' own.
    pub dependency: String,
    /// When it goes down, counted from the start.
    pub from: Duration,
    /// How long it stays down.
    pub lasting: Duration,
}

/// How often what goes wrong. Chances are in parts per million per occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPlan {
    /// When everything calms, counted from the start, so that runs end.
    pub calm_after: Duration,
    /// See [`Fault::Duplicate`].
    pub duplicate: u32,
    /// See [`Fault::Delay`].
    pub delay: u32,
    /// How long a delay may be.
    pub longest_delay: Duration,
    /// See [`Fault::Crash`]; per checkpoint.
    pub crash: u32,
    /// See [`Fault::DropAck`].
    pub drop_ack: u32,
    /// See [`Fault::Disconnect`].
    pub disconnect: u32,
    /// Dependencies that go down.
    pub outages: Vec<Outage>,
    /// How long a supervisor takes to start an instance again.
    pub restart_after: Range<Duration>,
}

impl FaultPlan {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self {
            calm_after: Duration::ZERO,
            duplicate: 0,
            delay: 0,
            longest_delay: Duration::ZERO,
            crash: 0,
            drop_ack: 0,
            disconnect: 0,
            outages: Vec::new(),
            restart_after: Duration::from_millis(200)..Duration::from_secs(2),
        }
    }

    /// A mixture that the seed decides: every kind of fault, in another measure
    /// each time, and up to one outage of each dependency named.
    pub fn seeded(seed: u64, calm_after: Duration, dependencies: &[&str]) -> Self {
        let mut chance = super::sim::Rng::new(seed ^ 0x0066_6175_6c74_7321);
        let mut up_to = |most: u64| chance.below(most + 1) as u32;
        let mut plan = Self {
            calm_after,
            duplicate: up_to(40_000),
            delay: up_to(40_000),
            longest_delay: Duration::from_millis(u64::from(up_to(4_000)) + 1),
            crash: 100 + up_to(1_000),
            drop_ack: up_to(20_000),
            disconnect: up_to(3_000),
            ..Self::none()
        };
        let span = calm_after.as_millis() as u64;
        for dependency in dependencies {
            let from = Duration::from_millis(chance.below(span.max(1)));
            let lasting = Duration::from_millis(chance.below(20_000));
            if chance.below(2) == 0 {
                plan.outages.push(Outage {
                    dependency: (*dependency).to_owned(),
                    from,
                    lasting: lasting.min(calm_after.saturating_sub(from)),
                });
            }
        }
        plan
    }

    /// The chance of a fault, in parts per million.
    pub fn chance(&self, fault: Fault) -> u32 {
        match fault {
            Fault::Duplicate => self.duplicate,
            Fault::Delay => self.delay,
            Fault::Crash => self.crash,
            Fault::DropAck => self.drop_ack,
            Fault::Disconnect => self.disconnect,
        }
    }

    /// Whether a dependency is down at a time counted from the start.
    pub fn is_down(&self, dependency: &str, at: Duration) -> bool {
        self.outages.iter().any(|outage| {
            outage.dependency == dependency
                && at >= outage.from
                && at < outage.from + outage.lasting
        })
    }
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self::none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::sim::{Options, Sim};

    #[test]
    fn plans_differ_by_seed_and_end() {
        let calm = Duration::from_secs(30);
        let plan = |seed| FaultPlan::seeded(seed, calm, &["log", "provider"]);
        assert_eq!(plan(1), plan(1));
        assert_ne!(plan(1), plan(2));
        for seed in 0..200 {
            let plan = plan(seed);
            assert!(!plan.is_down("log", calm), "seed {seed}");
            assert!(!plan.is_down("provider", calm), "seed {seed}");
            assert!(plan.crash > 0);
        }
        let down = |seed| !plan(seed).outages.is_empty();
        assert!((0..20).any(down) && !(0..20).all(down));
    }

    #[test]
    fn chances_are_as_planned_until_it_calms() {
        let faults = FaultPlan {
            calm_after: Duration::from_secs(1),
            duplicate: 250_000,
            outages: vec![Outage {
                dependency: "provider".to_owned(),
                from: Duration::from_millis(200),
                lasting: Duration::from_millis(300),
            }],
            ..FaultPlan::none()
        };
        let sim = Sim::new(Options::seed(1).faults(faults));
        let world = sim.world();
        let outcome = sim.run(async move {
            let strikes = |fault| (0..10_000).filter(|_| world.strikes(fault)).count();
            let duplicates = strikes(Fault::Duplicate);
            assert!((2_200..2_800).contains(&duplicates), "{duplicates}");
            assert_eq!(strikes(Fault::Disconnect), 0);
            assert!(!world.outage("provider"));
            world.sleep(Duration::from_millis(200)).await;
            assert!(world.outage("provider") && !world.outage("log"));
            world.sleep(Duration::from_millis(300)).await;
            assert!(!world.outage("provider"));
            world.sleep(Duration::from_millis(500)).await;
            assert_eq!(strikes(Fault::Duplicate), 0);
        });
        assert_eq!(outcome, Ok(()));
    }
}
