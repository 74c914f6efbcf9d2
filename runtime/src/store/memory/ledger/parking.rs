//! Keys that wait behind a dead letter, and their messages, in order.

use std::collections::{BTreeMap, VecDeque};

use crate::store::{InboxKey, ParkScope, Parked, Unit};

#[derive(Debug, Default)]
pub(in crate::store::memory) struct Parking {
    keys: BTreeMap<ParkScope, Key>,
}

#[derive(Debug)]
struct Key {
    /// The dead-lettered message that the others wait for.
    head: InboxKey,
    waiting: VecDeque<Parked>,
}

impl Parking {
    /// Whether the unit has to wait.
    pub(in crate::store::memory) fn holds(&self, unit: &Unit) -> bool {
        let key = unit.park.as_ref().and_then(|scope| self.keys.get(scope));
        key.is_some_and(|key| Some(&key.head) != unit.inbox.as_ref())
    }

    pub(in crate::store::memory) fn park_key(&mut self, scope: &ParkScope, head: &InboxKey) {
        if let Some(key) = self.keys.get_mut(scope) {
            key.head = head.clone();
            return;
        }
        let key = Key {
            head: head.clone(),
            waiting: VecDeque::new(),
        };
        self.keys.insert(scope.clone(), key);
    }

    pub(in crate::store::memory) fn park(&mut self, scope: &ParkScope, message: Parked) -> bool {
        let Some(key) = self.keys.get_mut(scope) else {
            return false;
        };
        if !key.waiting.iter().any(|waiting| waiting.id == message.id) {
            key.waiting.push_back(message);
        }
        true
    }

    pub(in crate::store::memory) fn next(
        &mut self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Option<Parked> {
        let key = self.keys.get(scope).filter(|key| key.head == *head)?;
        let next = key.waiting.front().cloned();
        if next.is_none() {
            self.keys.remove(scope);
        }
        next
    }

    pub(in crate::store::memory) fn remove(&mut self, scope: &ParkScope, id: &InboxKey) {
        if let Some(key) = self.keys.get_mut(scope) {
            key.waiting.retain(|waiting| waiting.id != *id);
        }
    }
}
