//! Delivery under faults: whatever happens, every message has its effect once
//! and in order.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use herald::transport::Headers;
use herald::world::sim::{Options, Sim};
use herald::world::{FaultPlan, Outage};
use support::bench::{Bench, simulate};
use support::catalog::TOPOLOGY;
use support::{Answered, worker::Worker};

const KEYS: usize = 6;
const EACH: usize = 8;

/// Asks several keys several things, some of which fail at first, and commands.
async fn ask_much(bench: &Bench) {
    for at in 0..EACH {
        for key in 0..KEYS {
            let text = match (at + key) % 5 {
                0 => format!("fail:1 {key}.{at}"),
                1 => format!("work:fail:1 {key}.{at}!"),
                2 => format!("timer {key}.{at}"),
                _ => format!("plain {key}.{at}"),
            };
            bench
                .ask(&format!("{key}.{at}"), &format!("key{key}"), &text)
                .await;
        }
        bench.world.sleep(Duration::from_millis(300)).await;
    }
}

/// Waits until everything has come to rest, timers too.
async fn rest(bench: &Bench) {
    loop {
        bench.settled().await;
        if bench.worker.bind().pending().await.next_timer.is_none() {
            return;
        }
        bench.world.sleep(Duration::from_millis(500)).await;
    }
}

/// Every effect once, those of one key in the order they were asked for.
fn assert_effects(worker: &Worker) {
    for key in 0..KEYS {
        let notes = worker.notes(&format!("key{key}"));
        let once: BTreeSet<_> = notes.iter().collect();
        assert_eq!(once.len(), notes.len(), "an effect came twice: {notes:?}");
        let wanted: Vec<usize> = (0..EACH).collect();
        assert_eq!(
            order_of_asked(&notes),
            wanted,
            "out of order or lost: {notes:?}"
        );
        let sent = notes
            .iter()
            .filter(|note| note.starts_with("work:"))
            .count();
        let works = notes
            .iter()
            .filter(|note| note.ends_with('!') && !note.starts_with("work"));
        assert_eq!(works.count(), sent, "a command was lost: {notes:?}");
    }
}

/// Places of what was asked, in the order of their effects.
fn order_of_asked(notes: &[String]) -> Vec<usize> {
    let asked = notes.iter().filter(|note| {
        let kinds = ["fail:", "timer ", "plain "];
        let of_event = kinds.iter().any(|kind| note.starts_with(kind)) && !note.ends_with('!');
        of_event || note.starts_with("work:")
    });
    asked
        .map(|note| {
            note.rsplit('.')
                .next()
                .unwrap()
                .trim_end_matches('!')
                .parse()
                .unwrap()
        })
        .collect()
}

/// Every effect was told once, by id, and first told in order.
fn assert_told(bench: &Bench) {
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    let mut first = Vec::new();
    for (id, text) in bench.texts::<Answered>("answered") {
        if let Some(before) = told.insert(id, text.clone()) {
            assert_eq!(before, text, "one id, two messages");
        } else {
            first.push(text);
        }
    }
    let mut wanted = bench.worker.all_notes();
    for key in 0..KEYS {
        let mine = format!(" {key}.");
        let order: Vec<_> = first
            .iter()
            .filter(|text| text.contains(&mine))
            .cloned()
            .collect();
        let noted: Vec<_> = wanted
            .iter()
            .filter(|text| text.contains(&mine))
            .cloned()
            .collect();
        assert_eq!(order, noted, "told in another order than it happened");
    }
    first.sort();
    wanted.sort();
    assert_eq!(first, wanted);
}

fn storm(seed: u64) -> FaultPlan {
    FaultPlan {
        calm_after: Duration::from_secs(40),
        duplicate: 60_000,
        delay: 30_000,
        longest_delay: Duration::from_millis(800),
        crash: 3_000 + (seed as u32 % 4) * 7_000,
        drop_ack: 60_000,
        disconnect: 5_000,
        ..FaultPlan::none()
    }
}

