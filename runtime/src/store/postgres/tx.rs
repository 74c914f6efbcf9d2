//! A transaction that begins when it is first needed.

use sqlx::{PgConnection, PgPool, Postgres as Sql, Transaction};

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

    /// The transaction, if it began.
    pub(super) fn into_open(self) -> Option<Transaction<'static, Sql>> {
        self.open
    }
}
