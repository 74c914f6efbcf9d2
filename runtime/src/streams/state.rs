//! Where state outlives an instance.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::avro::codec::{Codec, Reader};

/// One entry that changed; without a value it is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Key: stream, part, partition, and what the part writes.
    pub key: Vec<u8>,
    /// Value.
    pub value: Option<Vec<u8>>,
}

/// Keys with their values.
pub type Entries = Vec<(Vec<u8>, Vec<u8>)>;

/// Why state could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the state store failed: {0}")]
pub struct StateError(pub String);

/// Keeps the entries of an engine. What [`commit`](StateStore::commit) is given is kept wholly or
/// not at all: state, offsets and what is still to be published are never apart.
pub trait StateStore: Send + Sync + 'static {
    /// Every entry, in order of key.
    ///
    /// # Errors
    /// If they cannot be read.
    fn load(&self) -> Result<Entries, StateError>;

    /// Keeps changes.
    ///
    /// # Errors
    /// If they cannot be kept; none of them is then.
    fn commit(&self, changes: &[Change]) -> Result<(), StateError>;
}

/// Entries in memory, which outlive an instance and not the process. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryState {
    entries: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl StateStore for MemoryState {
    fn load(&self) -> Result<Entries, StateError> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect())
    }

    fn commit(&self, changes: &[Change]) -> Result<(), StateError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            match &change.value {
                Some(value) => entries.insert(change.key.clone(), value.clone()),
                None => entries.remove(&change.key),
            };
        }
        Ok(())
    }
}

/// The parts of a stream that keep entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Ids seen on the side of the sources.
    Seen = 0,
    /// Ids seen on the other side.
    SeenOther = 1,
    /// What is joined or looked up.
    Side = 2,
    /// How far event time is.
    Times = 3,
    /// Groups.
    Groups = 4,
    /// Rows of a table that is grouped.
    Rows = 5,
    /// How far event time is on the sides of a join.
    SideTimes = 6,
}

impl Part {
    pub(super) fn of(number: u8) -> Option<Self> {
        let all = [
            Self::Seen,
            Self::SeenOther,
            Self::Side,
            Self::Times,
            Self::Groups,
            Self::Rows,
            Self::SideTimes,
        ];
        all.into_iter().find(|part| *part as u8 == number)
    }
}

/// Writes the entries of one part and partition of a stream.
#[derive(Debug)]
pub(super) struct Writer<'c> {
    pub(super) prefix: Vec<u8>,
    pub(super) changes: &'c mut Vec<Change>,
}

impl<'c> Writer<'c> {
    pub(super) fn new(
        stream: &str,
        part: Part,
        partition: u32,
        changes: &'c mut Vec<Change>,
    ) -> Self {
        let mut prefix = Vec::new();
        stream.to_owned().encode(&mut prefix);
        prefix.push(part as u8);
        prefix.extend_from_slice(&partition.to_be_bytes());
        Self { prefix, changes }
    }

    fn key(&self, key: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut whole = self.prefix.clone();
        key(&mut whole);
        whole
    }

    pub(super) fn put(&mut self, key: impl FnOnce(&mut Vec<u8>), value: impl FnOnce(&mut Vec<u8>)) {
        let key = self.key(key);
        let mut written = Vec::new();
        value(&mut written);
        self.changes.push(Change {
            key,
            value: Some(written),
        });
    }

    pub(super) fn remove(&mut self, key: impl FnOnce(&mut Vec<u8>)) {
        let key = self.key(key);
        self.changes.push(Change { key, value: None });
    }
}

/// Splits a key into stream, part, partition and the rest.
pub(super) fn split(key: &[u8]) -> Option<(String, Part, u32, &[u8])> {
    let mut reader = Reader::new(key);
    let stream = String::decode(&mut reader).ok()?;
    let mut head = Vec::new();
    stream.encode(&mut head);
    let rest = key.get(head.len()..)?;
    let (part, rest) = rest.split_first()?;
    let (partition, rest) = rest.split_first_chunk::<4>()?;
    let partition = u32::from_be_bytes(*partition);
    Some((stream, Part::of(*part)?, partition, rest))
}
