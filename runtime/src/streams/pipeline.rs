//! One stream from the decoded record to what it emits.

use std::collections::BTreeMap;

use crate::avro::codec::Codec;
use crate::avro::codec::Reader;
use crate::transport::partitioner;

use super::join::{self, Join, Kept, Pair};
use super::latest::Latest;
use super::seen::Seen;
use super::state::{Part, Writer, split};
use super::{
    Arrived, Change, Grouping, Hopping, Logic, Merging, Origin, Outbox, Session, Sessions, Windows,
};

/// What is known of a record besides its value.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The partition it came from.
    pub partition: u32,
    /// Its timestamp, in milliseconds.
    pub time: i64,
    /// Its key.
    pub key: Option<&'a [u8]>,
    /// Who made the message.
    pub source: &'a str,
    /// The message's id.
    pub id: &'a str,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken in, filtered out included.
    Taken,
    /// It was taken in before.
    Repeat,
    /// It came after all its windows closed.
    Late,
    /// It has no key, or no usable timestamp, and is passed over as Kafka Streams does.
    Dropped,
    /// A number has no room: it is a dead letter.
    Overflow,
    /// Its bytes are not what its type says: it is a dead letter.
    Undecodable,
}

/// Where an item comes from.
pub(super) struct At<'a> {
    /// The partition of the record.
    pub(super) source_partition: u32,
    /// Event time.
    pub(super) time: i64,
    /// The messages it comes from.
    pub(super) origin: &'a Origin,
    /// Which of the items of its record it is.
    pub(super) index: usize,
    /// How many partitions groups are spread over.
    pub(super) partitions: u32,
}

impl At<'_> {
    /// The partition of a group: that of its key, as the default partitioner has it.
    pub(super) fn partition_of(&self, key: &impl Codec) -> u32 {
        if self.partitions <= 1 {
            return 0;
        }
        partitioner::partition_of(&key.to_bytes(), self.partitions)
    }
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It counts.
    In,
    /// All its windows are closed.
    Late,
    /// A number has no room.
    Overflow,
}

/// What stands behind the selection: a group of some kind, or nothing.
pub(super) trait Tail<L: Logic>: Send {
    /// Takes an item in.
    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken;

    /// Whether ids are made of the messages that items come from.
    fn names_origins(&self) -> bool {
        false
    }

    /// Takes a row of a table in; `None` removes it.
    fn row(
        &mut self,
        _at: &At<'_>,
        _key: &[u8],
        _event: Option<L::Event>,
        _out: &mut Outbox<L>,
    ) -> Taken {
        Taken::In
    }

    /// Closes all windows of a partition.
    fn idle(&mut self, _partition: u32, _out: &mut Outbox<L>) {}

    /// The partitions that took something in since this was last asked.
    fn stirred(&mut self) -> Vec<u32> {
        Vec::new()
    }

    /// Writes what changed since the last time.
    fn save(&mut self, _changes: &mut Vec<Change>) {}

    /// Takes an entry back that was saved.
    fn load(&mut self, _part: Part, _partition: u32, _key: &[u8], _value: &[u8]) {}
}

/// Emits every item.
pub(super) struct Mapped;

impl<L: Logic<Item = <L as Logic>::Output>> Tail<L> for Mapped {
    fn names_origins(&self) -> bool {
        true
    }

    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken {
        out.mapped(item, at.time, at.origin, at.index);
        Taken::In
    }
}

/// What stands beside the sources.
pub(super) enum Side<L: Logic> {
    Alone,
    Join(Join<L::Event, L::Other>),
    Latest {
        rows: Latest<L::Other>,
        left: bool,
    },
    /// The sources are the rows of a table.
    Table,
}

/// One stream, all its partitions.
pub struct Pipeline<L: Logic> {
    pub(super) side: Side<L>,
    pub(super) tail: Box<dyn Tail<L>>,
    pub(super) dedup_ms: Option<i64>,
    pub(super) tracked: bool,
    pub(super) partitions: u32,
    seen: [BTreeMap<u32, Seen>; 2],
    items: Vec<L::Item>,
}

impl<L: Logic> Pipeline<L> {
    pub(super) fn assemble(
        side: Side<L>,
        tail: Box<dyn Tail<L>>,
        dedup_ms: Option<i64>,
        tracked: bool,
        partitions: u32,
    ) -> Self {
        Self {
            side,
            tail,
            dedup_ms,
            tracked,
            partitions,
            seen: Default::default(),
            items: Vec::new(),
        }
    }

    /// A pipeline of one partition without an engine: groups in windows, nothing saved.
    pub fn windowed(spec: Hopping, on_update: bool, dedup_ms: Option<i64>) -> Self
    where
        L: Grouping,
    {
        let tail = Box::new(Windows::new(spec, on_update, false));
        Self::assemble(Side::Alone, tail, dedup_ms, false, 1)
    }

