//! A transaction that begins when it is first needed.

use std::collections::BTreeSet;

use sqlx::{PgConnection, PgPool, Postgres as Sql, Transaction};
use uuid::Uuid;

use super::wire::lock_of;
use crate::store::StoreError;

/// The transaction of a unit of work; dropped before its commit, it leaves
/// nothing behind. It begins at the first look, so that a handler which asks
/// somebody else first (a payment provider) holds no connection meanwhile.
#[derive(Debug)]
pub struct PostgresTx {
    pool: PgPool,
    open: Option<Transaction<'static, Sql>>,
}

impl PostgresTx {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool, open: None }
    }

    /// The connection that has the transaction open (READ COMMITTED).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where no connection is to be had.
    pub async fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.pool.begin().await?,
        };
        Ok(self.open.insert(open))
    }

    /// Waits until no other transaction holds one of these names, and holds them
    /// until the end: for rows that are not there yet and so cannot be locked.
    /// What others committed meanwhile is seen by the next statement.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where both would wait for each other for ever.
    pub async fn lock(
        &mut self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<&mut PgConnection, StoreError> {
        let lock = |name: &str| lock_of(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()));
        // In one order everywhere, so that two do not wait for each other.
        let names = names.into_iter().map(|name| lock(name.as_ref()));
        let locks: BTreeSet<i64> = names.collect();
        let connection = self.connection().await?;
        sqlx::query("SELECT pg_advisory_xact_lock(l) FROM unnest($1) AS l")
            .bind(locks.into_iter().collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
        Ok(connection)
    }

    /// The transaction, if it began.
    pub(super) fn into_open(self) -> Option<Transaction<'static, Sql>> {
        self.open
    }
}
