//! Messages that were seen: a relay that dies between the broker's answer and its own note
//! publishes a message again, at a new offset.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use crate::avro::codec::{Codec, Reader};

use super::state::Writer;

/// The ids of one partition, as far back in event time as the horizon.
#[derive(Debug)]
pub struct Seen {
    horizon_ms: i64,
    observed: i64,
    sources: Vec<OfSource>,
    /// When ids before the horizon are forgotten next.
    next_sweep: i64,
    fresh: Option<Vec<(u32, Id, i64)>>,
    forgotten: Vec<(u32, Id)>,
}

/// The ids of one source, with the time each came at.
#[derive(Debug)]
struct OfSource {
    name: Box<str>,
    uuids: HashMap<u128, i64, Mixed>,
    texts: HashMap<Box<str>, i64>,
}

/// An id; most are UUIDs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Id {
    Uuid(u128),
    Text(Box<str>),
}

/// Hashes UUIDs, whose bits are random as a rule; a seed keeps others from choosing collisions.
#[derive(Debug, Clone)]
struct Mixed(u64);

impl Default for Mixed {
    fn default() -> Self {
        Self(std::hash::RandomState::new().hash_one(0_u64) | 1)
    }
}

impl BuildHasher for Mixed {
    type Hasher = Mixing;

    fn build_hasher(&self) -> Mixing {
        Mixing(self.0, self.0)
    }
}

/// State, and the seed to multiply with.
struct Mixing(u64, u64);

impl Hasher for Mixing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(self.1);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn write_u128(&mut self, word: u128) {
        self.write_u64(word as u64);
        self.write_u64((word >> 64) as u64);
    }
}

impl OfSource {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            uuids: HashMap::default(),
            texts: HashMap::new(),
        }
    }

    fn at(&self, id: &Id) -> Option<i64> {
        match id {
            Id::Uuid(uuid) => self.uuids.get(uuid).copied(),
            Id::Text(text) => self.texts.get(text).copied(),
        }
    }

    fn insert(&mut self, id: Id, time: i64) {
        match id {
            Id::Uuid(uuid) => self.uuids.insert(uuid, time),
            Id::Text(text) => self.texts.insert(text, time),
        };
    }

    /// Forgets what came before, and says what if it is asked.
    fn forget(&mut self, oldest: i64, mut forgotten: impl FnMut(Id)) {
        self.uuids.retain(|uuid, at| {
            let stays = *at >= oldest;
            if !stays {
                forgotten(Id::Uuid(*uuid));
            }
            stays
        });
        self.texts.retain(|text, at| {
            let stays = *at >= oldest;
            if !stays {
                forgotten(Id::Text(text.clone()));
            }
            stays
        });
    }
}

impl Seen {
    /// Nothing was seen yet; `tracked` where what is seen shall be saved.
    pub fn new(horizon_ms: i64, tracked: bool) -> Self {
        Self {
            horizon_ms,
            observed: -1,
            sources: Vec::new(),
            next_sweep: i64::MIN,
            fresh: tracked.then(Vec::new),
            forgotten: Vec::new(),
        }
    }

