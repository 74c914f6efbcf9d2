//! Groups in sessions, as `KStreamSessionWindowAggregate` and a session store have them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::avro::codec::{Codec, Reader};

use super::pipeline::{At, Tail, Taken};
use super::state::{Part, Writer};
use super::totals::Times;
use super::{Change, Merging, Outbox, Session, Window};

/// Groups by session, for every partition.
pub struct Sessions<L: Merging> {
    spec: Session,
    tracked: bool,
    parts: BTreeMap<u32, Open<L>>,
}

/// The sessions of one partition that are not closed.
struct Open<L: Merging> {
    times: Times,
    by_key: HashMap<L::Key, Vec<Held<L::State>>>,
    /// End, key and start of each, in the order in which they close.
    by_end: BTreeSet<(i64, Vec<u8>, i64)>,
    changed: Vec<(L::Key, Window)>,
}

#[derive(Clone)]
struct Held<S> {
    window: Window,
    state: S,
}

impl<L: Merging> Default for Open<L> {
    fn default() -> Self {
        Self {
            times: Times::default(),
            by_key: HashMap::new(),
            by_end: BTreeSet::new(),
            changed: Vec::new(),
        }
    }
}

impl<L: Merging> Sessions<L> {
    /// No group yet.
    pub fn new(spec: Session, tracked: bool) -> Self {
        Self {
            spec,
            tracked,
            parts: BTreeMap::new(),
        }
    }
}

impl<L: Merging> Open<L> {
    fn remove(&mut self, key: &L::Key, bytes: &[u8], window: Window, tracked: bool) {
        if let Some(held) = self.by_key.get_mut(key) {
            held.retain(|h| h.window != window);
            if held.is_empty() {
                self.by_key.remove(key);
            }
        }
        self.by_end
            .remove(&(window.end, bytes.to_owned(), window.start));
        if tracked {
            self.changed.push((key.clone(), window));
        }
    }

    fn insert(&mut self, key: &L::Key, bytes: Vec<u8>, held: Held<L::State>, tracked: bool) {
        let window = held.window;
        self.by_end.insert((window.end, bytes, window.start));
        self.by_key.entry(key.clone()).or_default().push(held);
        if tracked {
            self.changed.push((key.clone(), window));
        }
    }

    /// Takes sessions that ended at `until` or before away, and emits them.
    fn close(&mut self, until: i64, tracked: bool, out: &mut Outbox<L>) {
        while let Some((end, bytes, start)) = self.by_end.first().cloned() {
            if end > until {
                return;
            }
            let window = Window { start, end };
            let Ok(key) = L::Key::decode(&mut Reader::new(&bytes)) else {
                self.by_end.pop_first();
                continue;
            };
            let held = self.by_key.get(&key);
            if let Some(held) = held.and_then(|all| all.iter().find(|h| h.window == window)) {
                let event = L::output(&key, window, &held.state);
                out.group(event, end, &bytes, window, 0);
            }
            self.remove(&key, &bytes, window, tracked);
        }
    }
}

impl<L: Merging> Tail<L> for Sessions<L> {
    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken {
        let (key, row) = item;
        let Session { gap_ms, grace_ms } = self.spec;
        let part = self.parts.entry(at.partition_of(&key)).or_default();
        part.times.observe(at.time);
        let mut window = Window {
            start: at.time,
            end: at.time,
        };
        let mut state = L::start();
        let near = |h: &Held<L::State>| {
            h.window.end >= at.time - gap_ms && h.window.start <= at.time + gap_ms
        };
        let held = part.by_key.get(&key).map_or(&[][..], Vec::as_slice);
        let mut merged: Vec<Held<L::State>> = held.iter().filter(|h| near(h)).cloned().collect();
        merged.sort_by_key(|h| h.window);
        for other in &merged {
            if L::merge(&mut state, &other.state).is_err() {
                return Taken::Overflow;
            }
            window.start = window.start.min(other.window.start);
            window.end = window.end.max(other.window.end);
        }
        if window.end < part.times.observed - gap_ms - grace_ms {
            return Taken::Late;
        }
        if L::add(&mut state, &row).is_err() {
            return Taken::Overflow;
        }
        let settled = part.times.settled.max(window.end);
        let until = settled - gap_ms - grace_ms;
        // One that would close at once begins behind what was emitted of its key already.
        if window.end <= until.max(part.times.closed) {
            return Taken::Late;
        }
        part.times.settled = settled;
        let bytes = key.to_bytes();
        for other in &merged {
            part.remove(&key, &bytes, other.window, self.tracked);
        }
        part.insert(&key, bytes, Held { window, state }, self.tracked);
        part.close(until, self.tracked, out);
        Taken::In
    }

    fn idle(&mut self, partition: u32, out: &mut Outbox<L>) {
        let Some(part) = self.parts.get_mut(&partition) else {
            return;
        };
        let Some((last, ..)) = part.by_end.last().cloned() else {
            return;
        };
        part.times.closed = part.times.closed.max(last);
        part.close(last, self.tracked, out);
    }

    fn stirred(&mut self) -> Vec<u32> {
        let stirred = self.parts.iter_mut();
        let stirred = stirred.filter_map(|(n, part)| part.times.stirred().then_some(*n));
        stirred.collect()
    }

    fn save(&mut self, changes: &mut Vec<Change>) {
        for (number, part) in &mut self.parts {
            part.times.save(L::NAME, *number, changes);
            let mut writer = Writer::new(L::NAME, Part::Groups, *number, changes);
            for (key, window) in part.changed.drain(..) {
                let entry = |out: &mut Vec<u8>| {
                    window.start.encode(out);
                    window.end.encode(out);
                    key.encode(out);
                };
                let held = part.by_key.get(&key);
                match held.and_then(|all| all.iter().find(|h| h.window == window)) {
                    Some(held) => writer.put(entry, |out| held.state.encode(out)),
                    None => writer.remove(entry),
                }
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
        let (start, end) = (i64::decode(&mut key), i64::decode(&mut key));
        let (key, state) = (L::Key::decode(&mut key), L::State::decode(&mut value));
        if let (Ok(start), Ok(end), Ok(key), Ok(state)) = (start, end, key, state) {
            let window = Window { start, end };
            let bytes = key.to_bytes();
            open.insert(&key, bytes, Held { window, state }, false);
        }
    }
}
