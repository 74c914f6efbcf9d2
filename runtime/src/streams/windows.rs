//! Groups in tumbling and hopping windows, as `KStreamWindowAggregate` and `suppress` have them.

use std::collections::{BTreeMap, HashMap};

use crate::avro::codec::{Codec, Reader};

use super::pipeline::{At, Tail, Taken};
use super::state::{Part, Writer};
use super::totals::{Cell, Times};
use super::{Grouping, Hopping, Outbox, Overflow, Window};

/// Groups by window, for every partition.
pub struct Windows<L: Grouping> {
    spec: Hopping,
    on_update: bool,
    tracked: bool,
    parts: BTreeMap<u32, Open<L>>,
}

/// The windows of one partition that still take records, by their ends.
struct Open<L: Grouping> {
    times: Times,
    windows: BTreeMap<i64, HashMap<L::Key, Cell<L::State>>>,
    touched: Vec<(i64, L::Key)>,
    gone: Vec<(i64, L::Key)>,
}

impl<L: Grouping> Windows<L> {
    /// No group yet. `on_update` emits at every change, otherwise each group is emitted once, when
    /// its window closes.
    pub fn new(spec: Hopping, on_update: bool, tracked: bool) -> Self {
        Self {
            spec,
            on_update,
            tracked,
            parts: BTreeMap::new(),
        }
    }

    /// How many groups are held in windows that are open.
    pub fn len(&self) -> usize {
        let parts = self.parts.values();
        parts
            .flat_map(|p| p.windows.values())
            .map(HashMap::len)
            .sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<L: Grouping> Default for Open<L> {
    fn default() -> Self {
        Self {
            times: Times::default(),
            windows: BTreeMap::new(),
            touched: Vec::new(),
            gone: Vec::new(),
        }
    }
}

impl<L: Grouping> Open<L> {
    /// Adds a row to the group in one window, and gives the group.
    fn add(
        &mut self,
        end: i64,
        key: &L::Key,
        row: &L::Row,
        time: i64,
        tracked: bool,
    ) -> Result<&Cell<L::State>, Overflow> {
        let groups = self.windows.entry(end).or_default();
        // Looked up before it is entered, so that the key is cloned for a new group only.
        if !groups.contains_key(key) {
            let mut state = L::start();
            L::add(&mut state, row)?;
            groups.insert(key.clone(), Cell::new(state, time));
        } else if let Some(cell) = groups.get_mut(key) {
            L::add(&mut cell.state, row)?;
            cell.time = cell.time.max(time);
            cell.revision += 1;
        }
        let cell = groups.get_mut(key).ok_or(Overflow)?;
        if tracked && !cell.dirty {
            cell.dirty = true;
            self.touched.push((end, key.clone()));
        }
        self.times.settled = self.times.settled.max(cell.time);
        Ok(cell)
    }

    /// Takes windows that ended at `until` or before away, and emits them.
    fn close(
        &mut self,
        until: i64,
        size_ms: i64,
        (emits, tracked): (bool, bool),
        out: &mut Outbox<L>,
    ) {
        while let Some(entry) = self.windows.first_entry() {
            let end = *entry.key();
            if end > until {
                return;
            }
            let window = Window {
                start: end - size_ms,
                end,
            };
            let groups = entry.remove();
            if tracked {
                let keys = groups.keys().cloned();
                self.gone.extend(keys.map(|key| (end, key)));
            }
            if !emits {
                continue;
            }
            let sorted = groups.into_iter();
            let sorted = sorted.map(|(key, cell)| (key.to_bytes(), key, cell));
            let mut sorted: Vec<_> = sorted.collect();
            sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            for (bytes, key, cell) in sorted {
                let event = L::output(&key, window, &cell.state);
                out.group(event, cell.time, &bytes, window, 0);
            }
        }
    }
}

impl<L: Grouping> Tail<L> for Windows<L> {
    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken {
        let (key, row) = item;
        let part = self.parts.entry(at.partition_of(&key)).or_default();
        part.times.observe(at.time);
        let limit = (part.times.observed - self.spec.grace_ms).max(part.times.closed);
        let mut taken = Taken::Late;
        for window in self.spec.windows(at.time) {
            if window.end <= limit {
                continue;
            }
            let added = part.add(window.end, &key, &row, at.time, self.tracked);
            let Ok(cell) = added else {
                return Taken::Overflow;
            };
            taken = Taken::In;
            if self.on_update {
                let event = L::output(&key, window, &cell.state);
                let (time, revision) = (cell.time, cell.revision);
                out.group(event, time, &key.to_bytes(), window, revision);
            }
        }
        let until = part.times.settled - self.spec.grace_ms;
        let emits = !self.on_update;
        part.close(until, self.spec.size_ms, (emits, self.tracked), out);
        taken
    }

    fn idle(&mut self, partition: u32, out: &mut Outbox<L>) {
        let Some(part) = self.parts.get_mut(&partition) else {
            return;
        };
        let Some(last) = part.windows.keys().next_back().copied() else {
            return;
        };
        part.times.closed = part.times.closed.max(last);
        let emits = !self.on_update;
        part.close(last, self.spec.size_ms, (emits, self.tracked), out);
    }

    fn stirred(&mut self) -> Vec<u32> {
        let stirred = self.parts.iter_mut();
        let stirred = stirred.filter_map(|(n, part)| part.times.stirred().then_some(*n));
        stirred.collect()
    }

    fn save(&mut self, changes: &mut Vec<super::Change>) {
        for (number, part) in &mut self.parts {
            part.times.save(L::NAME, *number, changes);
            let mut writer = Writer::new(L::NAME, Part::Groups, *number, changes);
            let entry = |end: i64, key: &L::Key, out: &mut Vec<u8>| {
                end.encode(out);
                key.encode(out);
            };
            for (end, key) in part.gone.drain(..) {
                writer.remove(|out| entry(end, &key, out));
            }
            for (end, key) in part.touched.drain(..) {
                let groups = part.windows.get_mut(&end);
                let Some(cell) = groups.and_then(|g| g.get_mut(&key)) else {
                    continue;
                };
                cell.dirty = false;
                writer.put(|out| entry(end, &key, out), |out| cell.write(out));
            }
        }
    }

    fn load(&mut self, part: Part, partition: u32, key: &[u8], value: &[u8]) {
        let open = self.parts.entry(partition).or_default();
        let (mut key, mut value) = (Reader::new(key), Reader::new(value));
        if part == Part::Times {
            open.times = Times::read(&mut value);
            return;
        }
        let (end, key) = (i64::decode(&mut key), L::Key::decode(&mut key));
        if let (Ok(end), Ok(key), Some(cell)) = (end, key, Cell::read(&mut value)) {
            open.windows.entry(end).or_default().insert(key, cell);
        }
    }
}
