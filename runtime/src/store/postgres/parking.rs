//! Keys that wait behind a dead letter, and their messages.

use bytes::Bytes;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgPool, Postgres as Sql, Row as _};

use super::wire::{damaged, headers, micros, time};
use crate::store::{InboxKey, ParkScope, Parked, StoreError};
use crate::transport::Record;

/// `$1`–`$3` are the scope, `$4`–`$7` the name of a message, everywhere here.
fn named<'q>(
    query: Query<'q, Sql, PgArguments>,
    scope: &'q ParkScope,
    id: &'q InboxKey,
) -> Query<'q, Sql, PgArguments> {
    query
        .bind(&*scope.group)
        .bind(&*scope.topic)
        .bind(&*scope.key)
        .bind(&*id.consumer)
        .bind(&*id.source)
        .bind(&*id.id)
        .bind(i64::from(id.generation))
}

const PARK_KEY: &str = "INSERT INTO herald.parked_keys VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (scope_group, scope_topic, scope_key) DO UPDATE
        SET consumer = $4, source = $5, id = $6, generation = $7";

pub(super) async fn park_key(
    pool: &PgPool,
    scope: &ParkScope,
    head: &InboxKey,
) -> Result<(), StoreError> {
    named(sqlx::query(PARK_KEY), scope, head)
        .execute(pool)
        .await?;
    Ok(())
}

/// The key's row is locked first: against its release, and so that messages get
/// their places one after the other.
const PARK: &str = "WITH parked_key AS (
        SELECT 1 FROM herald.parked_keys
            WHERE scope_group = $1 AND scope_topic = $2 AND scope_key = $3 FOR UPDATE),
    kept AS (
        INSERT INTO herald.parked (scope_group, scope_topic, scope_key,
                consumer, source, id, generation,
                topic, partition, record_offset, record_key, headers, payload, at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM parked_key
            ON CONFLICT DO NOTHING)
    SELECT EXISTS (SELECT FROM parked_key)";

pub(super) async fn park(
    pool: &PgPool,
    scope: &ParkScope,
    message: &Parked,
) -> Result<bool, StoreError> {
    let record = &message.record;
    let row = named(sqlx::query(PARK), scope, &message.id)
        .bind(&*record.topic)
        .bind(i64::from(record.partition))
        .bind(record.offset.cast_signed())
        .bind(record.key.as_deref())
        .bind(&record.headers.written()[..])
        .bind(record.payload.as_deref())
        .bind(micros(record.timestamp))
        .fetch_one(pool)
        .await?;
    Ok(row.try_get(0)?)
}

const LOCK_KEY: &str = "SELECT 1 FROM herald.parked_keys
    WHERE scope_group = $1 AND scope_topic = $2 AND scope_key = $3
        AND consumer = $4 AND source = $5 AND id = $6 AND generation = $7 FOR UPDATE";

const FIRST: &str = "SELECT consumer, source, id, generation,
        topic, partition, record_offset, record_key, headers, payload, at
    FROM herald.parked
    WHERE scope_group = $1 AND scope_topic = $2 AND scope_key = $3
    ORDER BY place LIMIT 1";

const FREE_KEY: &str = "DELETE FROM herald.parked_keys
    WHERE scope_group = $1 AND scope_topic = $2 AND scope_key = $3";

pub(super) async fn next(
    pool: &PgPool,
    scope: &ParkScope,
    head: &InboxKey,
) -> Result<Option<Parked>, StoreError> {
    let mut tx = pool.begin().await?;
    let locked = named(sqlx::query(LOCK_KEY), scope, head)
        .fetch_optional(&mut *tx)
        .await?;
    if locked.is_none() {
        return Ok(None);
    }
    let of_scope = |sql| {
        let query = sqlx::query(sql).bind(&*scope.group);
        query.bind(&*scope.topic).bind(&*scope.key)
    };
    let first = of_scope(FIRST).fetch_optional(&mut *tx).await?;
    if first.is_none() {
        of_scope(FREE_KEY).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    first.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> Result<Parked, StoreError> {
    let bytes = |column: Option<Vec<u8>>| column.map(Bytes::from);
    let generation: i64 = row.try_get(3)?;
    let partition: i64 = row.try_get(5)?;
    Ok(Parked {
        id: InboxKey {
            consumer: row.try_get::<&str, _>(0)?.into(),
            source: row.try_get(1)?,
            id: row.try_get(2)?,
            generation: generation.try_into().map_err(damaged)?,
        },
        record: Record {
            topic: row.try_get::<&str, _>(4)?.into(),
            partition: partition.try_into().map_err(damaged)?,
            offset: row.try_get::<i64, _>(6)?.cast_unsigned(),
            key: bytes(row.try_get(7)?),
            headers: headers(row.try_get(8)?)?,
            payload: bytes(row.try_get(9)?),
            timestamp: time(row.try_get(10)?)?,
        },
    })
}

const REMOVE: &str = "DELETE FROM herald.parked
    WHERE scope_group = $1 AND scope_topic = $2 AND scope_key = $3
        AND consumer = $4 AND source = $5 AND id = $6 AND generation = $7";

pub(super) async fn remove(
    pool: &PgPool,
    scope: &ParkScope,
    id: &InboxKey,
) -> Result<(), StoreError> {
    named(sqlx::query(REMOVE), scope, id).execute(pool).await?;
    Ok(())
}