    /// A pipeline of one partition without an engine: groups in sessions, nothing saved.
    pub fn sessions(spec: Session) -> Self
    where
        L: Merging,
    {
        let tail = Box::new(Sessions::new(spec, false));
        Self::assemble(Side::Alone, tail, None, false, 1)
    }

    /// Takes one record in; what it gives is added to `out`.
    pub fn process(
        &mut self,
        arrival: &Arrival<'_>,
        value: Arrived<L>,
        out: &mut Outbox<L>,
    ) -> Outcome {
        let own = match &value {
            Arrived::Event(event) => L::time(event),
            _ => None,
        };
        let time = own.unwrap_or(arrival.time);
        if time < 0 {
            return Outcome::Dropped;
        }
        let other_side = matches!(value, Arrived::Other(_) | Arrived::Tombstone(true));
        let has_rows = match &self.side {
            Side::Latest { .. } => other_side,
            Side::Table => !other_side,
            Side::Alone | Side::Join(_) => false,
        };
        if matches!(value, Arrived::Tombstone(_)) && !has_rows {
            return Outcome::Dropped;
        }
        if let Some(horizon) = self.dedup_ms {
            let seen = &mut self.seen[usize::from(other_side)];
            let seen = seen
                .entry(arrival.partition)
                .or_insert_with(|| Seen::new(horizon, self.tracked));
            if seen.is_repeat(arrival.source, arrival.id, time) {
                return Outcome::Repeat;
            }
        }
        match value {
            Arrived::Event(event) => self.event(arrival, time, event, out),
            Arrived::Other(other) => self.other(arrival, time, other, out),
            Arrived::Tombstone(_) => self.tombstone(arrival, time, other_side, out),
        }
    }

    /// Closes the windows of a partition of groups that has been silent for long.
    pub fn idle(&mut self, partition: u32, out: &mut Outbox<L>) {
        self.tail.idle(partition, out);
    }

    /// The partitions of groups that took something in since this was last asked.
    pub fn stirred(&mut self) -> Vec<u32> {
        self.tail.stirred()
    }

    fn at<'o>(&self, arrival: &Arrival<'_>, time: i64, origin: &'o Origin) -> At<'o> {
        At {
            source_partition: arrival.partition,
            time,
            origin,
            index: 0,
            partitions: self.partitions,
        }
    }

    fn event(
        &mut self,
        arrival: &Arrival<'_>,
        time: i64,
        event: L::Event,
        out: &mut Outbox<L>,
    ) -> Outcome {
        if matches!(self.side, Side::Alone) {
            return self.alone(arrival, time, &event, out);
        }
        let origin = Origin::of(arrival.source, arrival.id);
        let Some(key) = arrival.key else {
            // Meets nobody; that may be all the same to it.
            let alone = match &mut self.side {
                Side::Join(join) => join.without_key(arrival.partition, time),
                Side::Latest { left, .. } => *left,
                Side::Alone | Side::Table => false,
            };
            if !alone {
                return Outcome::Dropped;
            }
            return self.select(arrival, time, &origin, &event, None, out);
        };
        match &mut self.side {
            Side::Alone => Outcome::Taken,
            Side::Join(join) => {
                let kept = Kept {
                    value: event,
                    origin,
                };
                let pairs = join.event(arrival.partition, key, time, kept);
                self.pairs(arrival, pairs, out)
            }
            Side::Latest { rows, left } => {
                let row = rows.get(arrival.partition, key).cloned();
                if row.is_none() && !*left {
                    return Outcome::Taken;
                }
                self.select(arrival, time, &origin, &event, row.as_ref(), out)
            }
            Side::Table => {
                let at = self.at(arrival, time, &origin);
                outcome(self.tail.row(&at, key, Some(event), out))
            }
        }
    }

    /// Without another side the origin is only named where ids are made of it.
    fn alone(
        &mut self,
        arrival: &Arrival<'_>,
        time: i64,
        event: &L::Event,
        out: &mut Outbox<L>,
    ) -> Outcome {
        let origin = if self.tail.names_origins() {
            Origin::of(arrival.source, arrival.id)
        } else {
            Origin { ids: Vec::new() }
        };
        self.select(arrival, time, &origin, event, None, out)
    }

