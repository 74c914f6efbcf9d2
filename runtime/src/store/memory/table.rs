//! Rows by key, cheap to clone as a whole.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Shards of a table: a change copies one of them, so a table of a thousand rows
/// costs a transaction about sixteen rows of copying.
const SHARDS: usize = 64;

/// Rows by key. A clone shares all rows with its original; the first change of a
/// clone copies the shard it touches.
#[derive(Debug, Clone)]
pub struct Table<K, V> {
    shards: Arc<[Arc<BTreeMap<K, V>>]>,
    len: usize,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Arc::default()).collect(),
            len: 0,
        }
    }
}

impl<K: Ord + Hash + Clone, V: Clone> Table<K, V> {
    /// No rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// The row of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.shards[shard_of(key)].get(key)
    }

    /// Whether there is a row of that key.
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The row of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        // Not to copy a shard for nothing.
        if !self.contains_key(key) {
            return None;
        }
        self.shard_mut(key).get_mut(key)
    }

    /// The row of a key, made by `default` where there is none.
    pub fn get_or_insert_with(&mut self, key: K, default: impl FnOnce() -> V) -> &mut V {
        if !self.contains_key(&key) {
            self.len += 1;
        }
        self.shard_mut(&key).entry(key).or_insert_with(default)
    }

    /// Puts a row, and gives the one it replaces.
    pub fn insert(&mut self, key: K, row: V) -> Option<V> {
        let before = self.shard_mut(&key).insert(key, row);
        if before.is_none() {
            self.len += 1;
        }
        before
    }

    /// Removes a row.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        if !self.contains_key(key) {
            return None;
        }
        self.len -= 1;
        self.shard_mut(key).remove(key)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All rows, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let mut rows: Vec<_> = self.shards.iter().flat_map(|shard| shard.iter()).collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows.into_iter()
    }

    /// All rows, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, row)| row)
    }

    fn shard_mut(&mut self, key: &K) -> &mut BTreeMap<K, V> {
        let shards = Arc::make_mut(&mut self.shards);
        Arc::make_mut(&mut shards[shard_of(key)])
    }
}

/// The same for the same key in every run, as simulations need it.
fn shard_of<K: Hash>(key: &K) -> usize {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_a_world_of_its_own() {
        let mut table: Table<u32, String> = Table::new();
        for key in 0..200 {
            assert_eq!(table.insert(key, format!("row {key}")), None);
        }
        let mut clone = table.clone();
        clone.remove(&7);
        clone.insert(8, "changed".into());
        clone.get_or_insert_with(500, || "new".into());
        assert_eq!((table.len(), clone.len()), (200, 200));
        assert_eq!(table.get(&8).map(String::as_str), Some("row 8"));
        assert_eq!(clone.get(&8).map(String::as_str), Some("changed"));
        assert!(table.contains_key(&7) && !clone.contains_key(&7));
    }

    #[test]
    fn rows_come_in_the_order_of_their_keys() {
        let mut table = Table::new();
        for key in [5, 3, 9, 1] {
            table.insert(key, ());
        }
        let keys: Vec<_> = table.iter().map(|(key, ())| *key).collect();
        assert_eq!(keys, [1, 3, 5, 9]);
    }
}
