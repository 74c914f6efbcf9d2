//! Generations of a service's read model: each has a schema of its own, one is in use.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool, Row as _};

use super::settings::{PostgresSettings, quoted};
use super::wire::{micros, time};
use crate::store::{ReadModel, StoreError};

/// The generations in one service's database.
#[derive(Debug, Clone)]
pub(crate) struct ReadModels {
    pool: PgPool,
    service: &'static str,
}

/// The schema of a generation's tables: the service's own name for the first.
pub(super) fn schema(service: &str, generation: u32) -> String {
    match generation {
        0 => service.to_owned(),
        number => format!("{service}_g{number}"),
    }
}

const IN_USE: &str = "SELECT in_use, since FROM herald.read_model";

const BEGIN: &str = "UPDATE herald.read_model SET latest = latest + 1 RETURNING latest";

const SWITCH: &str = "UPDATE herald.read_model SET in_use = $1, since = $2 WHERE in_use < $1";

/// Requests have no generation; what is left of other groups' inboxes is.
const FORGET: &str = "DELETE FROM herald.inbox WHERE generation < $1 AND consumer LIKE $2";

impl ReadModels {
    /// Opens one connection when it is needed first.
    pub(crate) fn connect(
        settings: &PostgresSettings,
        service: &'static str,
    ) -> Result<Self, StoreError> {
        let options = settings.options(service, service)?;
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(settings.acquire_timeout.max(Duration::from_secs(1)))
            .connect_lazy_with(options);
        Ok(Self { pool, service })
    }

    /// The one in use; the first, where nobody migrated the database yet.
    pub(crate) async fn in_use(&self) -> Result<ReadModel, StoreError> {
        if !self.is_migrated().await? {
            return Ok(ReadModel::default());
        }
        let row = sqlx::query(IN_USE).fetch_one(&self.pool).await?;
        let since: Option<i64> = row.try_get(1)?;
        Ok(ReadModel {
            generation: number(row.try_get(0)?)?,
            since: since.map(time).transpose()?,
        })
    }

    /// Gives a number to a new one. What others before the one in use left is dropped; the one in
    /// use, and those that are being built, stay.
    pub(crate) async fn begin(&self) -> Result<u32, StoreError> {
        if !self.is_migrated().await? {
            let why = format!("{} has no read model here yet: start it once", self.service);
            return Err(StoreError::Refused(why));
        }
        let in_use = self.in_use().await?.generation;
        for generation in 0..in_use {
            self.drop_generation(generation).await?;
        }
        sqlx::query(FORGET)
            .bind(i64::from(in_use))
            .bind(format!("{}/%", self.service))
            .execute(&self.pool)
            .await?;
        let latest = sqlx::query_scalar(BEGIN).fetch_one(&self.pool).await?;
        number(latest)
    }

    /// From now on that one is in use: one statement, so that there is always exactly one.
    pub(crate) async fn switch(&self, to: ReadModel) -> Result<(), StoreError> {
        let switched = sqlx::query(SWITCH)
            .bind(i64::from(to.generation))
            .bind(to.since.map(micros))
            .execute(&self.pool)
            .await?;
        if switched.rows_affected() == 1 {
            return Ok(());
        }
        Err(StoreError::Refused(
            "a newer read model came into use meanwhile; this one is left alone".to_owned(),
        ))
    }

    async fn is_migrated(&self) -> Result<bool, StoreError> {
        let there = "SELECT to_regclass('herald.read_model') IS NOT NULL";
        Ok(sqlx::query_scalar(there).fetch_one(&self.pool).await?)
    }

    async fn drop_generation(&self, generation: u32) -> Result<(), StoreError> {
        let schema = schema(self.service, generation);
        let drop = format!("DROP SCHEMA IF EXISTS {} CASCADE", quoted(&schema));
        sqlx::query(AssertSqlSafe(drop)).execute(&self.pool).await?;
        sqlx::query("DELETE FROM herald.migrations WHERE owner = $1")
            .bind(super::migrate::owner(&schema))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn number(column: i64) -> Result<u32, StoreError> {
    column.try_into().map_err(super::wire::damaged)
}