    fn other(
        &mut self,
        arrival: &Arrival<'_>,
        time: i64,
        other: L::Other,
        out: &mut Outbox<L>,
    ) -> Outcome {
        let Some(key) = arrival.key else {
            if let Side::Join(join) = &mut self.side {
                join.without_key(arrival.partition, time);
            }
            return Outcome::Dropped;
        };
        match &mut self.side {
            Side::Join(join) => {
                let kept = Kept {
                    value: other,
                    origin: Origin::of(arrival.source, arrival.id),
                };
                let pairs = join.other(arrival.partition, key, time, kept);
                self.pairs(arrival, pairs, out)
            }
            Side::Latest { rows, .. } => {
                rows.put(arrival.partition, key, Some(other));
                Outcome::Taken
            }
            Side::Alone | Side::Table => Outcome::Taken,
        }
    }

    fn tombstone(
        &mut self,
        arrival: &Arrival<'_>,
        time: i64,
        other_side: bool,
        out: &mut Outbox<L>,
    ) -> Outcome {
        let Some(key) = arrival.key else {
            return Outcome::Dropped;
        };
        let origin = Origin::of(arrival.source, arrival.id);
        match &mut self.side {
            Side::Latest { rows, .. } if other_side => {
                rows.put(arrival.partition, key, None);
                Outcome::Taken
            }
            Side::Table => {
                let at = self.at(arrival, time, &origin);
                outcome(self.tail.row(&at, key, None, out))
            }
            _ => Outcome::Dropped,
        }
    }

    fn pairs(
        &mut self,
        arrival: &Arrival<'_>,
        pairs: Vec<Pair<L::Event, L::Other>>,
        out: &mut Outbox<L>,
    ) -> Outcome {
        let mut worst = Outcome::Taken;
        for pair in pairs {
            let (origin, other) = match &pair.other {
                Some(other) => (pair.event.origin.and(&other.origin), Some(&other.value)),
                None => (pair.event.origin.clone(), None),
            };
            let event = &pair.event.value;
            let found = self.select(arrival, pair.time, &origin, event, other, out);
            if worst == Outcome::Taken {
                worst = found;
            }
        }
        worst
    }

    fn select(
        &mut self,
        arrival: &Arrival<'_>,
        time: i64,
        origin: &Origin,
        event: &L::Event,
        other: Option<&L::Other>,
        out: &mut Outbox<L>,
    ) -> Outcome {
        let mut items = std::mem::take(&mut self.items);
        items.clear();
        let selected = L::select(event, other, &mut items);
        let mut worst = Outcome::Taken;
        if selected.is_ok() {
            let mut at = self.at(arrival, time, origin);
            for (index, item) in items.drain(..).enumerate() {
                at.index = index;
                let found = outcome(self.tail.take(&at, item, out));
                if worst == Outcome::Taken {
                    worst = found;
                }
            }
        } else {
            worst = Outcome::Overflow;
        }
        self.items = items;
        worst
    }

    /// Writes what changed since the last time.
    pub fn save(&mut self, changes: &mut Vec<Change>) {
        for (part, seen) in [Part::Seen, Part::SeenOther]
            .into_iter()
            .zip(&mut self.seen)
        {
            for (number, seen) in seen {
                seen.save(&mut Writer::new(L::NAME, part, *number, changes));
            }
        }
        match &mut self.side {
            Side::Join(join) => join.save(L::NAME, changes),
            Side::Latest { rows, .. } => rows.save(L::NAME, changes),
            Side::Alone | Side::Table => {}
        }
        self.tail.save(changes);
    }

    /// Takes an entry back that was saved, if it is this stream's.
    pub fn load(&mut self, key: &[u8], value: &[u8]) {
        let Some((_, part, partition, rest)) = split(key).filter(|(s, ..)| s == L::NAME) else {
            return;
        };
        match part {
            Part::Seen | Part::SeenOther => {
                let Some(horizon) = self.dedup_ms else { return };
                let seen = &mut self.seen[usize::from(part == Part::SeenOther)];
                let seen = seen
                    .entry(partition)
                    .or_insert_with(|| Seen::new(horizon, self.tracked));
                seen.load(&mut Reader::new(rest), &mut Reader::new(value));
            }
            Part::Side | Part::SideTimes if matches!(self.side, Side::Join(_)) => {
                if let Side::Join(join) = &mut self.side {
                    join.load(part, partition, rest, value);
                }
            }
            Part::Side | Part::SideTimes => {
                if let Side::Latest { rows, .. } = &mut self.side {
                    rows.load(partition, rest, value);
                }
            }
            Part::Times | Part::Groups | Part::Rows => {
                self.tail.load(part, partition, rest, value);
            }
        }
    }
}

fn outcome(taken: Taken) -> Outcome {
    match taken {
        Taken::In => Outcome::Taken,
        Taken::Late => Outcome::Late,
        Taken::Overflow => Outcome::Overflow,
    }
}

/// How a join is written down by the builder.
pub(super) fn join<L: Logic>(spec: join::Spec, tracked: bool) -> Side<L> {
    Side::Join(Join::new(spec, tracked))
}
