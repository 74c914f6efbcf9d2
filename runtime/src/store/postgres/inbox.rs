//! Whether a unit of work may begin, and how long it is remembered.

use bytes::Bytes;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};

use super::tx::PostgresTx;
use super::wire::micros;
use crate::store::{Answer, Begun, StoreError, Unit};

/// Inbox row and parking in one look; NULL for what a unit does not have.
const LOOK: &str = "SELECT i.id IS NOT NULL, i.status, i.body, i.request, p.scope_key IS NOT NULL
    FROM (SELECT 1) AS one
    LEFT JOIN herald.inbox i
        ON i.consumer = $1 AND i.source = $2 AND i.id = $3 AND i.generation = $4
    LEFT JOIN herald.parked_keys p
        ON p.scope_group = $5 AND p.scope_topic = $6 AND p.scope_key = $7
        AND (p.consumer, p.source, p.id, p.generation) IS DISTINCT FROM ($1, $2, $3, $4)";

pub(super) async fn begin(pool: &PgPool, unit: &Unit) -> Result<Begun<PostgresTx>, StoreError> {
    let fresh = || Begun::Fresh(PostgresTx::new(pool.clone()));
    if unit.inbox.is_none() && unit.park.is_none() {
        return Ok(fresh());
    }
    let (inbox, park) = (unit.inbox.as_ref(), unit.park.as_ref());
    let row = sqlx::query(LOOK)
        .bind(inbox.map(|key| &*key.consumer))
        .bind(inbox.map(|key| &*key.source))
        .bind(inbox.map(|key| &*key.id))
        .bind(inbox.map(|key| i64::from(key.generation)))
        .bind(park.map(|scope| &*scope.group))
        .bind(park.map(|scope| &*scope.topic))
        .bind(park.map(|scope| &*scope.key))
        .fetch_one(pool)
        .await?;
    if row.try_get(0)? {
        return Ok(Begun::Seen(answer(&row, 1)?));
    }
    Ok(if row.try_get(4)? {
        Begun::Parked
    } else {
        fresh()
    })
}

/// The answer in three columns from `at` on: status, body, digest of the request.
pub(super) fn answer(row: &PgRow, at: usize) -> Result<Option<Answer>, StoreError> {
    let Some(status) = row.try_get::<Option<i32>, _>(at)? else {
        return Ok(None);
    };
    Ok(Some(Answer {
        status: u16::try_from(status).map_err(super::wire::damaged)?,
        body: Bytes::from(row.try_get::<Vec<u8>, _>(at + 1)?),
        request: row.try_get::<i64, _>(at + 2)?.cast_unsigned(),
    }))
}

/// In batches, so that no statement runs into its timeout or locks for long.
const PRUNE: &str = "DELETE FROM herald.inbox WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM herald.inbox WHERE at < $1 LIMIT 10000))";

pub(super) async fn prune(pool: &PgPool, older_than: Timestamp) -> Result<u64, StoreError> {
    let mut pruned = 0;
    loop {
        let batch = sqlx::query(PRUNE)
            .bind(micros(older_than))
            .execute(pool)
            .await?
            .rows_affected();
        pruned += batch;
        if batch == 0 {
            return Ok(pruned);
        }
    }
}
