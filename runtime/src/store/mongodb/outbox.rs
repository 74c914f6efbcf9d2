//! Messages that wait in their documents for a broker, and the relays' leases.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use mongodb::bson::{Bson, Document, doc};

use super::access::Access;
use super::pending::Look;
use super::wire::{damaged, entries, time, to_row, uuid};
use crate::store::{Broker, Claim, OutboxRow, StoreError};

/// Documents that are changed at the same time.
const AT_ONCE: usize = 16;

/// The array that holds what waits for a broker.
pub(super) fn field(broker: Broker) -> &'static str {
    match broker {
        Broker::Log => "pending_log",
        Broker::Queues => "pending_queues",
    }
}

/// The end of a lease that begins now, in microseconds since 1970.
pub(super) fn lease_end(claim: &Claim<'_>) -> i64 {
    let lease = SignedDuration::try_from(claim.lease).unwrap_or(SignedDuration::MAX);
    let end = claim.now.checked_add(lease).unwrap_or(Timestamp::MAX);
    end.as_microsecond()
}

impl Access {
    pub(super) async fn claim_outbox(
        &self,
        claim: &Claim<'_>,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let Some(broker) = claim.broker else {
            return Ok(Vec::new());
        };
        if !self.lease(broker, claim).await? {
            return Ok(Vec::new());
        }
        match self.pending.look(broker, claim) {
            Look::In(documents) if documents.is_empty() => Ok(Vec::new()),
            Look::In(documents) => {
                let among = doc! { "_id": { "$in": documents.clone() } };
                let rows = self.waiting(broker, among, claim).await;
                if rows.is_err() {
                    self.pending.found(broker, documents);
                }
                rows
            }
            Look::Everywhere => {
                let rows = self.waiting(broker, Document::new(), claim).await;
                // There may be more than were asked for.
                if rows.as_ref().is_ok_and(|rows| rows.len() < claim.limit) {
                    self.pending.looked(broker, claim.now);
                }
                rows
            }
        }
    }

    /// What waits in the documents that the filter names.
    async fn waiting(
        &self,
        broker: Broker,
        among: Document,
        claim: &Claim<'_>,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let field = field(broker);
        // No sort: the index gives the oldest first, and a server without it
        // would have to hold every document that waits.
        let mut filter = doc! { format!("{field}.at"): { "$gt": 0_i64 } };
        filter.extend(among);
        let found = self.documents.find(filter).projection(doc! { field: 1 });
        let mut cursor = self.ask(found).await?;
        let (mut rows, mut seen) = (Vec::new(), Vec::new());
        while rows.len() < claim.limit
            && let Some(found) = self.next(&mut cursor).await?
        {
            seen.push(found.get_str("_id").map_err(damaged)?.to_owned());
            take_rows(&found, field, claim, &mut rows)?;
        }
        self.pending.found(broker, seen);
        rows.truncate(claim.limit);
        Ok(rows)
    }

    /// Whether the claim's holder has the lease now: nobody has it, it ran out,
    /// or it is the holder's own.
    async fn lease(&self, broker: Broker, claim: &Claim<'_>) -> Result<bool, StoreError> {
        if self.pending.holds(broker, claim) {
            return Ok(true);
        }
        let filter = doc! {
            "_id": broker.as_str(),
            "$or": [
                { "holder": claim.holder },
                { "until": { "$lte": claim.now.as_microsecond() } },
            ],
        };
        let set = doc! { "holder": claim.holder, "until": lease_end(claim) };
        let mine = self
            .upsert(&self.leases, filter, doc! { "$set": set })
            .await?;
        let until = time(lease_end(claim))?;
        let lease = mine.then(|| (claim.holder.to_owned(), until));
        self.pending.leased(broker, lease);
        Ok(mine)
    }

    pub(super) async fn leave_outbox(
        &self,
        broker: Broker,
        holder: &str,
    ) -> Result<(), StoreError> {
        let filter = doc! { "_id": broker.as_str(), "holder": holder };
        self.pending.leased(broker, None);
        self.ask(self.leases.delete_one(filter)).await.map(drop)
    }

    /// By event id, so that deleting twice changes nothing; without a look at
    /// the version, so that no unit of work is disturbed.
    pub(super) async fn delete_outbox(
        &self,
        broker: Broker,
        rows: &[OutboxRow],
    ) -> Result<(), StoreError> {
        let mut by_document: BTreeMap<&str, Vec<Bson>> = BTreeMap::new();
        for row in rows {
            let ids = by_document.entry(document_of(row)?).or_default();
            ids.push(uuid(row.message.id));
        }
        let delete = |(document, ids): (&str, Vec<Bson>)| {
            let gone = doc! { field(broker): { "id": { "$in": ids } } };
            self.update(doc! { "_id": document }, doc! { "$pull": gone })
        };
        let deletions: Vec<_> = by_document.into_iter().map(delete).collect();
        futures_util::stream::iter(deletions)
            .buffer_unordered(AT_ONCE)
            .try_for_each(|_| async { Ok(()) })
            .await
    }

    pub(super) async fn hold_outbox(
        &self,
        broker: Broker,
        row: &OutboxRow,
        reason: &str,
    ) -> Result<(), StoreError> {
        let field = field(broker);
        let filter = doc! {
            "_id": document_of(row)?,
            format!("{field}.id"): uuid(row.message.id),
        };
        let held = doc! { format!("{field}.$.held"): reason };
        self.update(filter, doc! { "$set": held }).await.map(drop)
    }

    pub(super) async fn release_outbox(&self, broker: Broker) -> Result<u64, StoreError> {
        let field = field(broker);
        let held = doc! { format!("{field}.held"): { "$exists": true } };
        let found = self.documents.find(held);
        let fields = doc! { format!("{field}.id"): 1, format!("{field}.held"): 1 };
        let mut cursor = self.ask(found.projection(fields)).await?;
        let mut released = 0;
        while let Some(found) = self.next(&mut cursor).await? {
            let document = found.get_str("_id").map_err(damaged)?;
            for entry in entries(&found, field).filter(|entry| entry.contains_key("held")) {
                let id = entry.get("id").cloned();
                let filter = doc! { "_id": document, format!("{field}.id"): id };
                let held = doc! { format!("{field}.$.held"): "" };
                let done = self.update(filter, doc! { "$unset": held }).await?;
                released += u64::from(done);
            }
        }
        Ok(released)
    }

    pub(super) async fn outbox_depth(&self, broker: Broker) -> Result<u64, StoreError> {
        let field = field(broker);
        let stages = [
            doc! { "$match": { format!("{field}.at"): { "$gt": 0_i64 } } },
            doc! { "$project": { "rows": { "$size": format!("${field}") } } },
            doc! { "$group": { "_id": null, "rows": { "$sum": "$rows" } } },
        ];
        let mut cursor = self.ask(self.documents.aggregate(stages)).await?;
        let Some(sum) = self.next(&mut cursor).await? else {
            return Ok(0);
        };
        match sum.get("rows") {
            Some(Bson::Int32(rows)) => Ok(u64::from(rows.cast_unsigned())),
            Some(Bson::Int64(rows)) => Ok(rows.cast_unsigned()),
            other => Err(damaged(format_args!("{other:?} is no number of rows"))),
        }
    }
}

/// The rows of one document that are wanted. A row that is held holds later ones
/// of its key.
fn take_rows(
    found: &Document,
    field: &str,
    claim: &Claim<'_>,
    rows: &mut Vec<OutboxRow>,
) -> Result<(), StoreError> {
    let document = found.get_str("_id").map_err(damaged)?;
    let mut held = BTreeSet::new();
    for entry in entries(found, field) {
        let row = to_row(document, entry)?;
        let key = row.order_key();
        if entry.contains_key("held") {
            held.insert(key);
        } else if !held.contains(&key) && !claim.except.contains(&key) {
            rows.push(row);
        }
    }
    Ok(())
}

fn document_of(row: &OutboxRow) -> Result<&str, StoreError> {
    let document = row.document.as_deref();
    document.ok_or_else(|| StoreError::Refused("a row of another store".to_owned()))
}
