//! Stock in PostgreSQL.

use generated::types::StockLine;
use herald::store::StoreError;
use herald::store::postgres::{Migration, Postgres, PostgresTx};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};
use uuid::Uuid;

use crate::shelf::{Level, Levels, Reservation, ReservationState};
use crate::store::Stock;

/// The service's tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "stock",
    sql: include_str!("../migrations/1_stock.sql"),
}];

const LOCK_LEVELS: &str = "SELECT sku, on_hand, reserved FROM levels
    WHERE sku = ANY ($1) ORDER BY sku FOR UPDATE";

const PUT_LEVELS: &str = "INSERT INTO levels (sku, on_hand, reserved)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
    ON CONFLICT (sku) DO UPDATE
        SET on_hand = excluded.on_hand, reserved = excluded.reserved";

const LOCK_RESERVATION: &str = "SELECT state, skus, quantities FROM reservations
    WHERE order_id = $1 FOR UPDATE";

const PUT_RESERVATION: &str = "INSERT INTO reservations (order_id, state, skus, quantities)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (order_id) DO UPDATE
        SET state = excluded.state, skus = excluded.skus, quantities = excluded.quantities";

impl Stock for Postgres {
    type Tx = PostgresTx;

    async fn levels<'a>(
        &self,
        tx: &mut Self::Tx,
        skus: impl Iterator<Item = &'a str> + Send,
    ) -> Result<Levels, StoreError> {
        let skus: Vec<&str> = skus.collect();
        let levels = lock_levels(tx.connection().await?, &skus).await?;
        let unknown = skus.iter().filter(|sku| !levels.contains_key(**sku));
        let names: Vec<String> = unknown.map(|sku| format!("article {sku}")).collect();
        if names.is_empty() {
            return Ok(levels);
        }
        // Rows that are not there cannot be locked: their names are, and looked at again.
        lock_levels(tx.lock(names).await?, &skus).await
    }

    async fn put_levels(&self, tx: &mut Self::Tx, levels: Levels) -> Result<(), StoreError> {
        let each = |number: fn(&Level) -> i64| levels.values().map(number).collect::<Vec<_>>();
        sqlx::query(PUT_LEVELS)
            .bind(levels.keys().map(String::as_str).collect::<Vec<_>>())
            .bind(each(|level| level.on_hand))
            .bind(each(|level| level.reserved))
            .execute(tx.connection().await?)
            .await?;
        Ok(())
    }

    async fn reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
    ) -> Result<Option<Reservation>, StoreError> {
        let there = lock_reservation(tx.connection().await?, order_id).await?;
        if there.is_some() {
            return Ok(there);
        }
        let connection = tx.lock([format!("reservation {order_id}")]).await?;
        lock_reservation(connection, order_id).await
    }

    async fn put_reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        reservation: Reservation,
    ) -> Result<(), StoreError> {
        let lines = reservation.lines.iter();
        let skus: Vec<&str> = lines.clone().map(|line| &*line.sku).collect();
        sqlx::query(PUT_RESERVATION)
            .bind(order_id)
            .bind(state_name(reservation.state))
            .bind(skus)
            .bind(lines.map(|line| line.quantity).collect::<Vec<_>>())
            .execute(tx.connection().await?)
            .await?;
        Ok(())
    }

    async fn level(&self, sku: &str) -> Result<Option<Level>, StoreError> {
        let row = sqlx::query("SELECT sku, on_hand, reserved FROM levels WHERE sku = $1")
            .bind(sku)
            .fetch_optional(self.pool())
            .await?;
        Ok(row
            .as_ref()
            .map(read_level)
            .transpose()?
            .map(|(_, level)| level))
    }

    async fn all(&self) -> Result<Levels, StoreError> {
        let rows = sqlx::query("SELECT sku, on_hand, reserved FROM levels")
            .fetch_all(self.pool())
            .await?;
        rows.iter().map(read_level).collect()
    }
}

async fn lock_levels(executor: impl PgExecutor<'_>, skus: &[&str]) -> Result<Levels, StoreError> {
    let rows = sqlx::query(LOCK_LEVELS)
        .bind(skus)
        .fetch_all(executor)
        .await?;
    rows.iter().map(read_level).collect()
}

fn read_level(row: &PgRow) -> Result<(String, Level), StoreError> {
    let level = Level {
        on_hand: row.try_get(1)?,
        reserved: row.try_get(2)?,
    };
    Ok((row.try_get(0)?, level))
}

async fn lock_reservation(
    executor: impl PgExecutor<'_>,
    order_id: Uuid,
) -> Result<Option<Reservation>, StoreError> {
    let row = sqlx::query(LOCK_RESERVATION)
        .bind(order_id)
        .fetch_optional(executor)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let skus: Vec<String> = row.try_get(1)?;
    let quantities: Vec<i32> = row.try_get(2)?;
    let lines = skus.into_iter().zip(quantities);
    let line = |(sku, quantity)| StockLine { sku, quantity };
    Ok(Some(Reservation {
        state: state_named(row.try_get(0)?)?,
        lines: lines.map(line).collect(),
    }))
}

fn state_name(state: ReservationState) -> &'static str {
    match state {
        ReservationState::Rejected => "REJECTED",
        ReservationState::Reserved => "RESERVED",
        ReservationState::Shipped => "SHIPPED",
        ReservationState::Released => "RELEASED",
        ReservationState::Returned => "RETURNED",
    }
}

fn state_named(name: &str) -> Result<ReservationState, StoreError> {
    match name {
        "REJECTED" => Ok(ReservationState::Rejected),
        "RESERVED" => Ok(ReservationState::Reserved),
        "SHIPPED" => Ok(ReservationState::Shipped),
        "RELEASED" => Ok(ReservationState::Released),
        "RETURNED" => Ok(ReservationState::Returned),
        other => Err(StoreError::Refused(format!("{other:?} is no state"))),
    }
}
