//! Timers that are due.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};

use super::wire::{headers, micros, time};
use crate::store::names::intern;
use crate::store::{Claim, StoreError, TimerKey, TimerRow};

/// Timers that another instance is claiming, or whose unit is committing, are
/// passed over rather than waited for.
const CLAIM: &str = "UPDATE herald.timers t SET claimable = $2
    FROM (SELECT name, key FROM herald.timers
            WHERE claimable <= $1 ORDER BY claimable LIMIT $3
            FOR UPDATE SKIP LOCKED) AS d
    WHERE t.name = d.name AND t.key = d.key
    RETURNING t.id, t.name, t.key, t.due, t.payload, t.headers";

pub(super) async fn claim(pool: &PgPool, claim: &Claim<'_>) -> Result<Vec<TimerRow>, StoreError> {
    let lease = SignedDuration::try_from(claim.lease).unwrap_or(SignedDuration::MAX);
    let until = claim.now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let rows = sqlx::query(CLAIM)
        .bind(micros(claim.now))
        .bind(micros(until))
        .bind(i64::try_from(claim.limit).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    let mut due: Vec<_> = rows.iter().map(read).collect::<Result<_, _>>()?;
    due.sort_by_key(|row| row.due);
    Ok(due)
}

fn read(row: &PgRow) -> Result<TimerRow, StoreError> {
    Ok(TimerRow {
        id: row.try_get(0)?,
        timer: TimerKey {
            name: intern(row.try_get(1)?),
            key: row.try_get(2)?,
        },
        due: time(row.try_get(3)?)?,
        payload: Bytes::from(row.try_get::<Vec<u8>, _>(4)?),
        headers: headers(row.try_get(5)?)?,
    })
}

pub(super) async fn postpone(
    pool: &PgPool,
    timer: &TimerRow,
    until: Timestamp,
) -> Result<(), StoreError> {
    let postpone =
        "UPDATE herald.timers SET claimable = $1 WHERE name = $2 AND key = $3 AND id = $4";
    sqlx::query(postpone)
        .bind(micros(until))
        .bind(timer.timer.name)
        .bind(&timer.timer.key)
        .bind(timer.id)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn next(pool: &PgPool) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<i64> = sqlx::query_scalar("SELECT min(claimable) FROM herald.timers")
        .fetch_one(pool)
        .await?;
    next.map(time).transpose()
}