#[test]
fn every_effect_once_whatever_crashes_repeats_and_gets_lost() {
    let mut crashed = BTreeSet::new();
    for seed in 0..40 {
        let sim = Sim::new(Options {
            keep_lines: 100_000,
            ..Options::seed(seed).faults(storm(seed))
        });
        let world = sim.world();
        let ran = sim.run(async move {
            let bench = Bench::new(world, &TOPOLOGY).await;
            let _workers = bench.keep_running(2);
            ask_much(&bench).await;
            rest(&bench).await;
            assert_effects(&bench.worker);
            assert_told(&bench);
            assert_eq!(bench.broker.records("asked.worker.dlt").len(), 0);
            assert_eq!(bench.broker.messages("worker.work.dlq").len(), 0);
        });
        ran.unwrap_or_else(|deadlock| panic!("seed {seed}: {deadlock}"));
        for line in sim.last_lines() {
            if let Some((_, step)) = line.split_once(" crashes after ") {
                crashed.insert(step.to_owned());
            }
        }
    }
    let steps = [
        "Received",
        "Begun",
        "Handled",
        "Committed",
        "Settled",
        "RetryPublished",
        "RelayClaimed",
        "RelayPublished",
        "RelayDeleted",
        "TimerClaimed",
        "TimerFired",
        "Drained",
    ];
    let spared: Vec<_> = steps
        .iter()
        .filter(|step| !crashed.contains(**step))
        .collect();
    assert!(spared.is_empty(), "nothing crashed after {spared:?}");
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let digest = |seed| {
        let sim = Sim::new(Options::seed(seed).faults(storm(seed)));
        let world = sim.world();
        let ran = sim.run(async move {
            let bench = Bench::new(world, &TOPOLOGY).await;
            let _workers = bench.keep_running(2);
            ask_much(&bench).await;
            rest(&bench).await;
        });
        ran.unwrap();
        sim.digest()
    };
    assert_eq!(digest(5), digest(5));
    assert_ne!(digest(5), digest(6));
}

#[test]
fn an_outage_of_twenty_seconds_uses_no_attempt() {
    for dependency in ["provider", "log", "queues"] {
        let outage = Outage {
            dependency: dependency.to_owned(),
            from: Duration::from_secs(1),
            lasting: Duration::from_secs(20),
        };
        let plan = FaultPlan {
            calm_after: Duration::from_mins(1),
            outages: vec![outage],
            ..FaultPlan::none()
        };
        simulate(3, plan, &TOPOLOGY, async |bench| {
            let _worker = bench.keep_running(1);
            ask_much(&bench).await;
            rest(&bench).await;
            assert_effects(&bench.worker);
            assert_told(&bench);
            assert_eq!(bench.broker.records("asked.worker.dlt").len(), 0);
            assert_eq!(bench.broker.messages("worker.work.dlq").len(), 0);
        });
    }
}

#[test]
fn a_graceful_stop_leaves_nothing_behind() {
    simulate(4, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let world = bench.world.instance("worker");
        let platform = herald::Platform {
            world,
            ..bench.platform.clone()
        };
        let running = bench.worker.bind().start(platform).await.unwrap();
        for key in 0..20 {
            bench
                .ask(&format!("{key}"), &format!("{key}"), "slow:500")
                .await;
        }
        bench.world.sleep(Duration::from_millis(100)).await;
        let left = running.stop(Duration::from_secs(10)).await;
        assert_eq!((left.in_hand, left.outbox), (0, 0));
        let done = bench.worker.all_notes().len();
        assert!((1..20).contains(&done), "{done} of 20 were at work");
        assert_eq!(bench.broker.records("answered").len(), done);
        // What was at work is committed: the next instance does the rest, no more.
        let _next = bench.keep_running(1);
        bench.settled().await;
        assert_eq!(bench.worker.all_notes().len(), 20);
        assert_eq!(bench.worker.tries("slow:500"), 20);
    });
}

#[test]
fn a_handler_that_outlasts_the_drain_is_dropped_and_comes_again() {
    simulate(5, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let world = bench.world.instance("worker");
        let platform = herald::Platform {
            world,
            ..bench.platform.clone()
        };
        let running = bench.worker.bind().start(platform).await.unwrap();
        bench.ask("1", "a", "slow:9000").await;
        bench.world.sleep(Duration::from_secs(1)).await;
        let left = running.stop(Duration::from_secs(30)).await;
        assert_eq!(left.in_hand, 1);
        assert_eq!(bench.worker.notes("a"), [""; 0]);
        let _next = bench.keep_running(1);
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["slow:9000"]);
    });
}

#[test]
fn a_message_delivered_twice_has_one_effect() {
    simulate(6, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        for _ in 0..3 {
            bench.ask("same", "a", "hello").await;
            bench.command("same", "a", "do").await;
        }
        // A foreign record without an id is named by its place.
        let mut record = bench
            .record("asked", "", &support::Asked::new("a", "foreign"))
            .await;
        let mut headers = Headers::new();
        headers.push("ce_type", "test.Asked");
        record.headers = headers;
        bench.publish(record).await;
        bench.settled().await;
        let mut notes = bench.worker.notes("a");
        notes.sort();
        assert_eq!(notes, ["do", "foreign", "hello"]);
    });
}
