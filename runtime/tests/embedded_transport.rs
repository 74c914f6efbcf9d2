//! The embedded brokers pass the suites of all transports, under several seeds
//! and on the clock.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use herald::World;
use herald::conformance::{log, queues};
use herald::transport::embedded::Embedded;
use herald::world::sim::{Options, Sim};

const SEEDS: std::ops::Range<u64> = 0..12;

fn log_bed(world: World) -> log::Bed {
    let options = herald::transport::embedded::Options {
        session_timeout: Duration::from_secs(3),
        ..Default::default()
    };
    let session_timeout = options.session_timeout;
    let broker = Embedded::with(&world, options);
    log::Bed {
        world,
        log: broker.log(),
        prefix: String::new(),
        session_timeout,
        fetches_while_revoking: true,
        cut: Some(Arc::new(move || broker.disconnect_consumers())),
    }
}

fn queue_bed(world: World) -> queues::Bed {
    let broker = Embedded::new(&world);
    queues::Bed {
        world,
        queues: broker.queues(),
        prefix: String::new(),
        cut: Some(Arc::new(move || broker.disconnect_consumers())),
    }
}

fn in_simulation(run: impl Fn(World) -> herald::BoxFuture<'static, ()>) {
    for seed in SEEDS {
        let sim = Sim::new(Options::seed(seed));
        let world = sim.world();
        if let Err(deadlock) = sim.run(run(world)) {
            panic!("seed {seed}: {deadlock}\n{}", sim.last_lines().join("\n"));
        }
    }
}

fn on_the_clock(run: impl Fn(World) -> herald::BoxFuture<'static, ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let world = herald::world::real::world_on(runtime.handle().clone());
    runtime.block_on(run(world));
}

mod log_in_simulation {
    fn run(case: herald::conformance::log::Case) {
        super::in_simulation(|world| case(super::log_bed(world)));
    }
    herald::log_conformance!(run);
}

mod queues_in_simulation {
    fn run(case: herald::conformance::queues::Case) {
        super::in_simulation(|world| case(super::queue_bed(world)));
    }
    herald::queue_conformance!(run);
}

mod log_on_the_clock {
    fn run(case: herald::conformance::log::Case) {
        super::on_the_clock(|world| case(super::log_bed(world)));
    }
    herald::log_conformance!(run);
}

mod queues_on_the_clock {
    fn run(case: herald::conformance::queues::Case) {
        super::on_the_clock(|world| case(super::queue_bed(world)));
    }
    herald::queue_conformance!(run);
}
