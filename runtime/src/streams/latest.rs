//! The last record of each key, for looking up in, as a `KTable` beside a `KStream`.

use std::collections::BTreeMap;

use crate::avro::codec::{Codec, Reader};

use super::Change;
use super::state::{Part, Writer};

/// Rows by the record's key, for every partition.
pub(crate) struct Latest<V> {
    tracked: bool,
    rows: BTreeMap<u32, BTreeMap<Vec<u8>, V>>,
    touched: Vec<(u32, Vec<u8>)>,
}

impl<V: Codec> Latest<V> {
    pub(super) fn new(tracked: bool) -> Self {
        Self {
            tracked,
            rows: BTreeMap::new(),
            touched: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, partition: u32, key: &[u8], value: Option<V>) {
        let rows = self.rows.entry(partition).or_default();
        match value {
            Some(value) => rows.insert(key.to_owned(), value),
            None => rows.remove(key),
        };
        if self.tracked {
            self.touched.push((partition, key.to_owned()));
        }
    }

    pub(super) fn get(&self, partition: u32, key: &[u8]) -> Option<&V> {
        self.rows.get(&partition)?.get(key)
    }

    pub(super) fn save(&mut self, stream: &str, changes: &mut Vec<Change>) {
        for (partition, key) in self.touched.drain(..) {
            let mut writer = Writer::new(stream, Part::Side, partition, changes);
            let row = self.rows.get(&partition).and_then(|rows| rows.get(&key));
            let entry = |out: &mut Vec<u8>| out.extend_from_slice(&key);
            match row {
                Some(row) => writer.put(entry, |out| row.encode(out)),
                None => writer.remove(entry),
            }
        }
    }

    pub(super) fn load(&mut self, partition: u32, key: &[u8], value: &[u8]) {
        if let Ok(row) = V::decode(&mut Reader::new(value)) {
            let rows = self.rows.entry(partition).or_default();
            rows.insert(key.to_owned(), row);
        }
    }
}
