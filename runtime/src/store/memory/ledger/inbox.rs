//! Which units were done, by name and by age.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::store::{Answer, InboxKey};

#[derive(Debug, Default)]
pub(in crate::store::memory) struct Inbox {
    rows: HashMap<Arc<InboxKey>, Option<Answer>>,
    by_age: VecDeque<(Timestamp, Arc<InboxKey>)>,
}

/// A unit was done, with the answer it gave.
#[derive(Debug)]
pub(in crate::store::memory) struct Seen(pub(in crate::store::memory) Option<Answer>);

impl Inbox {
    /// `Some` if the unit was done.
    pub(in crate::store::memory) fn seen(&self, key: Option<&InboxKey>) -> Option<Seen> {
        self.rows.get(key?).cloned().map(Seen)
    }

    pub(in crate::store::memory) fn add(
        &mut self,
        key: &InboxKey,
        answer: Option<Answer>,
        now: Timestamp,
    ) {
        let key = Arc::new(key.clone());
        self.by_age.push_back((now, key.clone()));
        self.rows.insert(key, answer);
    }

    pub(in crate::store::memory) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Forgets rows older than that. Rows were added about in the order of their
    /// times; one that lies behind a younger one stays a little longer.
    pub(in crate::store::memory) fn prune(&mut self, older_than: Timestamp) -> u64 {
        let mut pruned = 0;
        while let Some((_, key)) = self.by_age.pop_front_if(|(at, _)| *at < older_than) {
            self.rows.remove(&key);
            pruned += 1;
        }
        pruned
    }
}
