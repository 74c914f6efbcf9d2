//! The outbox as a relay sees it.

use bytes::Bytes;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};
use uuid::Uuid;

use super::listen::CHANNEL;
use super::wire::{broker_number, headers, lane};
use crate::store::names::intern;
use crate::store::{Broker, Claim, Destination, OutboxRow, Outgoing, StoreError};

/// Takes or renews the lease, by the server's clock, and reads. Numbers of one
/// lane become visible in their order, so the first rows by number hold no gap
/// within a lane.
const CLAIM: &str = "WITH leased AS (
        INSERT INTO herald.lease AS l (broker, holder, until)
            VALUES ($1, $2, clock_timestamp() + $3 * interval '1 microsecond')
            ON CONFLICT (broker) DO UPDATE
                SET holder = excluded.holder, until = excluded.until
                WHERE l.holder = excluded.holder OR l.until <= clock_timestamp()
            RETURNING 1)
    SELECT o.sequence, o.id, o.name, o.destination, o.routing_key, o.key, o.headers, o.payload
    FROM herald.outbox o
    WHERE o.broker = $1
        AND EXISTS (SELECT FROM leased)
        AND o.lane <> ALL ($4)
        AND NOT EXISTS (SELECT FROM herald.held h WHERE h.lane = o.lane)
    ORDER BY o.sequence
    LIMIT $5";

/// Wakes the relay that holds the lease, where that is another instance's.
const WAKE: &str = "SELECT pg_notify($3, $4) FROM herald.lease l
    WHERE l.broker = $1 AND l.holder <> $2 AND l.until > clock_timestamp()
        AND EXISTS (SELECT FROM herald.outbox o WHERE o.broker = $1)";

pub(super) async fn claim(pool: &PgPool, claim: &Claim<'_>) -> Result<Vec<OutboxRow>, StoreError> {
    let Some(broker) = claim.broker else {
        return Ok(Vec::new());
    };
    let except = claim.except.iter();
    let except: Vec<Uuid> = except.map(|(place, key)| lane(place, key)).collect();
    let lease = i64::try_from(claim.lease.as_micros()).unwrap_or(i64::MAX);
    let rows = sqlx::query(CLAIM)
        .bind(broker_number(broker))
        .bind(claim.holder)
        .bind(lease)
        .bind(except)
        .bind(i64::try_from(claim.limit).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    if rows.is_empty() {
        // A commit woke us, but the rows are another's to publish.
        sqlx::query(WAKE)
            .bind(broker_number(broker))
            .bind(claim.holder)
            .bind(CHANNEL)
            .bind(broker.as_str())
            .execute(pool)
            .await?;
    }
    rows.iter().map(read).collect()
}

/// Gives the lease up, and wakes those who wait for it.
const LEAVE: &str = "WITH gone AS (
        DELETE FROM herald.lease WHERE broker = $1 AND holder = $2 RETURNING 1)
    SELECT pg_notify($3, $4) FROM gone";

pub(super) async fn leave(pool: &PgPool, broker: Broker, holder: &str) -> Result<(), StoreError> {
    sqlx::query(LEAVE)
        .bind(broker_number(broker))
        .bind(holder)
        .bind(CHANNEL)
        .bind(broker.as_str())
        .execute(pool)
        .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<OutboxRow, StoreError> {
    let place: &str = row.try_get(3)?;
    let destination = match row.try_get::<Option<&str>, _>(4)? {
        None => Destination::Topic(place.into()),
        Some(routing_key) => Destination::Exchange {
            exchange: place.into(),
            routing_key: routing_key.into(),
        },
    };
    let key: Option<&[u8]> = row.try_get(5)?;
    Ok(OutboxRow {
        sequence: row.try_get::<i64, _>(0)?.cast_unsigned(),
        document: None,
        message: Outgoing {
            id: row.try_get(1)?,
            name: intern(row.try_get(2)?),
            destination,
            key: key.map(Bytes::copy_from_slice),
            headers: headers(row.try_get(6)?)?,
            payload: Bytes::from(row.try_get::<Vec<u8>, _>(7)?),
        },
    })
}

pub(super) async fn delete(
    pool: &PgPool,
    broker: Broker,
    rows: &[OutboxRow],
) -> Result<(), StoreError> {
    let numbers = rows.iter().map(|row| row.sequence.cast_signed());
    sqlx::query("DELETE FROM herald.outbox WHERE broker = $1 AND sequence = ANY ($2)")
        .bind(broker_number(broker))
        .bind(numbers.collect::<Vec<_>>())
        .execute(pool)
        .await?;
    Ok(())
}

/// A row that another relay published and deleted meanwhile holds nothing.
const HOLD: &str = "INSERT INTO herald.held (lane, broker, sequence, reason)
    SELECT o.lane, o.broker, o.sequence, $3 FROM herald.outbox o
        WHERE o.broker = $1 AND o.sequence = $2
    ON CONFLICT (lane) DO NOTHING";

pub(super) async fn hold(
    pool: &PgPool,
    broker: Broker,
    row: &OutboxRow,
    reason: &str,
) -> Result<(), StoreError> {
    sqlx::query(HOLD)
        .bind(broker_number(broker))
        .bind(row.sequence.cast_signed())
        .bind(reason)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn release(pool: &PgPool, broker: Broker) -> Result<u64, StoreError> {
    let released = sqlx::query("DELETE FROM herald.held WHERE broker = $1")
        .bind(broker_number(broker))
        .execute(pool)
        .await?;
    Ok(released.rows_affected())
}

pub(super) async fn depth(pool: &PgPool, broker: Broker) -> Result<u64, StoreError> {
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM herald.outbox WHERE broker = $1")
        .bind(broker_number(broker))
        .fetch_one(pool)
        .await?;
    Ok(rows.cast_unsigned())
}
