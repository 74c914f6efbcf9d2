//! A pipeline that is saved and loaded at any moment goes on as if nothing had happened.

use std::borrow::Cow;

use crate::avro::codec::{Codec, Cursor, Described, Reader};
use crate::message::{Event, Message, Released};

use super::join::Spec;
use super::latest::Latest;
use super::pipeline::{Mapped, Side, Tail};
use super::*;

/// What test streams emit.
#[derive(Debug, Clone, PartialEq)]
struct Counted {
    key: String,
    count: i64,
    start: i64,
    end: i64,
}

impl Codec for Counted {
    const MIN_SIZE: usize = 4;

    fn write<'a>(&self, mut out: Cursor<'a>) -> Cursor<'a> {
        out = self.key.write(out);
        out = self.count.write(out);
        out = self.start.write(out);
        self.end.write(out)
    }

    fn blank() -> Self {
        Self {
            key: String::new(),
            count: 0,
            start: 0,
            end: 0,
        }
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        self.key.read(r);
        self.count.read(r);
        self.start.read(r);
        self.end.read(r);
    }
}

impl Described for Counted {
    fn schema_json() -> Cow<'static, str> {
        Cow::Borrowed("{}")
    }
}

impl Message for Counted {
    type Headers = ();

    const NAME: &'static str = "Counted";
    const TYPE: &'static str = "tests.Counted";
    const VERSION: u32 = 1;
    const RELEASED: &'static [Released] = &[];

    fn key(&self) -> Option<String> {
        Some(self.key.clone())
    }
}

impl Event for Counted {
    const TOPIC: &'static str = "tests.counted";
}

/// Counts texts.
struct Count;

impl Logic for Count {
    const NAME: &'static str = "count";
    type Event = String;
    type Other = String;
    type Item = (String, ());
    type Output = Counted;

    fn select(
        event: &String,
        _: Option<&String>,
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

    fn output(key: &String, window: Window, state: &i64) -> Counted {
        Counted {
            key: key.clone(),
            count: *state,
            start: window.start,
            end: window.end,
        }
    }
}

impl Merging for Count {
    fn merge(state: &mut i64, other: &i64) -> Result<(), Overflow> {
        *state = add_long(*state, *other)?;
        Ok(())
    }
}

impl Retracting for Count {
    fn take_back(state: &mut i64, (): &()) -> Result<(), Overflow> {
        *state = subtract_long(*state, 1)?;
        Ok(())
    }
}

/// Puts both sides together.
struct Both;

impl Logic for Both {
    const NAME: &'static str = "both";
    type Event = String;
    type Other = String;
    type Item = Counted;
    type Output = Counted;

    fn select(
        event: &String,
        other: Option<&String>,
        items: &mut Vec<Counted>,
    ) -> Result<(), Overflow> {
        items.push(Counted {
            key: format!("{event}-{}", other.map_or("", |o| o)),
            ..Counted::blank()
        });
        Ok(())
    }
}

/// One record: partition, time, key, text, side; without a text a tombstone.
type Step = (u32, i64, String, Option<String>, bool);

fn steps(seed: u64, count: i64) -> Vec<Step> {
    let mut state = seed;
    let mut below = move |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % limit
    };
    (0..count)
        .map(|number| {
            let time = 1_000 + number * 40 - 50 * below(12) as i64;
            let key = format!("k{}", below(3));
            let text = (below(12) > 0).then(|| format!("t{}", below(4)));
            (below(2) as u32, time.max(0), key, text, below(3) == 0)
        })
        .collect()
}

/// What steps give; saved and loaded before the step `at`, if any.
fn run<L>(make: &dyn Fn() -> Pipeline<L>, steps: &[Step], at: Option<usize>) -> Vec<String>
where
    L: Logic<Event = String, Other = String, Output = Counted>,
{
    let mut store = std::collections::BTreeMap::new();
    let (mut pipeline, mut shown) = (make(), Vec::new());
    for (number, (partition, time, key, text, other)) in steps.iter().enumerate() {
        let mut changes = Vec::new();
        pipeline.save(&mut changes);
        for change in changes {
            match change.value {
                Some(value) => store.insert(change.key, value),
                None => store.remove(&change.key),
            };
        }
        if at == Some(number) {
            pipeline = make();
            for (key, value) in &store {
                pipeline.load(key, value);
            }
        }
        let id = format!("m{}", if number % 9 == 0 { number / 2 } else { number });
        let arrival = Arrival {
            partition: *partition,
            time: *time,
            key: Some(key.as_bytes()),
            source: "/tests",
            id: &id,
        };
        let value = match (text, other) {
            (Some(text), true) => Arrived::Other(text.clone()),
            (Some(text), false) => Arrived::Event(text.clone()),
            (None, other) => Arrived::Tombstone(*other),
        };
        let mut out = Outbox::new();
        let outcome = pipeline.process(&arrival, value, &mut out);
        shown.push(format!("{outcome:?} {:?}", out.emitted));
    }
    for partition in 0..2 {
        let mut out = Outbox::new();
        pipeline.idle(partition, &mut out);
        shown.push(format!("{:?}", out.emitted));
    }
    shown
}

