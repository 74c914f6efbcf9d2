//! Hostile schemas and bytes, by the million: no panic, no more than 64 MB, an answer
//! soon.
//!
//! `cargo test -p herald-avro --test fuzz -- --ignored` goes on for `HERALD_FUZZ_SECONDS`
//! (600), the usual test for some hundred inputs. Whether the inputs reach what they should
//! is checked twice: every rule and every error must come up, and planted crashes must
//! be found.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "fuzz/extremes.rs"]
mod extremes;
#[path = "fuzz/inputs.rs"]
mod inputs;
mod support;
#[path = "fuzz/target.rs"]
mod target;

use herald_avro::value::Random;
use inputs::Input;
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use target::Reached;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The heap is measured for the whole process, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

const MAX_HEAP: usize = 64_000_000;

/// Whether an input that reached this is to crash.
type Plant = fn(&Reached) -> bool;

/// What running one input came to.
struct Run {
    /// What was reached; an error if it panicked.
    reached: Result<Reached, ()>,
    heap: usize,
    time: Duration,
}

fn run(input: &Input, plant: Plant) -> Run {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let start = Instant::now();
    let reached = catch_unwind(AssertUnwindSafe(|| {
        let reached = target::run(input);
        assert!(!plant(&reached), "planted");
        reached
    }));
    Run {
        time: start.elapsed(),
        heap: HEAP.peak_usage().saturating_sub(before),
        reached: reached.map_err(drop),
    }
}

fn nothing(_: &Reached) -> bool {
    false
}

/// Runs inputs until `enough`; returns how many, and how often each thing was reached.
fn fuzz(seed: u64, enough: impl Fn(u64) -> bool) -> (u64, BTreeMap<String, u64>) {
    let mut tally = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    let mut largest = 0;
    let mut count = 0;
    let mut source = Random::new(seed);
    while !enough(count) {
        let input = inputs::next(&mut source);
        let done = run(&input, nothing);
        let Ok(reached) = done.reached else {
            panic!("input {count} of seed {seed} panics: {input:?}");
        };
        assert!(done.heap < MAX_HEAP, "{} bytes for {input:?}", done.heap);
        for what in reached.0 {
            *tally.entry(what).or_insert(0) += 1;
        }
        slowest = slowest.max(done.time);
        largest = largest.max(done.heap);
        count += 1;
    }
    println!("{count} inputs, at most {largest} bytes and {slowest:?} for one");
    (count, tally)
}

#[test]
fn inputs_reach_every_rule_and_error() {
    let _alone = ALONE.lock();
    let (count, tally) = fuzz(1, |count| count >= 3000);
    let missing: Vec<String> = target::everything()
        .into_iter()
        .filter(|what| !tally.contains_key(what))
        .collect();
    assert!(missing.is_empty(), "{count} inputs never reach {missing:?}");
}

/// Each plant is a rare meeting of things, in the parser, the judge and the decoder.
#[test]
fn planted_crashes_are_found() {
    let _alone = ALONE.lock();
    let plants: [(&str, Plant); 4] = [
        ("parser", |reached| {
            reached.all(&["schema: exists already", "schema: no default"])
        }),
        ("judge", |reached| reached.all(&["C11", "C21"])),
        ("witness", |reached| {
            reached.all(&["C13 misread", "C14 unreadable"])
        }),
        ("decoder", |reached| {
            reached.all(&["decode: CountTooLarge", "C01"])
        }),
    ];
    for (name, plant) in plants {
        let mut source = Random::new(7);
        let found = (0..30_000).find_map(|count| {
            let input = inputs::next(&mut source);
            let clean = run_quietly(&input, plant).reached.is_err();
            clean.then_some((count, input))
        });
        let (count, input) = found.unwrap_or_else(|| panic!("{name}: not found"));
        // It is the plant, and the input shows it again.
        assert!(run(&input, nothing).reached.is_ok(), "{name}");
        assert!(run_quietly(&input, plant).reached.is_err(), "{name}");
        println!("{name}: found by input {count}");
    }
}

/// Runs an input that may panic, without the message.
fn run_quietly(input: &Input, plant: Plant) -> Run {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = run(input, plant);
    std::panic::set_hook(hook);
    done
}

#[test]
fn extreme_schemas_are_answered_within_bounds() {
    let _alone = ALONE.lock();
    let mut too_large = Vec::new();
    let only = std::env::var("HERALD_FUZZ_ONLY").ok();
    for (name, input) in extremes::all() {
        if only
            .as_ref()
            .is_some_and(|only| !name.contains(only.as_str()))
        {
            continue;
        }
        let size = input.old.len() + input.new.len() + input.bytes.len();
        assert!(size < 2 << 20, "{name}: {size} bytes");
        let done = run(&input, nothing);
        println!("{name}: {size} bytes, heap {}, {:?}", done.heap, done.time);
        assert!(done.reached.is_ok(), "{name} panics");
        if done.heap >= MAX_HEAP {
            too_large.push((name, done.heap));
        }
    }
    assert!(too_large.is_empty(), "more than 64 MB: {too_large:?}");
}

#[test]
#[ignore = "takes ten minutes: `HERALD_FUZZ_SECONDS` asks for less"]
fn nothing_breaks_for_long() {
    let _alone = ALONE.lock();
    let seconds = std::env::var("HERALD_FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(600);
    let (start, length) = (Instant::now(), Duration::from_secs(seconds));
    let seed = std::env::var("HERALD_FUZZ_SEED").ok();
    let seed = seed.and_then(|text| text.parse().ok()).unwrap_or(2);
    let (_, tally) = fuzz(seed, |_| start.elapsed() >= length);
    for (what, count) in tally {
        println!("{count:>9} {what}");
    }
}
