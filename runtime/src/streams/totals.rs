//! Groups that go on for ever, as `KStreamAggregate` has them; and what every kind of group keeps.

use std::collections::{BTreeMap, HashMap};

use crate::avro::codec::{Codec, Reader};

use super::pipeline::{At, Tail, Taken};
use super::state::{Part, Writer};
use super::{Change, Grouping, Outbox, Overflow, Window};

/// What is known of a group.
#[derive(Debug, Clone)]
pub(super) struct Cell<S> {
    pub(super) state: S,
    /// The greatest timestamp of its records.
    pub(super) time: i64,
    /// How often it changed since it began.
    pub(super) revision: i64,
    /// Whether it changed since it was saved.
    pub(super) dirty: bool,
}

impl<S> Cell<S> {
    pub(super) fn new(state: S, time: i64) -> Self {
        Self {
            state,
            time,
            revision: 0,
            dirty: false,
        }
    }
}

impl<S: Codec> Cell<S> {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        self.time.encode(out);
        self.revision.encode(out);
        self.state.encode(out);
    }

    pub(super) fn read(value: &mut Reader<'_>) -> Option<Self> {
        let (time, revision) = (i64::decode(value).ok()?, i64::decode(value).ok()?);
        Some(Self {
            state: S::decode(value).ok()?,
            time,
            revision,
            dirty: false,
        })
    }
}

/// How far event time is in one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    /// The greatest timestamp that came: what is late is told by it.
    pub(super) observed: i64,
    /// The greatest timestamp of a group that changed: windows close by it.
    pub(super) settled: i64,
    /// Windows that ended here or before were closed because the partition was silent.
    pub(super) closed: i64,
    saved: (i64, i64, i64),
    stirred: bool,
}

impl Default for Times {
    fn default() -> Self {
        let none = i64::MIN / 4;
        Self {
            observed: none,
            settled: none,
            closed: none,
            saved: (none, none, none),
            stirred: false,
        }
    }
}

impl Times {
    /// A record came.
    pub(super) fn observe(&mut self, time: i64) {
        self.observed = self.observed.max(time);
        self.stirred = true;
    }

    /// Whether one came since this was last asked.
    pub(super) fn stirred(&mut self) -> bool {
        std::mem::take(&mut self.stirred)
    }

    pub(super) fn save(&mut self, stream: &str, partition: u32, changes: &mut Vec<Change>) {
        let now = (self.observed, self.settled, self.closed);
        if now == self.saved {
            return;
        }
        self.saved = now;
        let mut writer = Writer::new(stream, Part::Times, partition, changes);
        writer.put(
            |_| {},
            |out| {
                for time in [now.0, now.1, now.2] {
                    time.encode(out);
                }
            },
        );
    }

    pub(super) fn read(value: &mut Reader<'_>) -> Self {
        let mut next = || i64::decode(value).unwrap_or_default();
        let (observed, settled, closed) = (next(), next(), next());
        Self {
            observed,
            settled,
            closed,
            saved: (observed, settled, closed),
            // Whatever was open before a restart waits for its time again.
            stirred: true,
        }
    }
}

/// Groups without windows, for every partition; each change is emitted.
pub struct Totals<L: Grouping> {
    tracked: bool,
    parts: BTreeMap<u32, Groups<L>>,
}

/// The groups of one partition.
pub(super) struct Groups<L: Grouping> {
    cells: HashMap<L::Key, Cell<L::State>>,
    touched: Vec<L::Key>,
}

impl<L: Grouping> Default for Groups<L> {
    fn default() -> Self {
        Self {
            cells: HashMap::new(),
            touched: Vec::new(),
        }
    }
}

impl<L: Grouping> Groups<L> {
    /// Changes a group in some steps, and emits it once.
    pub(super) fn change(
        &mut self,
        key: &L::Key,
        time: i64,
        tracked: bool,
        out: &mut Outbox<L>,
        (steps, change): (i64, impl FnOnce(&mut L::State) -> Result<(), Overflow>),
    ) -> Taken {
        let mut state = match self.cells.get(key) {
            Some(cell) => cell.state.clone(),
            None => L::start(),
        };
        if change(&mut state).is_err() {
            return Taken::Overflow;
        }
        let cell = match self.cells.get_mut(key) {
            Some(cell) => {
                cell.state = state;
                cell.time = cell.time.max(time);
                cell.revision += steps;
                cell
            }
            None => self.cells.entry(key.clone()).or_insert_with(|| Cell {
                revision: steps - 1,
                ..Cell::new(state, time)
            }),
        };
        if tracked && !cell.dirty {
            cell.dirty = true;
            self.touched.push(key.clone());
        }
        let event = L::output(key, Window::default(), &cell.state);
        out.group(
            event,
            cell.time,
            &key.to_bytes(),
            Window::default(),
            cell.revision,
        );
        Taken::In
    }

    pub(super) fn save(&mut self, partition: u32, changes: &mut Vec<Change>) {
        let mut writer = Writer::new(L::NAME, Part::Groups, partition, changes);
        for key in self.touched.drain(..) {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.dirty = false;
                writer.put(|out| key.encode(out), |out| cell.write(out));
            }
        }
    }

    pub(super) fn load(&mut self, key: &[u8], value: &[u8]) {
        let key = L::Key::decode(&mut Reader::new(key));
        if let (Ok(key), Some(cell)) = (key, Cell::read(&mut Reader::new(value))) {
            self.cells.insert(key, cell);
        }
    }
}

impl<L: Grouping> Totals<L> {
    /// No group yet.
    pub fn new(tracked: bool) -> Self {
        Self {
            tracked,
            parts: BTreeMap::new(),
        }
    }
}

impl<L: Grouping> Tail<L> for Totals<L> {
    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken {
        let (key, row) = item;
        let groups = self.parts.entry(at.partition_of(&key)).or_default();
        let add = |state: &mut L::State| L::add(state, &row);
        groups.change(&key, at.time, self.tracked, out, (1, add))
    }

    fn save(&mut self, changes: &mut Vec<Change>) {
        for (number, groups) in &mut self.parts {
            groups.save(*number, changes);
        }
    }

    fn load(&mut self, _: Part, partition: u32, key: &[u8], value: &[u8]) {
        self.parts.entry(partition).or_default().load(key, value);
    }
}
