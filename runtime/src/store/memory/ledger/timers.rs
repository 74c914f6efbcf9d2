//! Timers by name and key, and by the time they may be claimed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::store::{Claim, TimerKey, TimerRow};

#[derive(Debug, Default)]
pub(in crate::store::memory) struct Timers {
    set: BTreeMap<TimerKey, Entry>,
    by_time: BTreeSet<(Timestamp, TimerKey)>,
}

#[derive(Debug)]
struct Entry {
    row: TimerRow,
    /// When it is due, or when its claim runs out.
    claimable: Timestamp,
}

impl Timers {
    /// Whether that very setting of the timer still stands; `None` always does.
    pub(in crate::store::memory) fn is_set(&self, fired: Option<&TimerRow>) -> bool {
        fired.is_none_or(|row| {
            let entry = self.set.get(&row.timer);
            entry.is_some_and(|entry| entry.row.id == row.id)
        })
    }

    pub(in crate::store::memory) fn apply(
        &mut self,
        fired: Option<&TimerRow>,
        cancelled: &[TimerKey],
        set: Vec<TimerRow>,
    ) {
        for key in fired.map(|row| &row.timer).into_iter().chain(cancelled) {
            self.remove(key);
        }
        for row in set {
            self.remove(&row.timer);
            self.by_time.insert((row.due, row.timer.clone()));
            let claimable = row.due;
            self.set.insert(row.timer.clone(), Entry { row, claimable });
        }
    }

    pub(in crate::store::memory) fn claim(&mut self, claim: &Claim<'_>) -> Vec<TimerRow> {
        let due = self.by_time.iter().take_while(|(at, _)| *at <= claim.now);
        let keys: Vec<_> = due.take(claim.limit).map(|(_, key)| key.clone()).collect();
        let lease = SignedDuration::try_from(claim.lease).unwrap_or(SignedDuration::MAX);
        let until = claim.now.checked_add(lease).unwrap_or(Timestamp::MAX);
        keys.iter()
            .filter_map(|key| self.move_to(key, until))
            .collect()
    }

    pub(in crate::store::memory) fn postpone(&mut self, timer: &TimerRow, until: Timestamp) {
        if self.is_set(Some(timer)) {
            self.move_to(&timer.timer, until);
        }
    }

    pub(in crate::store::memory) fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(at, _)| *at)
    }

    fn move_to(&mut self, key: &TimerKey, until: Timestamp) -> Option<TimerRow> {
        let entry = self.set.get_mut(key)?;
        self.by_time.remove(&(entry.claimable, key.clone()));
        self.by_time.insert((until, key.clone()));
        entry.claimable = until;
        Some(entry.row.clone())
    }

    fn remove(&mut self, key: &TimerKey) {
        if let Some(entry) = self.set.remove(key) {
            self.by_time.remove(&(entry.claimable, key.clone()));
        }
    }
}
