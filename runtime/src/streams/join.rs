//! Two streams joined by key within a distance in event time, line by line as
//! `KStreamKStreamJoin` has it, with the emit interval of left joins at 0.

use std::collections::BTreeMap;

use crate::avro::codec::{Codec, Reader};

use super::state::{Part, Writer};
use super::{Change, Origin};

/// How two streams are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) within_ms: i64,
    pub(super) grace_ms: i64,
    pub(super) left: bool,
}

/// Both sides of a join, for every partition.
pub(crate) struct Join<E, O> {
    spec: Spec,
    tracked: bool,
    parts: BTreeMap<u32, Sides<E, O>>,
}

struct Sides<E, O> {
    /// The greatest timestamp of both sides.
    stream_time: i64,
    /// As Kafka Streams' time tracker has it: at most the least time that waits.
    min_time: i64,
    events: Buffer<E>,
    others: Buffer<O>,
    /// Records of the left side that met nobody yet, by time and key.
    waiting: BTreeMap<(i64, Vec<u8>), Vec<Kept<E>>>,
    dirty: bool,
    changed: Vec<Touched>,
}

/// What changed since it was saved.
enum Touched {
    Event(Vec<u8>, i64),
    Other(Vec<u8>, i64),
    Waiting(i64, Vec<u8>),
}

/// A record with the messages it comes from.
#[derive(Debug, Clone)]
pub(super) struct Kept<V> {
    pub(super) value: V,
    pub(super) origin: Origin,
}

/// A pair that met; without the other side where none came.
pub(super) struct Pair<E, O> {
    pub(super) event: Kept<E>,
    pub(super) other: Option<Kept<O>>,
    pub(super) time: i64,
}

/// The records of one side, as long as the window store of a join keeps them.
struct Buffer<V> {
    observed: i64,
    by_key: BTreeMap<Vec<u8>, BTreeMap<i64, Vec<Kept<V>>>>,
    keys: BTreeMap<i64, Vec<Vec<u8>>>,
}

