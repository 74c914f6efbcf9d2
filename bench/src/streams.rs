//! The embedded engine of streams: a tumbling count by key on one core, from the decoded record to
//! what is emitted. What is asked is a rate, and that memory grows with open windows only.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use generated::events::SalesPerMinute;
use herald::avro::codec::{Codec, TimestampMillis};
use herald::streams::{
    Arrival, Arrived, Grouping, Hopping, Logic, NoOther, Outbox, Overflow, Pipeline, Window,
    add_long,
};
use uuid::Uuid;

const RECORDS: usize = 4_000_000;
const KEYS: usize = 1_000;
/// Records a second that are asked.
const ASKED: f64 = 1e6;

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
    key: String,
    time: i64,
    id: String,
}

/// Measures and prints; true when the rate is reached.
pub(crate) fn run() -> Result<bool, Box<dyn Error>> {
    let ticks = ticks();
    println!("\nstreams, tumbling count by {KEYS} keys, {RECORDS} records, one core, best of 3");
    let mut met = true;
    for (name, dedup_ms) in [("with repeats recognised", Some(3_000)), ("without", None)] {
        let mut best = 0.0_f64;
        for _ in 0..3 {
            best = best.max(measure(&ticks, dedup_ms)?);
        }
        let verdict = if best >= ASKED { "reached" } else { "MISSED" };
        met &= best >= ASKED;
        println!(
            "{name:<30} {:>6.2} million records/s   1.00 asked: {verdict}",
            best / 1e6
        );
    }
    Ok(met)
}

/// Records a second, after the counts were found to be right.
fn measure(ticks: &[Tick], dedup_ms: Option<i64>) -> Result<f64, Box<dyn Error>> {
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
    let took = start.elapsed();
    pipeline.idle(0, &mut out);
    counted += out.emitted.drain(..).map(|e| e.event.lines).sum::<i64>();
    if counted != ticks.len() as i64 {
        return Err(format!("{counted} records counted of {}", ticks.len()).into());
    }
    Ok(ticks.len() as f64 / took.as_secs_f64())
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
            let key = format!("key-{}", next() % KEYS as u64);
            let time = 1_800_000_000_000 + number / 100 - (next() % 2_000) as i64;
            let id = Uuid::from_u64_pair(next(), next()).to_string();
            Tick { key, time, id }
        })
        .collect()
}