fn resumes<L>(make: &dyn Fn() -> Pipeline<L>)
where
    L: Logic<Event = String, Other = String, Output = Counted>,
{
    for seed in 0..6 {
        let steps = steps(seed, 90);
        let whole = run(make, &steps, None);
        let emitted = whole
            .iter()
            .filter(|shown| shown.contains("Emission"))
            .count();
        assert!(emitted > 5, "{emitted} of {whole:?}");
        for at in 0..steps.len() {
            assert_eq!(
                run(make, &steps, Some(at)),
                whole,
                "seed {seed}, before {at}"
            );
        }
    }
}

fn counting(
    side: fn() -> Side<Count>,
    tail: fn() -> Box<dyn Tail<Count>>,
) -> impl Fn() -> Pipeline<Count> {
    move || Pipeline::assemble(side(), tail(), Some(400), true, 2)
}

const WINDOWS: Hopping = Hopping {
    size_ms: 300,
    advance_ms: 100,
    grace_ms: 100,
};

#[test]
fn windows_resume_exactly() {
    let closing = || -> Box<dyn Tail<Count>> { Box::new(Windows::new(WINDOWS, false, true)) };
    resumes(&counting(|| Side::Alone, closing));
    let updating = || -> Box<dyn Tail<Count>> { Box::new(Windows::new(WINDOWS, true, true)) };
    resumes(&counting(|| Side::Alone, updating));
}

#[test]
fn sessions_totals_and_tables_resume_exactly() {
    let sessions = || -> Box<dyn Tail<Count>> {
        let spec = Session {
            gap_ms: 60,
            grace_ms: 40,
        };
        Box::new(Sessions::new(spec, true))
    };
    resumes(&counting(|| Side::Alone, sessions));
    let totals = || -> Box<dyn Tail<Count>> { Box::new(Totals::new(true)) };
    resumes(&counting(|| Side::Alone, totals));
    let table = || -> Box<dyn Tail<Count>> { Box::new(Table::new(true)) };
    resumes(&counting(|| Side::Table, table));
}

#[test]
fn joins_and_look_ups_resume_exactly() {
    for left in [false, true] {
        let spec = Spec {
            within_ms: 120,
            grace_ms: 30,
            left,
        };
        let join = move || {
            let side = pipeline::join::<Both>(spec, true);
            Pipeline::assemble(side, Box::new(Mapped), Some(150), true, 2)
        };
        resumes(&join);
        let lookup = move || {
            let rows = Latest::new(true);
            let side = Side::<Both>::Latest { rows, left };
            Pipeline::assemble(side, Box::new(Mapped), Some(150), true, 2)
        };
        resumes(&lookup);
    }
}

#[test]
fn ties_at_borders_and_what_is_late() {
    let windows = Hopping {
        size_ms: 10,
        advance_ms: 10,
        grace_ms: 2,
    };
    let mut pipeline = Pipeline::<Count>::windowed(windows, false, None);
    let mut feed = |time: i64, text: &str| {
        let arrival = Arrival {
            partition: 0,
            time,
            key: None,
            source: "/tests",
            id: "m",
        };
        let mut out = Outbox::new();
        let outcome = pipeline.process(&arrival, Arrived::Event(text.to_owned()), &mut out);
        let emitted: Vec<_> = out.emitted.into_iter().map(|e| e.event).collect();
        let emitted: Vec<_> = emitted
            .into_iter()
            .map(|e| (e.key, e.count, e.start))
            .collect();
        (outcome, emitted)
    };
    assert_eq!(feed(0, "a"), (Outcome::Taken, vec![]));
    assert_eq!(feed(9, "b"), (Outcome::Taken, vec![]));
    assert_eq!(feed(11, "a"), (Outcome::Taken, vec![]));
    // One instant before the window closes.
    assert_eq!(feed(3, "a"), (Outcome::Taken, vec![]));
    let closed = vec![("a".to_owned(), 2, 0), ("b".to_owned(), 1, 0)];
    assert_eq!(feed(12, "c"), (Outcome::Taken, closed));
    assert_eq!(feed(9, "a"), (Outcome::Late, vec![]));
    assert_eq!(feed(-1, "a"), (Outcome::Dropped, vec![]));
}
