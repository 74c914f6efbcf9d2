//! What stands beside the sources of a stream, and how each kind of record meets it.

use crate::streams::join::{self, Join, Kept, Pair};
use crate::streams::latest::Latest;
use crate::streams::{Logic, Origin, Outbox};

use super::{Arrival, Outcome, Pipeline, outcome};

/// What stands beside the sources.
pub(in crate::streams) enum Side<L: Logic> {
    Alone,
    Join(Join<L::Event, L::Other>),
    Latest {
        rows: Latest<L::Other>,
        left: bool,
    },
    /// The sources are the rows of a table.
    Table,
}

/// How a join is written down by the builder.
pub(in crate::streams) fn join<L: Logic>(spec: join::Spec, tracked: bool) -> Side<L> {
    Side::Join(Join::new(spec, tracked))
}

impl<L: Logic> Pipeline<L> {
    pub(super) fn event(
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

    pub(super) fn other(
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

    pub(super) fn tombstone(
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
}
