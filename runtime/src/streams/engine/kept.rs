//! What an engine keeps beside its pipelines: how far it read, and what it owes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::avro::codec::{Bytes, Codec, Reader};
use crate::streams::state::{Change, Entries, StateError, StateStore};
use crate::transport::{Headers, NewRecord, TopicPartition};

/// Before the names of streams, none of which is empty.
const OFFSET: &[u8] = &[0, b'o'];
const OWED: &[u8] = &[0, b'p'];

pub(super) struct Kept {
    store: Arc<dyn StateStore>,
    offsets: BTreeMap<TopicPartition, u64>,
    moved: Vec<TopicPartition>,
    owed: VecDeque<(u64, NewRecord)>,
    next_owed: u64,
    /// Debts that are written down and not yet.
    unwritten: u64,
    paid: Vec<u64>,
}

impl Kept {
    /// Reads what the last instance kept, and gives the entries of the pipelines.
    pub(super) fn load(store: Arc<dyn StateStore>) -> Result<(Self, Entries), StateError> {
        let mut kept = Self {
            offsets: BTreeMap::new(),
            moved: Vec::new(),
            owed: VecDeque::new(),
            next_owed: 0,
            unwritten: 0,
            paid: Vec::new(),
            store,
        };
        let mut entries = Vec::new();
        for (key, value) in kept.store.load()? {
            if let Some(rest) = key.strip_prefix(OFFSET) {
                kept.load_offset(rest, &value);
            } else if let Some(rest) = key.strip_prefix(OWED) {
                kept.load_owed(rest, &value);
            } else {
                entries.push((key, value));
            }
        }
        kept.unwritten = kept.next_owed;
        Ok((kept, entries))
    }

    fn load_offset(&mut self, key: &[u8], value: &[u8]) {
        let (mut key, mut value) = (Reader::new(key), Reader::new(value));
        let (topic, partition) = (String::decode(&mut key), i64::decode(&mut key));
        if let (Ok(topic), Ok(partition), Ok(next)) = (topic, partition, i64::decode(&mut value)) {
            let place = TopicPartition::new(topic, partition as u32);
            self.offsets.insert(place, next as u64);
        }
    }

    fn load_owed(&mut self, key: &[u8], value: &[u8]) {
        let number = key.first_chunk::<8>().map(|n| u64::from_be_bytes(*n));
        if let (Some(number), Some(record)) = (number, read(value)) {
            self.owed.push_back((number, record));
            self.next_owed = self.next_owed.max(number + 1);
        }
    }

    pub(super) fn store(&self) -> &dyn StateStore {
        &*self.store
    }

    /// The offset to read next.
    pub(super) fn next(&self, partition: &TopicPartition) -> u64 {
        self.offsets.get(partition).copied().unwrap_or_default()
    }

    /// A record was read.
    pub(super) fn read(&mut self, partition: &TopicPartition, next: u64) {
        self.offsets.insert(partition.clone(), next);
        if !self.moved.contains(partition) {
            self.moved.push(partition.clone());
        }
    }

    /// Records are to be published.
    pub(super) fn owe(&mut self, records: impl Iterator<Item = NewRecord>) {
        for record in records {
            self.owed.push_back((self.next_owed, record));
            self.next_owed += 1;
        }
    }

    /// What is owed, in order.
    pub(super) fn owed(&self) -> Option<Vec<NewRecord>> {
        let records: Vec<NewRecord> = self.owed.iter().map(|(_, r)| r.clone()).collect();
        (!records.is_empty()).then_some(records)
    }

    /// The first debt is paid; the next commit strikes it off.
    pub(super) fn paid(&mut self) {
        if let Some((number, _)) = self.owed.pop_front() {
            self.paid.push(number);
        }
    }

    pub(super) fn save(&mut self, changes: &mut Vec<Change>) {
        for place in self.moved.drain(..) {
            let next = self.offsets.get(&place).copied().unwrap_or_default();
            let mut key = OFFSET.to_vec();
            place.topic.to_string().encode(&mut key);
            i64::from(place.partition).encode(&mut key);
            let value = Some((next as i64).to_bytes());
            changes.push(Change { key, value });
        }
        for number in self.paid.drain(..) {
            let key = [OWED, &number.to_be_bytes()].concat();
            changes.push(Change { key, value: None });
        }
        let unwritten = self.unwritten;
        for (number, record) in self.owed.iter().filter(|(n, _)| *n >= unwritten) {
            let key = [OWED, &number.to_be_bytes()].concat();
            let value = Some(write(record));
            changes.push(Change { key, value });
        }
        self.unwritten = self.next_owed;
    }
}

fn write(record: &NewRecord) -> Vec<u8> {
    let mut out = Vec::new();
    record.topic.to_string().encode(&mut out);
    optional(record.key.as_ref(), &mut out);
    optional(record.payload.as_ref(), &mut out);
    let time = record.timestamp.map_or(i64::MIN, Timestamp::as_millisecond);
    time.encode(&mut out);
    (record.headers.len() as i64).encode(&mut out);
    for (name, value) in record.headers.iter() {
        name.to_owned().encode(&mut out);
        Bytes(value.to_vec()).encode(&mut out);
    }
    out
}

fn optional(bytes: Option<&bytes::Bytes>, out: &mut Vec<u8>) {
    bytes.is_some().encode(out);
    Bytes(bytes.map(|b| b.to_vec()).unwrap_or_default()).encode(out);
}

fn read(value: &[u8]) -> Option<NewRecord> {
    let r = &mut Reader::new(value);
    let topic = String::decode(r).ok()?;
    let (key, payload) = (read_optional(r)?, read_optional(r)?);
    let time = i64::decode(r).ok()?;
    let mut headers = Headers::new();
    for _ in 0..i64::decode(r).ok()? {
        let (name, value) = (String::decode(r).ok()?, Bytes::decode(r).ok()?);
        headers.push(name, value.0);
    }
    Some(NewRecord {
        topic: topic.into(),
        partition: None,
        key,
        headers,
        payload,
        timestamp: Timestamp::from_millisecond(time).ok(),
    })
}

#[allow(
    clippy::option_option,
    reason = "a key that is absent was read as well"
)]
fn read_optional(r: &mut Reader<'_>) -> Option<Option<bytes::Bytes>> {
    let there = bool::decode(r).ok()?;
    let bytes = Bytes::decode(r).ok()?;
    Some(there.then(|| bytes.0.into()))
}
