//! A pipeline's state, written out and taken back.

use crate::avro::codec::Reader;
use crate::streams::seen::Seen;
use crate::streams::state::{Part, Writer, split};
use crate::streams::{Change, Logic};

use super::{Pipeline, Side};

impl<L: Logic> Pipeline<L> {
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