    /// How many ids are remembered.
    pub fn len(&self) -> usize {
        let sources = self.sources.iter();
        sources.map(|s| s.uuids.len() + s.texts.len()).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether that message is a repeat; if not, it is remembered.
    pub fn is_repeat(&mut self, source: &str, id: &str, time: i64) -> bool {
        let source = self.source(source);
        let id = canonical(id).map_or_else(|| Id::Text(id.into()), Id::Uuid);
        let oldest = self.observed - self.horizon_ms;
        if self.at(source, &id).is_some_and(|at| at >= oldest) {
            return true;
        }
        self.observed = self.observed.max(time);
        let oldest = self.observed - self.horizon_ms;
        if time >= oldest {
            if let Some(fresh) = &mut self.fresh {
                fresh.push((source, id.clone(), time));
            }
            self.remember(source, id, time);
        }
        if oldest >= self.next_sweep {
            self.sweep(oldest);
        }
        false
    }

    fn at(&self, source: u32, id: &Id) -> Option<i64> {
        self.sources.get(source as usize)?.at(id)
    }

    fn source(&mut self, name: &str) -> u32 {
        let found = self.sources.iter().position(|s| *s.name == *name);
        let at = found.unwrap_or_else(|| {
            self.sources.push(OfSource::new(name));
            self.sources.len() - 1
        });
        at as u32
    }

    fn remember(&mut self, source: u32, id: Id, time: i64) {
        if let Some(of_source) = self.sources.get_mut(source as usize) {
            of_source.insert(id, time);
        }
    }

    /// Forgets what lies before `oldest`; four times in a horizon, so that it costs little.
    fn sweep(&mut self, oldest: i64) {
        self.next_sweep = oldest + (self.horizon_ms / 4).max(1);
        let tracked = self.fresh.is_some();
        for (number, source) in (0..).zip(&mut self.sources) {
            source.forget(oldest, |id| {
                if tracked {
                    self.forgotten.push((number, id));
                }
            });
        }
    }

    pub(super) fn save(&mut self, writer: &mut Writer<'_>) {
        for (source, id) in std::mem::take(&mut self.forgotten) {
            writer.remove(|key| self.write_id(source, &id, key));
        }
        let Some(fresh) = &mut self.fresh else { return };
        for (source, id, time) in std::mem::take(fresh) {
            let name = |key: &mut Vec<u8>| self.write_id(source, &id, key);
            writer.put(name, |value| time.encode(value));
        }
    }

    fn write_id(&self, source: u32, id: &Id, out: &mut Vec<u8>) {
        let source = self.sources.get(source as usize);
        source.map_or("", |s| &s.name).to_owned().encode(out);
        match id {
            Id::Uuid(uuid) => uuid::Uuid::from_u128(*uuid).to_string().encode(out),
            Id::Text(text) => text.to_string().encode(out),
        }
    }

    pub(super) fn load(&mut self, key: &mut Reader<'_>, value: &mut Reader<'_>) {
        let (source, id) = (String::decode(key), String::decode(key));
        let (Ok(source), Ok(id), Ok(time)) = (source, id, i64::decode(value)) else {
            return;
        };
        let source = self.source(&source);
        let id = canonical(&id).map_or_else(|| Id::Text(id.into()), Id::Uuid);
        self.observed = self.observed.max(time);
        self.remember(source, id, time);
    }
}

/// The number of a UUID that is written as the runtime writes them; other spellings are texts of
/// their own.
fn canonical(text: &str) -> Option<u128> {
    let lower = text.len() == 36 && !text.bytes().any(|b| b.is_ascii_uppercase());
    let found = lower.then(|| herald_avro::codec::parse_uuid(text.as_bytes()))?;
    found.map(|uuid| uuid.as_u128())
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn repeats_are_recognised_within_the_horizon() {
        let mut seen = Seen::new(100, false);
        assert!(!seen.is_repeat("/shop/order", "a", 10));
        assert!(seen.is_repeat("/shop/order", "a", 10));
        assert!(!seen.is_repeat("/shop/payment", "a", 10));
        assert!(!seen.is_repeat("/shop/order", "b", 110));
        assert!(seen.is_repeat("/shop/order", "a", 10));
        assert!(!seen.is_repeat("/shop/order", "c", 111));
        assert!(!seen.is_repeat("/shop/order", "a", 10));
    }

    #[test]
    fn what_lies_before_the_horizon_is_forgotten() {
        let mut seen = Seen::new(1_000, false);
        for at in 0..100_000 {
            assert!(!seen.is_repeat("/shop/order", &format!("id-{at}"), at));
        }
        assert!(seen.len() < 1_300, "{}", seen.len());
    }

    #[test]
    fn spellings_of_a_uuid_differ() {
        let mut seen = Seen::new(100, false);
        let lower = "0190163d-8694-739b-aea5-966c26f8ad91";
        assert!(!seen.is_repeat("/s", lower, 1));
        assert!(!seen.is_repeat("/s", &lower.to_uppercase(), 1));
        assert!(seen.is_repeat("/s", lower, 1));
    }
}
