//! Both sides of one partition, and the records that wait for a partner.

use std::collections::BTreeMap;

use crate::avro::codec::Codec;

use super::buffer::Buffer;
use super::{Kept, Pair, Spec};

/// Both sides of one partition.
pub(super) struct Sides<E, O> {
    /// The greatest timestamp of both sides.
    pub(super) stream_time: i64,
    /// As Kafka Streams' time tracker has it: at most the least time that waits.
    pub(super) min_time: i64,
    pub(super) events: Buffer<E>,
    pub(super) others: Buffer<O>,
    /// Records of the left side that met nobody yet, by time and key.
    pub(super) waiting: BTreeMap<(i64, Vec<u8>), Vec<Kept<E>>>,
    pub(super) dirty: bool,
    pub(super) changed: Vec<Touched>,
}

/// What changed since it was saved.
pub(super) enum Touched {
    Event(Vec<u8>, i64),
    Other(Vec<u8>, i64),
    Waiting(i64, Vec<u8>),
}

impl<E: Codec + Clone, O: Codec + Clone> Sides<E, O> {
    pub(super) fn new() -> Self {
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
    pub(super) fn advance<P>(&mut self, time: i64, spec: Spec) -> Vec<Pair<E, P>> {
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

    pub(super) fn settle(&mut self, tracked: bool) {
        self.dirty = tracked;
        if !tracked {
            self.changed.clear();
        }
    }
}
