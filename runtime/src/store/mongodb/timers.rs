//! Timers, each in the document of its key.
//!
//! The array is written as a whole by whoever read it last: `timers_rev` counts
//! its changes. `next_timer` is the earliest time in it.

use jiff::Timestamp;
use mongodb::bson::{Bson, Document, doc};

use super::access::Access;
use super::outbox::lease_end;
use super::wire::{
    binary, bytes, damaged, entries, from_headers, number, time, to_headers, uuid, uuid_of,
};
use crate::store::names::intern;
use crate::store::{Claim, Effects, StoreError, TimerKey, TimerRow};

/// A timer that was set, and when it may be claimed: when it is due, or when the
/// claim on it runs out.
#[derive(Clone)]
struct Timer {
    row: TimerRow,
    at: i64,
}

/// The timers of a document as they were read.
struct Timers {
    list: Vec<Timer>,
    revision: i64,
}

/// Whether a unit reads or changes timers.
pub(super) fn are_touched(effects: &Effects) -> bool {
    effects.fired.is_some() || !effects.cancelled.is_empty() || !effects.set_timers.is_empty()
}

/// Adds a unit's timers to its commit. `false` if the timer whose unit it is is
/// not set any more.
pub(super) fn change(
    effects: &Effects,
    read: &Document,
    filter: &mut Document,
    update: &mut Document,
) -> Result<bool, StoreError> {
    let mut timers = Timers::of(read)?;
    if let Some(fired) = &effects.fired {
        if !timers.list.iter().any(|timer| timer.row.id == fired.id) {
            return Ok(false);
        }
        timers.remove(&fired.timer);
    }
    for cancelled in &effects.cancelled {
        timers.remove(cancelled);
    }
    for row in &effects.set_timers {
        timers.remove(&row.timer);
        let at = row.due.as_microsecond();
        let row = row.clone();
        timers.list.push(Timer { row, at });
    }
    timers.write(filter, update);
    Ok(true)
}

impl Timers {
    fn of(read: &Document) -> Result<Self, StoreError> {
        let list: Result<_, _> = entries(read, "timers").map(to_timer).collect();
        Ok(Self {
            list: list?,
            revision: number(read, "timers_rev"),
        })
    }

    fn remove(&mut self, key: &TimerKey) {
        self.list.retain(|timer| timer.row.timer != *key);
    }

    /// Adds them to an update that fits only the revision they were read at.
    fn write(&self, filter: &mut Document, update: &mut Document) {
        let expected = match self.revision {
            // An equality would be written into a document that is new.
            0 => doc! { "$exists": false }.into(),
            revision => Bson::Int64(revision),
        };
        filter.insert("timers_rev", expected);
        let timers: Vec<_> = self.list.iter().map(from_timer).collect();
        let set = doc! { "timers": timers, "timers_rev": self.revision + 1 };
        merge(update, "$set", set);
        match self.list.iter().map(|timer| timer.at).min() {
            Some(next) => merge(update, "$set", doc! { "next_timer": next }),
            None => merge(update, "$unset", doc! { "next_timer": "" }),
        }
    }
}

fn merge(update: &mut Document, operator: &str, more: Document) {
    match update.get_document_mut(operator) {
        Ok(fields) => fields.extend(more),
        Err(_) => {
            update.insert(operator, more);
        }
    }
}

fn from_timer(timer: &Timer) -> Document {
    let row = &timer.row;
    doc! {
        "id": uuid(row.id),
        "name": row.timer.name,
        "key": &row.timer.key,
        "due": row.due.as_microsecond(),
        "at": timer.at,
        "headers": from_headers(&row.headers),
        "payload": binary(&row.payload),
    }
}

fn to_timer(from: &Document) -> Result<Timer, StoreError> {
    let timer = TimerKey {
        name: intern(from.get_str("name").map_err(damaged)?),
        key: from.get_str("key").map_err(damaged)?.to_owned(),
    };
    let row = TimerRow {
        id: uuid_of(from, "id")?,
        timer,
        due: time(number(from, "due"))?,
        payload: bytes(from, "payload")?,
        headers: to_headers(from)?,
    };
    let at = number(from, "at");
    Ok(Timer { row, at })
}

impl Access {
    pub(super) async fn claim_timers(
        &self,
        claim: &Claim<'_>,
    ) -> Result<Vec<TimerRow>, StoreError> {
        let now = claim.now.as_microsecond();
        let due = doc! { "next_timer": { "$lte": now } };
        let found = self.documents.find(due).sort(doc! { "next_timer": 1 });
        let found = found.projection(doc! { "timers": 1, "timers_rev": 1 });
        let limit = claim.limit.try_into().unwrap_or(i64::MAX);
        let mut cursor = self.ask(found.limit(limit)).await?;
        let mut claimed = Vec::new();
        while claimed.len() < claim.limit
            && let Some(found) = self.next(&mut cursor).await?
        {
            let left = claim.limit - claimed.len();
            let rows = self.claim_of(&found, left, now, lease_end(claim)).await?;
            claimed.extend(rows);
        }
        claimed.sort_by_key(|row| row.due);
        Ok(claimed)
    }

    /// Claims what is due in one document; nothing if somebody else was first.
    async fn claim_of(
        &self,
        found: &Document,
        limit: usize,
        now: i64,
        until: i64,
    ) -> Result<Vec<TimerRow>, StoreError> {
        let mut timers = Timers::of(found)?;
        timers.list.sort_by_key(|timer| timer.at);
        let due = timers.list.iter_mut().filter(|timer| timer.at <= now);
        let mut rows = Vec::new();
        for timer in due.take(limit) {
            timer.at = until;
            rows.push(timer.row.clone());
        }
        let id = found.get_str("_id").map_err(damaged)?;
        let (mut filter, mut update) = (doc! { "_id": id }, Document::new());
        timers.write(&mut filter, &mut update);
        let mine = self.update(filter, update).await?;
        Ok(if mine { rows } else { Vec::new() })
    }

    /// Does nothing if that setting of the timer is gone.
    pub(super) async fn postpone_timer(
        &self,
        row: &TimerRow,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let id = &row.timer.key;
        let fields = doc! { "timers": 1, "timers_rev": 1 };
        while let Some(found) = self.read(id, fields.clone()).await? {
            let mut timers = Timers::of(&found)?;
            let mut list = timers.list.iter_mut();
            let Some(timer) = list.find(|timer| timer.row.id == row.id) else {
                break;
            };
            timer.at = until.as_microsecond();
            let (mut filter, mut update) = (doc! { "_id": id }, Document::new());
            timers.write(&mut filter, &mut update);
            if self.update(filter, update).await? {
                break;
            }
        }
        Ok(())
    }

    pub(super) async fn next_timer(&self) -> Result<Option<Timestamp>, StoreError> {
        let set = doc! { "next_timer": { "$gt": 0_i64 } };
        let first = self.documents.find_one(set).sort(doc! { "next_timer": 1 });
        let first = first.projection(doc! { "next_timer": 1 });
        let first = self.ask(first).await?;
        let at = first.map(|first| time(number(&first, "next_timer")));
        at.transpose()
    }
}
