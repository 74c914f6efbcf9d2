//! Brings a database up to date: delivery's own tables, then the service's.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, Row as _};
use uuid::Uuid;

use super::settings::quoted;
use crate::store::StoreError;

/// A step that was taken once in each database, by number. Steps that were
/// released stay as they are: a changed one is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its place, counted from 1.
    pub version: u32,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// SQL statements. Names without a schema are the service's own.
    pub sql: &'static str,
}

/// Delivery's own.
const LEDGER: &[Migration] = &[
    Migration {
        version: 1,
        name: "ledger",
        sql: include_str!("migrations/1_ledger.sql"),
    },
    Migration {
        version: 2,
        name: "commit",
        sql: include_str!("migrations/2_commit.sql"),
    },
    Migration {
        version: 3,
        name: "read model",
        sql: include_str!("migrations/3_read_model.sql"),
    },
];

/// The advisory lock of whoever migrates a database: "herald" in ASCII.
const LOCK: i64 = 0x6865_7261_6c64;

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS herald.migrations (
    owner text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    digest uuid NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, version)
)";

/// Takes every step that was not taken yet, or none.
pub(super) async fn run(
    pool: &PgPool,
    service: &str,
    schema: &str,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let mut tx = connection.begin().await?;
    // Instances that start at once wait here, for as long as the first takes.
    sqlx::query("SET LOCAL statement_timeout = 0")
        .execute(&mut *tx)
        .await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *tx)
        .await?;
    create_schema(&mut tx, "herald").await?;
    create_schema(&mut tx, schema).await?;
    sqlx::query(HISTORY).execute(&mut *tx).await?;
    apply(&mut tx, "herald", LEDGER).await?;
    claim_database(&mut tx, service).await?;
    apply(&mut tx, &owner(schema), migrations).await?;
    tx.commit().await?;
    Ok(())
}

/// Whose steps those of a schema are.
pub(super) fn owner(schema: &str) -> String {
    format!("service {schema}")
}

/// Asks for the privilege to create schemas only where one is missing.
async fn create_schema(tx: &mut PgConnection, name: &str) -> Result<(), StoreError> {
    let there: bool = sqlx::query_scalar("SELECT to_regnamespace($1) IS NOT NULL")
        .bind(quoted(name))
        .fetch_one(&mut *tx)
        .await?;
    if !there {
        let create = format!("CREATE SCHEMA {}", quoted(name));
        sqlx::query(AssertSqlSafe(create)).execute(tx).await?;
    }
    Ok(())
}

/// Refuses a database of another service: its relay would publish our messages.
async fn claim_database(tx: &mut PgConnection, service: &str) -> Result<(), StoreError> {
    let owner: Option<String> = sqlx::query_scalar("SELECT name FROM herald.service")
        .fetch_optional(&mut *tx)
        .await?;
    match owner {
        Some(owner) if owner == service => Ok(()),
        Some(owner) => Err(StoreError::Refused(format!(
            "the database belongs to the service {owner}; {service} needs one of its own"
        ))),
        None => {
            sqlx::query("INSERT INTO herald.service VALUES ($1)")
                .bind(service)
                .execute(tx)
                .await?;
            Ok(())
        }
    }
}

async fn apply(
    tx: &mut PgConnection,
    owner: &str,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let taken: Vec<PgRow> =
        sqlx::query("SELECT version, digest FROM herald.migrations WHERE owner = $1")
            .bind(owner)
            .fetch_all(&mut *tx)
            .await?;
    let mut digests = std::collections::BTreeMap::new();
    for row in taken {
        digests.insert(row.try_get::<i64, _>(0)?, row.try_get::<Uuid, _>(1)?);
    }
    for migration in migrations {
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, migration.sql.as_bytes());
        match digests.get(&i64::from(migration.version)) {
            Some(taken) if *taken == digest => {}
            Some(_) => {
                let (version, name) = (migration.version, migration.name);
                return Err(StoreError::Refused(format!(
                    "migration {version} ({name}) of {owner} changed after it was applied"
                )));
            }
            None => take(tx, owner, migration, digest).await?,
        }
    }
    Ok(())
}

async fn take(
    tx: &mut PgConnection,
    owner: &str,
    migration: &Migration,
    digest: Uuid,
) -> Result<(), StoreError> {
    tracing::info!(
        owner,
        version = migration.version,
        name = migration.name,
        "migrating"
    );
    sqlx::raw_sql(migration.sql).execute(&mut *tx).await?;
    sqlx::query(
        "INSERT INTO herald.migrations (owner, version, name, digest) VALUES ($1, $2, $3, $4)",
    )
    .bind(owner)
    .bind(i64::from(migration.version))
    .bind(migration.name)
    .bind(digest)
    .execute(tx)
    .await?;
    Ok(())
}