impl<V: Clone> Buffer<V> {
    fn new() -> Self {
        Self {
            observed: -1,
            by_key: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    /// Keeps a record, unless it is older than what is kept; gives what is too old by now.
    fn put(&mut self, key: &[u8], time: i64, kept: Kept<V>, retention: i64) -> Vec<(Vec<u8>, i64)> {
        self.observed = self.observed.max(time);
        let oldest = self.observed - retention + 1;
        if time >= oldest {
            let times = self.by_key.entry(key.to_owned()).or_default();
            times.entry(time).or_default().push(kept);
            self.keys.entry(time).or_default().push(key.to_owned());
        }
        self.forget(oldest)
    }

    fn forget(&mut self, oldest: i64) -> Vec<(Vec<u8>, i64)> {
        let mut gone = Vec::new();
        while let Some(entry) = self.keys.first_entry() {
            let time = *entry.key();
            if time >= oldest {
                break;
            }
            for key in entry.remove() {
                let Some(times) = self.by_key.get_mut(&key) else {
                    continue;
                };
                if times.remove(&time).is_some() {
                    gone.push((key.clone(), time));
                }
                if times.is_empty() {
                    self.by_key.remove(&key);
                }
            }
        }
        gone
    }

    /// Records of a key between two times, both included, the earliest first.
    fn fetch(&self, key: &[u8], from: i64, to: i64, retention: i64) -> Vec<(i64, Kept<V>)> {
        let from = from.max(self.observed - retention + 1);
        let Some(times) = self.by_key.get(key).filter(|_| from <= to) else {
            return Vec::new();
        };
        let range = times.range(from..=to);
        range
            .flat_map(|(time, all)| all.iter().map(|kept| (*time, kept.clone())))
            .collect()
    }
}

impl<E: Codec + Clone, O: Codec + Clone> Join<E, O> {
    pub(super) fn new(spec: Spec, tracked: bool) -> Self {
        Self {
            spec,
            tracked,
            parts: BTreeMap::new(),
        }
    }

    /// A record without a key moves time on, and meets nobody; whether it goes on alone.
    pub(super) fn without_key(&mut self, partition: u32, time: i64) -> bool {
        let sides = self.parts.entry(partition).or_insert_with(Sides::new);
        sides.stream_time = sides.stream_time.max(time);
        sides.dirty = self.tracked;
        self.spec.left
    }

    /// A record of the left side.
    pub(super) fn event(
        &mut self,
        partition: u32,
        key: &[u8],
        time: i64,
        kept: Kept<E>,
    ) -> Vec<Pair<E, O>> {
        let (spec, tracked) = (self.spec, self.tracked);
        let sides = self.parts.entry(partition).or_insert_with(Sides::new);
        let mut pairs = sides.advance(time, spec);
        let (from, to) = around(time, spec.within_ms);
        let met = sides.others.fetch(key, from, to, retention(spec));
        if spec.left && met.is_empty() {
            if to < sides.stream_time {
                pairs.push(Pair {
                    event: kept.clone(),
                    other: None,
                    time,
                });
            } else {
                sides.min_time = sides.min_time.min(time);
                let waiting = sides.waiting.entry((time, key.to_owned())).or_default();
                waiting.push(kept.clone());
                sides.changed.push(Touched::Waiting(time, key.to_owned()));
            }
        }
        for (other_time, other) in met {
            pairs.push(Pair {
                event: kept.clone(),
                other: Some(other),
                time: time.max(other_time),
            });
        }
        let gone = sides.events.put(key, time, kept, retention(spec));
        let gone = gone
            .into_iter()
            .map(|(key, time)| Touched::Event(key, time));
        sides.changed.extend(gone);
        sides.changed.push(Touched::Event(key.to_owned(), time));
        sides.settle(tracked);
        pairs
    }

    /// A record of the right side.
    pub(super) fn other(
        &mut self,
        partition: u32,
        key: &[u8],
        time: i64,
        kept: Kept<O>,
    ) -> Vec<Pair<E, O>> {
        let (spec, tracked) = (self.spec, self.tracked);
        let sides = self.parts.entry(partition).or_insert_with(Sides::new);
        let mut pairs = sides.advance(time, spec);
        let (from, to) = around(time, spec.within_ms);
        for (event_time, event) in sides.events.fetch(key, from, to, retention(spec)) {
            let met = (event_time, key.to_owned());
            if sides.waiting.remove(&met).is_some() {
                sides.changed.push(Touched::Waiting(met.0, met.1));
            }
            pairs.push(Pair {
                event,
                other: Some(kept.clone()),
                time: time.max(event_time),
            });
        }
        let gone = sides.others.put(key, time, kept, retention(spec));
        let gone = gone
            .into_iter()
            .map(|(key, time)| Touched::Other(key, time));
        sides.changed.extend(gone);
        sides.changed.push(Touched::Other(key.to_owned(), time));
        sides.settle(tracked);
        pairs
    }

    pub(super) fn save(&mut self, stream: &str, changes: &mut Vec<Change>) {
        for (number, sides) in &mut self.parts {
            if std::mem::take(&mut sides.dirty) {
                let mut writer = Writer::new(stream, Part::SideTimes, *number, changes);
                let times = [
                    sides.stream_time,
                    sides.min_time,
                    sides.events.observed,
                    sides.others.observed,
                ];
                writer.put(|_| {}, |out| times.iter().for_each(|t| t.encode(out)));
            }
            let mut writer = Writer::new(stream, Part::Side, *number, changes);
            for touched in std::mem::take(&mut sides.changed) {
                sides.write(&touched, &mut writer);
            }
        }
    }

    pub(super) fn load(&mut self, part: Part, partition: u32, key: &[u8], value: &[u8]) {
        let sides = self.parts.entry(partition).or_insert_with(Sides::new);
        let mut value = Reader::new(value);
        if part == Part::SideTimes {
            let mut next = || i64::decode(&mut value).unwrap_or_default();
            sides.stream_time = next();
            sides.min_time = next();
            sides.events.observed = next();
            sides.others.observed = next();
            return;
        }
        let Some((kind, rest)) = key.split_first() else {
            return;
        };
        let mut rest = Reader::new(rest);
        let (time, key) = (i64::decode(&mut rest), read_bytes(&mut rest));
        let (Ok(time), Some(key)) = (time, key) else {
            return;
        };
        match kind {
            0 => sides.events.restore(&key, time, read_all(&mut value)),
            1 => sides.others.restore(&key, time, read_all(&mut value)),
            _ => drop(sides.waiting.insert((time, key), read_all(&mut value))),
        }
    }
}

impl<V> Buffer<V> {
    fn restore(&mut self, key: &[u8], time: i64, all: Vec<Kept<V>>) {
        self.keys.entry(time).or_default().push(key.to_owned());
        let times = self.by_key.entry(key.to_owned()).or_default();
        times.insert(time, all);
    }
}

impl<E: Codec + Clone, O: Codec + Clone> Sides<E, O> {
    fn new() -> Self {
        Self {
            stream_time: -1,
            min_time: i64::MAX,
            events: Buffer::new(),
            others: Buffer::new(),
            waiting: BTreeMap::new(),
            dirty: false,
            changed: Vec::new(),
        }
    }

    /// Time goes on; records whose partner can no longer come go on alone.
    fn advance<P>(&mut self, time: i64, spec: Spec) -> Vec<Pair<E, P>> {
        self.stream_time = self.stream_time.max(time);
        let mut alone = Vec::new();
        if !spec.left || time != self.stream_time {
            return alone;
        }
        let wait = spec.within_ms + spec.grace_ms;
        // Wraps as it does there: nothing waits then.
        if self.min_time.wrapping_add(wait) >= self.stream_time {
            return alone;
        }
        self.min_time = i64::MAX;
        let mut gone = Vec::new();
        for (time, key) in self.waiting.keys() {
            // The tracker ends at the last record looked at, open or not.
            self.min_time = *time;
            if time + wait < self.stream_time {
                gone.push((*time, key.clone()));
            }
        }
        for place in gone {
            for event in self.waiting.remove(&place).unwrap_or_default() {
                alone.push(Pair {
                    event,
                    other: None,
                    time: place.0,
                });
            }
            self.changed.push(Touched::Waiting(place.0, place.1));
        }
        alone
    }

    fn settle(&mut self, tracked: bool) {
        self.dirty = tracked;
        if !tracked {
            self.changed.clear();
        }
    }

    fn write(&self, touched: &Touched, writer: &mut Writer<'_>) {
        match touched {
            Touched::Event(key, time) => {
                let all = self.events.by_key.get(key).and_then(|t| t.get(time));
                write_all(writer, 0, *time, key, all);
            }
            Touched::Other(key, time) => {
                let all = self.others.by_key.get(key).and_then(|t| t.get(time));
                write_all(writer, 1, *time, key, all);
            }
            Touched::Waiting(time, key) => {
                let all = self.waiting.get(&(*time, key.clone()));
                write_all(writer, 2, *time, key, all);
            }
        }
    }
}

fn around(time: i64, within_ms: i64) -> (i64, i64) {
    ((time - within_ms).max(0), (time + within_ms).max(0))
}

/// How long the window store of a join keeps records: the whole width, and the grace.
fn retention(spec: Spec) -> i64 {
    2 * spec.within_ms + spec.grace_ms
}

fn write_all<V: Codec>(
    writer: &mut Writer<'_>,
    kind: u8,
    time: i64,
    key: &[u8],
    all: Option<&Vec<Kept<V>>>,
) {
    let entry = |out: &mut Vec<u8>| {
        out.push(kind);
        time.encode(out);
        write_bytes(key, out);
    };
    let Some(all) = all else {
        return writer.remove(entry);
    };
    writer.put(entry, |out| {
        (all.len() as i64).encode(out);
        for kept in all {
            (kept.origin.ids.len() as i64).encode(out);
            for (source, id) in &kept.origin.ids {
                source.encode(out);
                id.encode(out);
            }
            kept.value.encode(out);
        }
    });
}

fn read_all<V: Codec>(value: &mut Reader<'_>) -> Vec<Kept<V>> {
    let mut all = Vec::new();
    for _ in 0..i64::decode(value).unwrap_or_default() {
        let mut ids = Vec::new();
        for _ in 0..i64::decode(value).unwrap_or_default() {
            if let (Ok(source), Ok(id)) = (String::decode(value), String::decode(value)) {
                ids.push((source, id));
            }
        }
        let Ok(read) = V::decode(value) else {
            return all;
        };
        all.push(Kept {
            value: read,
            origin: Origin { ids },
        });
    }
    all
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    (bytes.len() as i64).encode(out);
    out.extend_from_slice(bytes);
}

fn read_bytes(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let bytes = crate::avro::codec::Bytes::decode(reader).ok()?;
    Some(bytes.0)
}
