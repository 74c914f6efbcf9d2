//! Tables are made once, whoever starts.

use std::time::Duration;

use herald::conformance::postgres::Database;
use herald::store::postgres::{Migration, Postgres};
use herald::store::{Store as _, StoreError};

async fn prepare(
    database: &Database,
    service: &str,
    migrations: &'static [Migration],
) -> Result<(), StoreError> {
    let store = Postgres::connect(&database.settings(), service, migrations).unwrap();
    store.prepare(Duration::ZERO).await
}

const fn step(version: u32, sql: &'static str) -> Migration {
    let name = "step";
    Migration { version, name, sql }
}

#[test]
#[ignore = "needs the real servers"]
fn instances_that_start_at_once_migrate_once() {
    const STEPS: &[Migration] = &[step(1, "CREATE TABLE once (id int)")];
    Database::with(|database| async move {
        let starts = (0..4).map(|_| prepare(&database, "shop", STEPS));
        for started in futures_util::future::join_all(starts).await {
            assert_eq!(started, Ok(()));
        }
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_later_step_follows_and_a_changed_one_is_refused() {
    const FIRST: &[Migration] = &[step(1, "CREATE TABLE a (id int)")];
    const BOTH: &[Migration] = &[
        step(1, "CREATE TABLE a (id int)"),
        step(2, "ALTER TABLE a ADD b int; CREATE TABLE c (id int)"),
    ];
    const CHANGED: &[Migration] = &[step(1, "CREATE TABLE a (id bigint)")];
    Database::with(|database| async move {
        assert_eq!(prepare(&database, "shop", FIRST).await, Ok(()));
        assert_eq!(prepare(&database, "shop", BOTH).await, Ok(()));
        let changed = prepare(&database, "shop", CHANGED).await;
        assert!(
            matches!(changed, Err(StoreError::Refused(_))),
            "{changed:?}"
        );
        // An older instance may start beside a newer one.
        assert_eq!(prepare(&database, "shop", FIRST).await, Ok(()));
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_step_that_fails_leaves_nothing() {
    const BROKEN: &[Migration] = &[
        step(1, "CREATE TABLE a (id int)"),
        step(2, "CREATE TABLE b (id int); SELECT 1 / 0"),
    ];
    const MENDED: &[Migration] = &[step(1, "CREATE TABLE a (id bigint)")];
    Database::with(|database| async move {
        let broken = prepare(&database, "shop", BROKEN).await;
        assert!(matches!(broken, Err(StoreError::Refused(_))), "{broken:?}");
        assert_eq!(prepare(&database, "shop", MENDED).await, Ok(()));
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_database_belongs_to_one_service() {
    Database::with(|database| async move {
        assert_eq!(prepare(&database, "shop", &[]).await, Ok(()));
        let other = prepare(&database, "other", &[]).await;
        assert!(matches!(other, Err(StoreError::Refused(_))), "{other:?}");
    });
}

#[test]
#[ignore = "needs the real servers"]
fn each_generation_has_tables_of_its_own() {
    const STEPS: &[Migration] = &[step(1, "CREATE TABLE counted (id int)")];
    Database::with(|database| async move {
        let mut stores = Vec::new();
        for generation in [0, 1, 2] {
            let settings = database.settings();
            let store = Postgres::connect_generation(&settings, "shop", generation, STEPS);
            let store = store.unwrap();
            assert_eq!(store.prepare(Duration::ZERO).await, Ok(()));
            let insert = sqlx::query("INSERT INTO counted SELECT generate_series(0, $1)");
            let insert = insert.bind(i32::try_from(generation).unwrap());
            insert.execute(store.pool()).await.unwrap();
            stores.push(store);
        }
        for (store, rows) in stores.iter().zip([1, 2, 3]) {
            let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM counted");
            assert_eq!(count.fetch_one(store.pool()).await.unwrap(), rows);
        }
    });
}
