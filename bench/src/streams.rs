//! The embedded engine of streams: a tumbling count by key on one core, from the decoded record to
//! what is emitted, and the same on Kafka's own test driver. What is asked is a rate, a ratio, and that
//! memory grows with open windows only.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use generated::events::SalesPerMinute;
use herald::avro::codec::{Codec, TimestampMillis};
use herald::streams::{
    Arrival, Arrived, Grouping, Hopping, Logic, NoOther, Outbox, Overflow, Pipeline, Window,
    add_long,
};
use uuid::Uuid;

use crate::test_driver;

const RECORDS: usize = 2_000_000;
const ROUNDS: u32 = 3;
const KEYS: usize = 1_000;
/// Records a second that are asked.
const ASKED: f64 = 1e6;
/// How many times faster than the peer.
const TIMES: f64 = 5.0;

/// `count()` by a text.
struct Count;

impl Logic for Count {
    const NAME: &'static str = "bench-count";
    type Event = String;
    type Other = NoOther;
    type Item = (String, ());
    type Output = SalesPerMinute;

    fn select(
        event: &String,
        _other: Option<&NoOther>,
        items: &mut Vec<Self::Item>,
    ) -> Result<(), Overflow> {
        items.push((event.clone(), ()));
        Ok(())
    }
}

impl Grouping for Count {
    type Key = String;
    type Row = ();
    type State = i64;

    fn start() -> i64 {
        0
    }

    fn add(state: &mut i64, (): &()) -> Result<(), Overflow> {
        *state = add_long(*state, 1)?;
        Ok(())
    }

    fn output(key: &String, window: Window, state: &i64) -> SalesPerMinute {
        SalesPerMinute {
            country: key.clone(),
            window_start: TimestampMillis(window.start),
            window_end: TimestampMillis(window.end),
            lines: *state,
            ..Codec::blank()
        }
    }
}

/// One record of the input.
struct Tick {
    /// Of its key.
    number: i16,
    key: String,
    time: i64,
    id: String,
}

/// Measures and prints; true when rate and ratio are reached.
pub(crate) fn run(workspace: &Path, work: &Path) -> Result<bool, Box<dyn Error>> {
    let ticks = ticks();
    println!(
        "\nstreams, tumbling count by {KEYS} keys, {RECORDS} records, one core, best of {ROUNDS}"
    );
    let mut met = true;
    let mut plain = Measured::default();
    for (name, dedup_ms) in [("with repeats recognised", Some(3_000)), ("without", None)] {
        plain = Measured::default();
        for _ in 0..ROUNDS {
            let measured = measure(&ticks, dedup_ms)?;
            plain.rate = plain.rate.max(measured.rate);
            plain.counted = measured.counted;
        }
        met &= plain.rate >= ASKED;
        show(
            name,
            plain.rate,
            &format!("1.00 asked: {}", word(plain.rate >= ASKED)),
        );
    }
    let records = ticks.iter().map(|tick| (tick.number, tick.time));
    let project = workspace.join("bench/java");
    let mut best = 0.0_f64;
    for round in test_driver::run(&project, work, records, ROUNDS)? {
        if round.counted != plain.counted {
            let counted = round.counted;
            return Err(format!("{counted} in closed windows, here {}", plain.counted).into());
        }
        best = best.max(round.rate);
    }
    let ratio = plain.rate / best;
    met &= ratio >= TIMES;
    let verdict = format!(
        "{ratio:.1} times slower, {TIMES:.1} asked: {}",
        word(ratio >= TIMES)
    );
    show("TopologyTestDriver, without", best, &verdict);
    Ok(met)
}

fn show(name: &str, rate: f64, verdict: &str) {
    println!(
        "{name:<30} {:>6.2} million records/s   {verdict}",
        rate / 1e6
    );
}

fn word(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

/// What one pass over the records came to.
#[derive(Clone, Copy, Default)]
struct Measured {
    /// Records a second.
    rate: f64,
    /// Records in windows that closed by themselves.
    counted: i64,
}

/// One pass, after the counts were found to be right.
fn measure(ticks: &[Tick], dedup_ms: Option<i64>) -> Result<Measured, Box<dyn Error>> {
    let spec = Hopping {
        size_ms: 1_000,
        advance_ms: 1_000,
        grace_ms: 2_000,
    };
    let events: Vec<String> = ticks.iter().map(|tick| tick.key.clone()).collect();
    let mut pipeline = Pipeline::<Count>::windowed(spec, false, dedup_ms);
    let mut out = Outbox::new();
    let mut counted = 0;
    let start = Instant::now();
    for (tick, event) in ticks.iter().zip(events) {
        let arrival = Arrival {
            partition: 0,
            time: tick.time,
            key: Some(tick.key.as_bytes()),
            source: "/bench",
            id: &tick.id,
        };
        black_box(pipeline.process(&arrival, Arrived::Event(event), &mut out));
        counted += out.emitted.drain(..).map(|e| e.event.lines).sum::<i64>();
    }
    let rate = ticks.len() as f64 / start.elapsed().as_secs_f64();
    pipeline.idle(0, &mut out);
    let open: i64 = out.emitted.drain(..).map(|e| e.event.lines).sum();
    if counted + open != ticks.len() as i64 {
        return Err(format!("{} records counted of {}", counted + open, ticks.len()).into());
    }
    Ok(Measured { rate, counted })
}

/// Records in the order of a partition: time goes on, each record up to two seconds out of order.
fn ticks() -> Vec<Tick> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    (0..RECORDS as i64)
        .map(|number| {
            let of = (next() % KEYS as u64) as i16;
            let key = format!("key-{of}");
            let time = 1_800_000_000_000 + number / 100 - (next() % 2_000) as i64;
            let id = Uuid::from_u64_pair(next(), next()).to_string();
            Tick {
                number: of,
                key,
                time,
                id,
            }
        })
        .collect()
}
