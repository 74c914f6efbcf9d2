//! Payments in PostgreSQL.

use generated::types::DeclineReason;
use herald::store::StoreError;
use herald::store::postgres::{Migration, Postgres, PostgresTx, decimal, symbol};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};
use uuid::Uuid;

use crate::book::Payment;
use crate::store::Payments;

/// The service's tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "payments",
    sql: include_str!("../migrations/1_payments.sql"),
}];

const READ: &str = "SELECT payment_id, order_id, customer_email, amount::text, currency, state,
        decline_reason, refund_wanted
    FROM payments WHERE order_id = $1";

const LOCK: &str = "SELECT payment_id, order_id, customer_email, amount::text, currency, state,
        decline_reason, refund_wanted
    FROM payments WHERE order_id = $1 FOR UPDATE";

const PUT: &str = "INSERT INTO payments (payment_id, order_id, customer_email, amount, currency,
        state, decline_reason, refund_wanted)
    VALUES ($1, $2, $3, $4::numeric, $5, $6, $7, $8)
    ON CONFLICT (order_id) DO UPDATE SET
        payment_id = excluded.payment_id, customer_email = excluded.customer_email,
        amount = excluded.amount, currency = excluded.currency, state = excluded.state,
        decline_reason = excluded.decline_reason, refund_wanted = excluded.refund_wanted";

impl Payments for Postgres {
    type Tx = PostgresTx;

    async fn get(&self, tx: &mut Self::Tx, order_id: Uuid) -> Result<Option<Payment>, StoreError> {
        let there = one(LOCK, tx.connection().await?, order_id).await?;
        if there.is_some() {
            return Ok(there);
        }
        // A row that is not there cannot be locked: its name is, and looked at again.
        let connection = tx.lock([format!("payment {order_id}")]).await?;
        one(LOCK, connection, order_id).await
    }

    async fn put(&self, tx: &mut Self::Tx, payment: Payment) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(payment.payment_id)
            .bind(payment.order_id)
            .bind(payment.customer_email)
            .bind(payment.amount.to_string())
            .bind(payment.currency)
            .bind(payment.state.as_str())
            .bind(payment.decline_reason.map(DeclineReason::as_str))
            .bind(payment.refund_wanted)
            .execute(tx.connection().await?)
            .await?;
        Ok(())
    }

    async fn find(&self, order_id: Uuid) -> Result<Option<Payment>, StoreError> {
        one(READ, self.pool(), order_id).await
    }
}

async fn one(
    sql: &'static str,
    executor: impl PgExecutor<'_>,
    order_id: Uuid,
) -> Result<Option<Payment>, StoreError> {
    let row = sqlx::query(sql)
        .bind(order_id)
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> Result<Payment, StoreError> {
    let reason: Option<&str> = row.try_get(6)?;
    Ok(Payment {
        payment_id: row.try_get(0)?,
        order_id: row.try_get(1)?,
        customer_email: row.try_get(2)?,
        amount: decimal(row.try_get(3)?)?,
        currency: row.try_get(4)?,
        state: symbol(row.try_get(5)?)?,
        decline_reason: reason.map(symbol).transpose()?,
        refund_wanted: row.try_get(7)?,
    })
}
