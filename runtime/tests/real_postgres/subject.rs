//! What the suite of every store judges.

use std::cell::RefCell;
use std::time::Duration;

use herald::conformance::postgres::Database;
use herald::conformance::store::Subject;
use herald::store::postgres::{Migration, Postgres, PostgresTx};
use herald::store::{Store as _, StoreError};
use herald::world::real;
use herald::{BoxFuture, World};

/// The lists of texts that tests write.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "texts",
    sql: "CREATE TABLE texts (place bigint GENERATED ALWAYS AS IDENTITY, key text, text text)",
}];

/// A store on a database, not prepared yet.
pub(crate) fn store(database: &Database) -> Postgres {
    Postgres::connect(&database.settings(), "tested", MIGRATIONS).unwrap()
}

thread_local! {
    /// The store of the test that is about to begin on this thread.
    static PREPARED: RefCell<Option<Postgres>> = const { RefCell::new(None) };
}

/// Runs a case of the suite on a database of its own.
pub(crate) fn run(case: impl FnOnce(World) -> BoxFuture<'static, ()>) {
    Database::with(|database| async move {
        let store = store(&database);
        store.prepare(Duration::ZERO).await.unwrap();
        PREPARED.set(Some(store));
        case(real::world()).await;
    });
}

pub(crate) struct OnPostgres(Postgres);

impl OnPostgres {
    /// The store that [`run`] prepared.
    pub(crate) fn here() -> Self {
        Self(PREPARED.take().unwrap())
    }
}

impl Subject for OnPostgres {
    type Store = Postgres;

    fn store(&self) -> &Postgres {
        &self.0
    }

    fn write<'a>(
        &'a self,
        tx: &'a mut PostgresTx,
        key: &'a str,
        text: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(write(tx, key, text))
    }

    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Vec<String>> {
        Box::pin(read(&self.0, key))
    }
}

/// Adds a text to the list of a key.
pub(crate) async fn write(tx: &mut PostgresTx, key: &str, text: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO texts (key, text) VALUES ($1, $2)")
        .bind(key)
        .bind(text)
        .execute(tx.connection().await?)
        .await?;
    Ok(())
}

/// The committed list of a key.
pub(crate) async fn read(store: &Postgres, key: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT text FROM texts WHERE key = $1 ORDER BY place")
        .bind(key)
        .fetch_all(store.pool())
        .await
        .unwrap()
}
