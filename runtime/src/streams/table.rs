//! Groups over the rows of a table: a row that changes takes back what it contributed, as
//! `KTableSource`, `KTableRepartitionMap` and `KTableAggregate` have it.

use std::collections::BTreeMap;

use crate::avro::codec::{Codec, Reader};

use super::pipeline::{At, Tail, Taken};
use super::state::{Part, Writer};
use super::totals::Groups;
use super::{Change, Logic, Outbox, Retracting};

/// Rows by the record's key, and groups over them, for every partition.
pub struct Table<L: Retracting> {
    tracked: bool,
    rows: BTreeMap<u32, BTreeMap<Vec<u8>, L::Event>>,
    touched: Vec<(u32, Vec<u8>)>,
    groups: BTreeMap<u32, Groups<L>>,
}

impl<L: Retracting> Table<L> {
    /// No row yet.
    pub fn new(tracked: bool) -> Self {
        Self {
            tracked,
            rows: BTreeMap::new(),
            touched: Vec::new(),
            groups: BTreeMap::new(),
        }
    }
}

/// What a row contributes: at most one item, for a table takes no items one by one.
fn contribution<L: Logic>(row: Option<&L::Event>) -> Result<Option<L::Item>, super::Overflow> {
    let mut items = Vec::new();
    if let Some(row) = row {
        L::select(row, None, &mut items)?;
    }
    Ok(items.pop())
}

impl<L: Retracting> Tail<L> for Table<L> {
    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken {
        let (key, row) = item;
        let groups = self.groups.entry(at.partition_of(&key)).or_default();
        let add = |state: &mut L::State| L::add(state, &row);
        groups.change(&key, at.time, self.tracked, out, (1, add))
    }

    fn row(
        &mut self,
        at: &At<'_>,
        key: &[u8],
        event: Option<L::Event>,
        out: &mut Outbox<L>,
    ) -> Taken {
        let rows = self.rows.entry(at.source_partition).or_default();
        let before = match &event {
            Some(event) => rows.insert(key.to_owned(), event.clone()),
            None => rows.remove(key),
        };
        if self.tracked {
            self.touched.push((at.source_partition, key.to_owned()));
        }
        let now = contribution::<L>(event.as_ref());
        let (Ok(old), Ok(new)) = (contribution::<L>(before.as_ref()), now) else {
            return Taken::Overflow;
        };
        let tracked = self.tracked;
        let mut change = |key: &L::Key, old: Option<&L::Row>, new: Option<&L::Row>| {
            let groups = self.groups.entry(at.partition_of(key)).or_default();
            let steps = i64::from(old.is_some()) + i64::from(new.is_some());
            let apply = |state: &mut L::State| {
                if let Some(old) = old {
                    L::take_back(state, old)?;
                }
                new.map_or(Ok(()), |new| L::add(state, new))
            };
            groups.change(key, at.time, tracked, out, (steps, apply))
        };
        match (&old, &new) {
            (Some((was, old)), Some((is, new))) if was == is => change(is, Some(old), Some(new)),
            (old, new) => {
                let taken = old
                    .as_ref()
                    .map_or(Taken::In, |(key, row)| change(key, Some(row), None));
                let added = new
                    .as_ref()
                    .map_or(Taken::In, |(key, row)| change(key, None, Some(row)));
                if taken == Taken::Overflow {
                    taken
                } else {
                    added
                }
            }
        }
    }

    fn save(&mut self, changes: &mut Vec<Change>) {
        for (partition, key) in self.touched.drain(..) {
            let mut writer = Writer::new(L::NAME, Part::Rows, partition, changes);
            let row = self.rows.get(&partition).and_then(|rows| rows.get(&key));
            let entry = |out: &mut Vec<u8>| out.extend_from_slice(&key);
            match row {
                Some(row) => writer.put(entry, |out| row.encode(out)),
                None => writer.remove(entry),
            }
        }
        for (number, groups) in &mut self.groups {
            groups.save(*number, changes);
        }
    }

    fn load(&mut self, part: Part, partition: u32, key: &[u8], value: &[u8]) {
        if part != Part::Rows {
            self.groups.entry(partition).or_default().load(key, value);
            return;
        }
        if let Ok(row) = L::Event::decode(&mut Reader::new(value)) {
            let rows = self.rows.entry(partition).or_default();
            rows.insert(key.to_owned(), row);
        }
    }
}
