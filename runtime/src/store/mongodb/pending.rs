//! What a relay knows of without asking: documents in which this process left messages, and a lease
//! that it still holds.
//!
//! A look through all documents costs the server an index walk, or more where it has no such index.
//! So a relay asks for the documents named here, and looks through all of them once in a while: for
//! what other instances left, and for what was there before this one started.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::store::{Broker, Claim};

/// How long a look through all documents holds.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(1);
/// Names kept at most; beyond, all documents are looked through.
const MOST: usize = 10_000;

impl Known {
    fn add(&mut self, document: String) {
        if self.names.insert(document.clone()) {
            self.documents.push_back(document);
        }
    }

    fn take(&mut self, most: usize) -> Vec<String> {
        let taken: Vec<_> = self
            .documents
            .drain(..most.min(self.documents.len()))
            .collect();
        for document in &taken {
            self.names.remove(document);
        }
        taken
    }
}

/// Of each broker.
#[derive(Debug, Default)]
pub(super) struct Pending {
    log: Mutex<Known>,
    queues: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Documents with messages, each once: those first that were not asked for the longest.
    documents: VecDeque<String>,
    names: BTreeSet<String>,
    looked: Option<Timestamp>,
    lease: Option<(String, Timestamp)>,
}

/// Where a relay looks now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// In all documents.
    Everywhere,
    /// In these; there may be none.
    In(Vec<String>),
}

impl Pending {
    /// A unit left messages in this document.
    pub(super) fn left(&self, broker: Broker, document: &str) {
        let mut known = self.of(broker);
        if known.documents.len() < MOST {
            known.add(document.to_owned());
        } else {
            known.looked = None;
        }
    }

    /// Where to look now. A document that is looked for is forgotten until
    /// [`found`](Pending::found) says that it was there.
    pub(super) fn look(&self, broker: Broker, claim: &Claim<'_>) -> Look {
        let mut known = self.of(broker);
        let is_fresh = |at| claim.now >= at && claim.now.duration_since(at) < LOOK_EVERY;
        if known.looked.is_some_and(is_fresh) {
            return Look::In(known.take(claim.limit));
        }
        known.looked = None;
        Look::Everywhere
    }

    /// All documents were looked through.
    pub(super) fn looked(&self, broker: Broker, now: Timestamp) {
        self.of(broker).looked = Some(now);
    }

    /// These have messages still, or were not asked for after all.
    pub(super) fn found(&self, broker: Broker, documents: impl IntoIterator<Item = String>) {
        let mut known = self.of(broker);
        documents
            .into_iter()
            .for_each(|document| known.add(document));
    }

    /// Whether the claim's holder has more than half of its lease left; more than all of it is left
    /// only to a clock that was set back.
    pub(super) fn holds(&self, broker: Broker, claim: &Claim<'_>) -> bool {
        let half = SignedDuration::try_from(claim.lease / 2).unwrap_or(SignedDuration::MAX);
        match &self.of(broker).lease {
            Some((holder, until)) if holder == claim.holder => {
                until.duration_since(claim.now) > half
                    && until.duration_since(claim.now) <= half + half
            }
            _ => false,
        }
    }

    /// The lease as the server knows it now.
    pub(super) fn leased(&self, broker: Broker, lease: Option<(String, Timestamp)>) {
        self.of(broker).lease = lease;
    }

    fn of(&self, broker: Broker) -> MutexGuard<'_, Known> {
        let known = match broker {
            Broker::Log => &self.log,
            Broker::Queues => &self.queues,
        };
        known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;
    use crate::store::Destination;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn claim(holder: &str, now: i64) -> Claim<'_> {
        static NONE: BTreeSet<(Destination, Bytes)> = BTreeSet::new();
        Claim {
            broker: Some(Broker::Log),
            holder,
            now: at(now),
            lease: Duration::from_secs(4),
            limit: 2,
            except: &NONE,
        }
    }

    fn look(pending: &Pending, now: i64) -> Look {
        pending.look(Broker::Log, &claim("a", now))
    }

    fn among(names: &[&str]) -> Look {
        Look::In(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn all_documents_are_looked_through_once_a_second() {
        let pending = Pending::default();
        assert_eq!(look(&pending, 0), Look::Everywhere);
        assert_eq!(look(&pending, 0), Look::Everywhere, "the look failed");
        pending.looked(Broker::Log, at(0));
        assert_eq!(look(&pending, 10), among(&[]));
        for name in ["b", "a", "b", "c"] {
            pending.left(Broker::Log, name);
        }
        assert_eq!(look(&pending, 20), among(&["b", "a"]));
        pending.found(Broker::Log, ["b".to_owned()]);
        assert_eq!(look(&pending, 30), among(&["c", "b"]));
        assert_eq!(look(&pending, 1_000), Look::Everywhere);
        pending.looked(Broker::Log, at(1_000));
        assert_eq!(look(&pending, 500), Look::Everywhere, "a clock set back");
    }

    #[test]
    fn more_names_than_are_kept_are_no_loss() {
        let pending = Pending::default();
        pending.looked(Broker::Log, at(0));
        for number in 0..=MOST {
            pending.left(Broker::Log, &number.to_string());
        }
        assert_eq!(look(&pending, 1), Look::Everywhere);
    }

    #[test]
    fn half_of_a_lease_is_renewed_without_need() {
        let pending = Pending::default();
        assert!(!pending.holds(Broker::Log, &claim("a", 0)));
        pending.leased(Broker::Log, Some(("a".into(), at(4_000))));
        assert!(pending.holds(Broker::Log, &claim("a", 1_900)));
        assert!(!pending.holds(Broker::Log, &claim("a", 2_000)));
        assert!(!pending.holds(Broker::Log, &claim("b", 0)));
        assert!(!pending.holds(Broker::Queues, &claim("a", 0)));
    }
}
