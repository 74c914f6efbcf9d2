//! One stream from the decoded record to what it emits.

mod arrival;
mod saved;
mod side;
mod tail;

use std::collections::BTreeMap;

use super::seen::Seen;
use super::{
    Arrived, Grouping, Hopping, Logic, Merging, Origin, Outbox, Session, Sessions, Windows,
};

pub use arrival::{Arrival, Outcome};
pub(super) use side::{Side, join};
pub(super) use tail::{At, Mapped, Tail, Taken};

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
}

fn outcome(taken: Taken) -> Outcome {
    match taken {
        Taken::In => Outcome::Taken,
        Taken::Late => Outcome::Late,
        Taken::Overflow => Outcome::Overflow,
    }
}
