//! The window of processed ids: forgotten by age alone.

use jiff::{SignedDuration, Timestamp};
use mongodb::bson::{Document, doc};

use super::access::Access;
use super::wire::{damaged, entries, number};
use crate::store::StoreError;

impl Access {
    pub(super) async fn prune(&self, older_than: Timestamp) -> Result<u64, StoreError> {
        let limit = older_than.as_microsecond();
        let old = doc! { "oldest": { "$lt": limit } };
        let found = self.documents.find(old).projection(doc! { "_id": 1 });
        let mut cursor = self.ask(found).await?;
        let mut pruned = 0;
        while let Some(found) = self.next(&mut cursor).await? {
            let id = found.get_str("_id").map_err(damaged)?;
            pruned += self.prune_one(id, limit).await?;
        }
        Ok(pruned)
    }

    /// Forgets what is older than the window in one document.
    pub(super) async fn forget_old(&self, id: &str, now: Timestamp) -> Result<u64, StoreError> {
        let window = SignedDuration::try_from(self.limits.window).unwrap_or(SignedDuration::MAX);
        let limit = now.checked_sub(window).unwrap_or(Timestamp::MIN);
        self.prune_one(id, limit.as_microsecond()).await
    }

    /// The version changes whenever an id is added and the number whenever one
    /// is forgotten, so both together say that nothing happened since the look.
    async fn prune_one(&self, id: &str, limit: i64) -> Result<u64, StoreError> {
        let fields = doc! {
            "version": 1,
            "processed_n": 1,
            "processed.at": 1,
            "processed.bytes": 1,
        };
        while let Some(found) = self.read(id, fields.clone()).await? {
            let rows = entries(&found, "processed");
            let (old, young): (Vec<_>, Vec<_>) = rows.partition(|row| number(row, "at") < limit);
            if old.is_empty() {
                break;
            }
            let forgotten = old.len() as u64;
            let bytes = old.iter().map(|row| number(row, "bytes")).sum();
            let oldest = young.iter().map(|row| number(row, "at")).min();
            let filter = doc! {
                "_id": id,
                "version": number(&found, "version"),
                "processed_n": number(&found, "processed_n"),
            };
            let update = forget(limit, forgotten, bytes, oldest);
            if self.update(filter, update).await? {
                return Ok(forgotten);
            }
        }
        Ok(0)
    }
}

fn forget(limit: i64, forgotten: u64, bytes: i64, oldest: Option<i64>) -> Document {
    let mut update = doc! {
        "$pull": { "processed": { "at": { "$lt": limit } } },
        "$inc": { "processed_n": -forgotten.cast_signed(), "answer_bytes": -bytes },
    };
    match oldest {
        Some(oldest) => update.insert("$set", doc! { "oldest": oldest }),
        None => update.insert("$unset", doc! { "oldest": "" }),
    };
    update
}
