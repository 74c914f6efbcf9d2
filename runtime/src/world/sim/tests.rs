use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::world::{Ended, Step};

#[test]
fn time_jumps_and_nothing_else_passes() {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    let order = sim.run(async move {
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for seconds in [3, 1, 2] {
            let (world, order) = (world.clone(), order.clone());
            tasks.push(world.clone().spawn("sleeper", async move {
                world.sleep(Duration::from_secs(seconds)).await;
                order.lock().unwrap().push(seconds);
            }));
        }
        for task in tasks {
            assert_eq!(task.join().await, Ended::Finished);
        }
        Arc::into_inner(order).unwrap().into_inner().unwrap()
    });
    assert_eq!(order.unwrap(), [1, 2, 3]);
    assert_eq!(sim.elapsed(), Duration::from_secs(3));
}

#[test]
fn a_dropped_sleep_does_not_move_the_clock() {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    sim.run(async move {
        let fast = world.sleep(Duration::from_secs(1));
        assert!(world.timeout(Duration::from_mins(15), fast).await.is_some());
    })
    .unwrap();
    assert_eq!(sim.elapsed(), Duration::from_secs(1));
}

#[test]
fn a_deadlock_names_who_waits() {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    let result = sim.run(async move {
        let _ = world.spawn("relay of payment", std::future::pending());
        std::future::pending::<()>().await;
    });
    assert_eq!(result.unwrap_err().tasks, ["main", "relay of payment"]);
}

#[test]
#[should_panic(expected = "an assertion")]
fn a_panic_of_the_main_future_comes_out() {
    let _ = Sim::new(Options::seed(1)).run(async { panic!("an assertion") });
}

#[test]
fn a_task_that_panics_or_is_aborted_ends_alone() {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    sim.run(async move {
        let aborted = world.spawn("aborted", std::future::pending());
        aborted.abort();
        assert_eq!(aborted.join().await, Ended::Dropped);
        let panics = world.spawn("panics", async { panic!("expected in this test") });
        assert_eq!(panics.join().await, Ended::Panicked);
    })
    .unwrap();
}

#[test]
fn a_crash_drops_the_whole_instance_and_its_supervisor_starts_it_again() {
    let faults = FaultPlan {
        calm_after: Duration::from_millis(1),
        crash: 1_000_000,
        ..FaultPlan::none()
    };
    let sim = Sim::new(Options::seed(3).faults(faults));
    let world = sim.world();
    let starts = Arc::new(AtomicUsize::new(0));
    let beside = Arc::new(AtomicUsize::new(0));
    let (counted, helper) = (starts.clone(), beside.clone());
    sim.run(async move {
        let service = world.supervise("payment", move |instance| {
            let (starts, beside) = (counted.clone(), helper.clone());
            async move {
                starts.fetch_add(1, Ordering::SeqCst);
                let _ = instance.clone().spawn("helper", {
                    let instance = instance.clone();
                    async move {
                        instance.sleep(Duration::from_millis(1)).await;
                        beside.fetch_add(1, Ordering::SeqCst);
                    }
                });
                instance.checkpoint(Step::Received).await;
                instance.sleep(Duration::from_millis(2)).await;
            }
        });
        assert_eq!(service.join().await, Ended::Finished);
    })
    .unwrap();
    assert_eq!(starts.load(Ordering::SeqCst), 2);
    // The first one's helper died with it.
    assert_eq!(beside.load(Ordering::SeqCst), 1);
}

#[test]
fn a_killed_instance_runs_nothing_more() {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    sim.run(async move {
        let instance = world.instance("payment");
        let first = instance.spawn("first", std::future::pending());
        instance.kill();
        assert_eq!(first.join().await, Ended::Dropped);
        let second = instance.spawn("second", async {});
        assert_eq!(second.join().await, Ended::Dropped);
        assert!(!instance.is_alive() && world.is_alive());
    })
    .unwrap();
}

/// Tasks that race, sleep and draw: the digest of their doings.
fn digest(seed: u64) -> Digest {
    let sim = Sim::new(Options::seed(seed));
    let world = sim.world();
    sim.run(async move {
        let mut tasks = Vec::new();
        for name in ["a", "b", "c"] {
            let inner = world.clone();
            tasks.push(world.spawn(name, async move {
                for _ in 0..20 {
                    inner
                        .sleep(Duration::from_micros(inner.random_below(50)))
                        .await;
                    inner.note(format_args!("{name} {} {}", inner.now(), inner.new_id()));
                }
            }));
        }
        for task in tasks {
            task.join().await;
        }
    })
    .unwrap();
    sim.digest()
}

#[test]
fn a_seed_repeats_itself_and_no_other() {
    let digests: Vec<Digest> = (0..20).map(digest).collect();
    for (seed, first) in digests.iter().enumerate() {
        assert_eq!(*first, digest(seed as u64));
        assert!(
            digests
                .iter()
                .skip(seed + 1)
                .all(|other| other.hash != first.hash)
        );
    }
}

#[test]
fn ids_are_uuids_of_version_7_and_rise_with_time() {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    sim.run(async move {
        let first = world.new_id();
        world.sleep(Duration::from_millis(1)).await;
        let second = world.new_id();
        assert_eq!(first.get_version_num(), 7);
        assert!(first < second);
    })
    .unwrap();
}
