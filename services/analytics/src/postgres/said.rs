//! What streams said last.

use generated::types::DeclineReason;
use herald::store::StoreError;
use herald::store::postgres::decimal;
use sqlx::{PgConnection, PgPool, Row as _};

use crate::store::Closed;

const PUT_CLOSED: &str = "INSERT INTO closed_sales (minute, country, lines, pieces, revenue)
    VALUES ($1, $2, $3, $4, $5::numeric)
    ON CONFLICT (minute, country) DO UPDATE SET
        lines = excluded.lines, pieces = excluded.pieces, revenue = excluded.revenue";

const PUT_DECLINES: &str = "INSERT INTO declines (reason, orders) VALUES ($1, $2)
    ON CONFLICT (reason) DO UPDATE SET orders = excluded.orders";

const CLOSED: &str = "SELECT minute, country, lines, pieces, revenue::text
    FROM closed_sales WHERE minute >= $1 ORDER BY minute COLLATE \"C\", country COLLATE \"C\"";

pub(super) async fn put_closed(
    connection: &mut PgConnection,
    closed: &Closed,
) -> Result<(), StoreError> {
    sqlx::query(PUT_CLOSED)
        .bind(&closed.minute)
        .bind(&closed.country)
        .bind(closed.lines)
        .bind(closed.pieces)
        .bind(closed.revenue.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn put_declines(
    connection: &mut PgConnection,
    reason: DeclineReason,
    orders: i64,
) -> Result<(), StoreError> {
    sqlx::query(PUT_DECLINES)
        .bind(reason.as_str())
        .bind(orders)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn closed(pool: &PgPool, since: &str) -> Result<Vec<Closed>, StoreError> {
    let rows = sqlx::query(CLOSED).bind(since).fetch_all(pool).await?;
    let read = rows.iter().map(|row| {
        Ok(Closed {
            minute: row.try_get(0)?,
            country: row.try_get(1)?,
            lines: row.try_get(2)?,
            pieces: row.try_get(3)?,
            revenue: decimal(row.try_get(4)?)?,
        })
    });
    read.collect()
}

pub(super) async fn declines(pool: &PgPool) -> Result<Vec<(DeclineReason, i64)>, StoreError> {
    super::sums::by_symbol(pool, "SELECT reason, orders FROM declines").await
}
