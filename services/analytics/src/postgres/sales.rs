//! What is remembered of each order.

use herald::avro::codec::TimestampMillis;
use herald::store::StoreError;
use herald::store::postgres::{decimal, symbol};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use crate::sales::Sale;
use crate::store::Outcome;

const LOCK: &str = "SELECT state, country, minute, skus, pieces, amounts::text[],
        accepted_at, took_ms FROM sales WHERE order_id = $1 FOR UPDATE";

const PUT: &str = "INSERT INTO sales (order_id, state, country, minute, skus, pieces, amounts,
        accepted_at, took_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7::text[]::numeric[], $8, $9)
    ON CONFLICT (order_id) DO UPDATE SET
        state = excluded.state, country = excluded.country, minute = excluded.minute,
        skus = excluded.skus, pieces = excluded.pieces, amounts = excluded.amounts,
        accepted_at = excluded.accepted_at, took_ms = excluded.took_ms";

const MARK: &str = "INSERT INTO outcomes (order_id, outcome) VALUES ($1, $2)
    ON CONFLICT (order_id, outcome) DO NOTHING";

/// The sale of an order, locked until the transaction ends.
pub(super) async fn lock(
    connection: &mut PgConnection,
    order_id: Uuid,
) -> Result<Option<Sale>, StoreError> {
    let row = sqlx::query(LOCK)
        .bind(order_id)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let skus: Vec<String> = row.try_get(3)?;
    let pieces: Vec<i32> = row.try_get(4)?;
    let amounts: Vec<String> = row.try_get(5)?;
    let lines = skus.into_iter().zip(pieces).zip(amounts);
    let line = |((sku, pieces), amount): ((String, i32), String)| {
        Ok::<_, StoreError>((sku, pieces, decimal(&amount)?))
    };
    Ok(Some(Sale {
        order_id,
        state: symbol(row.try_get(0)?)?,
        country: row.try_get(1)?,
        minute: row.try_get(2)?,
        lines: lines.map(line).collect::<Result<_, _>>()?,
        accepted_at: row.try_get::<Option<i64>, _>(6)?.map(TimestampMillis),
        took_ms: row.try_get(7)?,
    }))
}

/// Writes the sale of an order.
pub(super) async fn put(connection: &mut PgConnection, sale: &Sale) -> Result<(), StoreError> {
    let lines = sale.lines.iter();
    let skus: Vec<&str> = lines.clone().map(|(sku, ..)| &**sku).collect();
    let pieces: Vec<i32> = lines.clone().map(|(_, pieces, _)| *pieces).collect();
    let amounts: Vec<String> = lines.map(|(.., amount)| amount.to_string()).collect();
    sqlx::query(PUT)
        .bind(sale.order_id)
        .bind(sale.state.as_str())
        .bind(&sale.country)
        .bind(&sale.minute)
        .bind(skus)
        .bind(pieces)
        .bind(amounts)
        .bind(sale.accepted_at.map(|at| at.0))
        .bind(sale.took_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Remembers what else happened to an order.
pub(super) async fn mark(
    connection: &mut PgConnection,
    order_id: Uuid,
    outcome: Outcome,
) -> Result<(), StoreError> {
    sqlx::query(MARK)
        .bind(order_id)
        .bind(outcome_name(outcome))
        .execute(connection)
        .await?;
    Ok(())
}

/// An outcome in its column.
pub(super) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Declined => "declined",
        Outcome::Short => "short",
    }
}
