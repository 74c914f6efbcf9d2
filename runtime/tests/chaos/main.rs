//! The embedded brokers under faults: nothing is lost, keys keep their order,
//! and a seed repeats itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod log_run;
mod queue_model;
mod queue_run;

use std::time::Duration;

use herald::world::FaultPlan;
use herald::world::sim::{Digest, Options, Sim};
use proptest::prelude::*;

/// Virtual time in which all must be done once the faults have ended.
const PATIENCE: Duration = Duration::from_mins(10);

/// A simulation in which everything goes wrong for half a minute.
fn simulation(seed: u64) -> Sim {
    let calm_after = Duration::from_secs(30);
    let faults = FaultPlan::seeded(seed, calm_after, &["log", "queues"]);
    Sim::new(Options::seed(seed).faults(faults))
}

fn digest_of(seed: u64) -> Digest {
    let sim = simulation(seed);
    log_run::run(&sim, log_run::Shape::default());
    queue_run::run(&sim, queue_run::Shape::default());
    sim.digest()
}

#[test]
fn a_seed_repeats_itself_and_no_other() {
    let digests: Vec<Digest> = (0..6).map(digest_of).collect();
    for (seed, digest) in digests.iter().enumerate() {
        assert_eq!(digest_of(seed as u64), *digest, "seed {seed}");
        let others = digests.iter().filter(|other| other.hash == digest.hash);
        assert_eq!(others.count(), 1, "seed {seed}");
    }
}

/// All was published before the only member, which died first, had joined.
#[test]
fn a_group_is_waited_for() {
    let shape = log_run::Shape {
        partitions: 4,
        members: 1,
        keys: 3,
        records_per_key: 1,
    };
    log_run::run(&simulation(18_208_840_803_082_387_316), shape);
}

/// Few shrinks: a run that hangs takes all its virtual patience each time.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 40,
        max_shrink_iters: 50,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_log_loses_nothing_and_keeps_order(
        seed in any::<u64>(),
        partitions in 1..6_u32,
        members in 1..5_usize,
        keys in 1..8_usize,
        records_per_key in 1..40_usize,
    ) {
        let shape = log_run::Shape { partitions, members, keys, records_per_key };
        log_run::run(&simulation(seed), shape);
    }

    #[test]
    fn the_queues_lose_nothing_and_mind_their_bounds(
        seed in any::<u64>(),
        consumers in 1..5_usize,
        prefetch in 1..8_u16,
        messages in 1..120_usize,
    ) {
        queue_run::run(&simulation(seed), queue_run::Shape { consumers, prefetch, messages });
    }

    #[test]
    fn the_queue_does_as_its_model(steps in proptest::collection::vec(queue_model::step(), 1..120)) {
        queue_model::compare(steps);
    }
}
