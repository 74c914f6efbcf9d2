//! A database of its own for each test on a real PostgreSQL server.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use crate::store::postgres::PostgresSettings;

/// A database that is there for one test, on the server that the environment
/// variable `HERALD_TEST_POSTGRES` names: a `postgres://` URL of somebody who may
/// create databases.
#[derive(Debug, Clone)]
pub struct Database {
    name: String,
    server: String,
}

impl Database {
    /// Makes one, runs the test on it, and removes it, however the test ends.
    ///
    /// # Panics
    /// Without that variable, or that server.
    pub fn with<F: Future<Output = ()>>(test: impl FnOnce(Database) -> F) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let database = Self::create().await;
            let ended = AssertUnwindSafe(test(database.clone()))
                .catch_unwind()
                .await;
            database
                .administer("DROP DATABASE IF EXISTS $ WITH (FORCE)")
                .await;
            if let Err(panic) = ended {
                resume_unwind(panic);
            }
        });
    }

    async fn create() -> Self {
        let server = std::env::var("HERALD_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!("set HERALD_TEST_POSTGRES to a postgres:// URL that may create databases")
        });
        #[allow(clippy::disallowed_methods, reason = "unique on a shared server")]
        let name = format!("herald_test_{}", Uuid::new_v4().simple());
        let database = Self { name, server };
        database.administer("CREATE DATABASE $").await;
        database
    }

    /// Runs a statement as the administrator, outside the database; `$` is its name.
    pub async fn administer(&self, statement: &str) {
        let options: PgConnectOptions = self.server.parse().unwrap();
        let mut server = PgConnection::connect_with(&options).await.unwrap();
        let statement = statement.replace('$', &self.name);
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut server)
            .await
            .unwrap();
    }

    /// Settings that lead to it.
    pub fn settings(&self) -> PostgresSettings {
        let (server, rest) = self.server.split_at(self.server.rfind('/').unwrap());
        let parameters = rest.find('?').map_or("", |at| &rest[at..]);
        let url = format!("{server}/{}{parameters}", self.name);
        PostgresSettings {
            connections: 6,
            ..PostgresSettings::at(url)
        }
    }
}
