//! Two streams joined by key within a distance in event time, line by line as
//! `KStreamKStreamJoin` has it, with the emit interval of left joins at 0.

mod buffer;
mod saved;
mod sides;

use std::collections::BTreeMap;

use crate::avro::codec::Codec;

use super::Origin;
use sides::{Sides, Touched};

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
}

fn around(time: i64, within_ms: i64) -> (i64, i64) {
    ((time - within_ms).max(0), (time + within_ms).max(0))
}

/// How long the window store of a join keeps records: the whole width, and the grace.
fn retention(spec: Spec) -> i64 {
    2 * spec.within_ms + spec.grace_ms
}
