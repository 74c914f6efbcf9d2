//! The records of one side of a join, by key and time.

use std::collections::BTreeMap;

use super::Kept;

/// The records of one side, as long as the window store of a join keeps them.
pub(super) struct Buffer<V> {
    pub(super) observed: i64,
    pub(super) by_key: BTreeMap<Vec<u8>, BTreeMap<i64, Vec<Kept<V>>>>,
    keys: BTreeMap<i64, Vec<Vec<u8>>>,
}

impl<V: Clone> Buffer<V> {
    pub(super) fn new() -> Self {
        Self {
            observed: -1,
            by_key: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    /// Keeps a record, unless it is older than what is kept; gives what is too old by now.
    pub(super) fn put(
        &mut self,
        key: &[u8],
        time: i64,
        kept: Kept<V>,
        retention: i64,
    ) -> Vec<(Vec<u8>, i64)> {
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
    pub(super) fn fetch(
        &self,
        key: &[u8],
        from: i64,
        to: i64,
        retention: i64,
    ) -> Vec<(i64, Kept<V>)> {
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

impl<V> Buffer<V> {
    pub(super) fn restore(&mut self, key: &[u8], time: i64, all: Vec<Kept<V>>) {
        self.keys.entry(time).or_default().push(key.to_owned());
        let times = self.by_key.entry(key.to_owned()).or_default();
        times.insert(time, all);
    }
}
