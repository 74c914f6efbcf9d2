//! Messages that were seen: a relay that dies between the broker's answer and its own note
//! publishes a message again, at a new offset.

use std::collections::{BTreeMap, HashMap};

use crate::avro::codec::{Codec, Reader};

use super::state::Writer;

/// The ids of one partition, as far back in event time as the horizon.
#[derive(Debug)]
pub struct Seen {
    horizon_ms: i64,
    observed: i64,
    at: HashMap<Id, i64>,
    /// Ids by the stretch of time they came in, for forgetting them.
    stretches: BTreeMap<i64, Vec<Id>>,
    sources: Vec<Box<str>>,
    fresh: Option<Vec<(Id, i64)>>,
    forgotten: Vec<Id>,
}

/// An id of a source; most are UUIDs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Id {
    Uuid(u32, u128),
    Text(u32, Box<str>),
}

impl Seen {
    /// Nothing was seen yet; `tracked` where what is seen shall be saved.
    pub fn new(horizon_ms: i64, tracked: bool) -> Self {
        Self {
            horizon_ms,
            observed: -1,
            at: HashMap::new(),
            stretches: BTreeMap::new(),
            sources: Vec::new(),
            fresh: tracked.then(Vec::new),
            forgotten: Vec::new(),
        }
    }

    /// How many ids are remembered.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Whether that message is a repeat; if not, it is remembered.
    pub fn is_repeat(&mut self, source: &str, id: &str, time: i64) -> bool {
        let id = self.id(source, id);
        let oldest = self.observed - self.horizon_ms;
        if self.at.get(&id).is_some_and(|at| *at >= oldest) {
            return true;
        }
        self.observed = self.observed.max(time);
        let oldest = self.observed - self.horizon_ms;
        if time >= oldest {
            self.remember(id, time);
        }
        self.forget(oldest);
        false
    }

    fn remember(&mut self, id: Id, time: i64) {
        let stretch = time.div_euclid(self.stretch());
        self.stretches.entry(stretch).or_default().push(id.clone());
        if let Some(fresh) = &mut self.fresh {
            fresh.push((id.clone(), time));
        }
        self.at.insert(id, time);
    }

    fn stretch(&self) -> i64 {
        (self.horizon_ms / 16).max(1)
    }

    /// Forgets whole stretches that lie before `oldest`.
    fn forget(&mut self, oldest: i64) {
        let before = oldest.div_euclid(self.stretch());
        while let Some(entry) = self.stretches.first_entry() {
            if *entry.key() >= before {
                return;
            }
            for id in entry.remove() {
                let gone = self.at.get(&id).is_some_and(|at| *at < oldest);
                if gone {
                    self.at.remove(&id);
                    if self.fresh.is_some() {
                        self.forgotten.push(id);
                    }
                }
            }
        }
    }

    fn id(&mut self, source: &str, id: &str) -> Id {
        let found = self.sources.iter().position(|s| **s == *source);
        let source = found.unwrap_or_else(|| {
            self.sources.push(source.into());
            self.sources.len() - 1
        }) as u32;
        match canonical(id) {
            Some(uuid) => Id::Uuid(source, uuid),
            None => Id::Text(source, id.into()),
        }
    }

    pub(super) fn save(&mut self, writer: &mut Writer<'_>) {
        for id in std::mem::take(&mut self.forgotten) {
            writer.remove(|key| self.write_id(&id, key));
        }
        let Some(fresh) = &mut self.fresh else { return };
        for (id, time) in std::mem::take(fresh) {
            writer.put(|key| self.write_id(&id, key), |value| time.encode(value));
        }
    }

    fn write_id(&self, id: &Id, out: &mut Vec<u8>) {
        let (source, text) = match id {
            Id::Uuid(source, uuid) => (*source, uuid::Uuid::from_u128(*uuid).to_string()),
            Id::Text(source, text) => (*source, text.to_string()),
        };
        let source = self.sources.get(source as usize);
        source.map_or("", |s| s).to_owned().encode(out);
        text.encode(out);
    }

    pub(super) fn load(&mut self, key: &mut Reader<'_>, value: &mut Reader<'_>) {
        let (source, id) = (String::decode(key), String::decode(key));
        let (Ok(source), Ok(id), Ok(time)) = (source, id, i64::decode(value)) else {
            return;
        };
        let id = self.id(&source, &id);
        self.observed = self.observed.max(time);
        let stretch = time.div_euclid(self.stretch());
        self.stretches.entry(stretch).or_default().push(id.clone());
        self.at.insert(id, time);
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
        assert!(seen.len() < 1_100, "{}", seen.len());
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
