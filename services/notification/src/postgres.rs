//! The memory of what was sent, in PostgreSQL.

use generated::types::MailView;
use herald::avro::codec::TimestampMillis;
use herald::store::StoreError;
use herald::store::postgres::{Migration, Postgres, PostgresTx, symbol};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::store::SentMails;

/// The service's tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "mails",
    sql: include_str!("../migrations/1_mails.sql"),
}];

const RECORD: &str = "INSERT INTO mails (message_id, order_id, recipient, template, subject,
        sent_at_millis)
    VALUES ($1, $2, $3, $4, $5, $6)";

const ABOUT: &str = "SELECT message_id, recipient, template, subject, sent_at_millis
    FROM mails WHERE order_id = $1 ORDER BY place";

impl SentMails for Postgres {
    type Tx = PostgresTx;

    /// As last committed: the e-mail is sent next, and no transaction may be open
    /// for as long as the mail server takes.
    async fn was_sent(&self, _tx: &mut Self::Tx, message_id: &str) -> Result<bool, StoreError> {
        let sent = sqlx::query_scalar("SELECT EXISTS (SELECT FROM mails WHERE message_id = $1)")
            .bind(message_id)
            .fetch_one(self.pool())
            .await?;
        Ok(sent)
    }

    /// An e-mail that another instance recorded meanwhile is a conflict: the unit
    /// begins anew, and finds it.
    async fn record(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        mail: MailView,
    ) -> Result<(), StoreError> {
        let recorded = sqlx::query(RECORD)
            .bind(mail.message_id)
            .bind(order_id)
            .bind(mail.to)
            .bind(mail.template.as_str())
            .bind(mail.subject)
            .bind(mail.sent_at.0)
            .execute(tx.connection().await?)
            .await;
        match recorded {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(StoreError::Conflict)
            }
            ended => Ok(ended.map(drop)?),
        }
    }

    async fn about(&self, order_id: Uuid) -> Result<Vec<MailView>, StoreError> {
        let rows = sqlx::query(ABOUT)
            .bind(order_id)
            .fetch_all(self.pool())
            .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &PgRow) -> Result<MailView, StoreError> {
    Ok(MailView {
        message_id: row.try_get(0)?,
        to: row.try_get(1)?,
        template: symbol(row.try_get(2)?)?,
        subject: row.try_get(3)?,
        sent_at: TimestampMillis(row.try_get(4)?),
    })
}
