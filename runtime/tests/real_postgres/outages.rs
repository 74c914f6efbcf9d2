//! What a handler is told when the server is not there for it.

use std::time::Duration;

use herald::HandlerError;
use herald::conformance::postgres::Database;
use herald::store::postgres::{Postgres, PostgresSettings};
use herald::store::{Begun, Committed, Effects, InboxKey, Store as _, StoreError, Unit};
use herald::world::real;

use crate::subject::{MIGRATIONS, read, store, write};

fn unit(id: &str) -> Unit {
    Unit {
        inbox: Some(InboxKey {
            consumer: "tested".into(),
            source: "/other".to_owned(),
            id: id.to_owned(),
            generation: 0,
        }),
        key: Some("a".to_owned()),
        park: None,
        now: real::world().now(),
    }
}

fn assert_unavailable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    let error = outcome.unwrap_err();
    let handler = HandlerError::from(error.clone());
    assert!(
        matches!(handler, HandlerError::Unavailable { .. }),
        "{error:?}"
    );
}

#[test]
#[ignore = "needs the real servers"]
fn an_exhausted_pool_is_unavailable_and_recovers() {
    Database::with(|database| async move {
        let settings = PostgresSettings {
            connections: 1,
            acquire_timeout: Duration::from_millis(200),
            ..database.settings()
        };
        let store = Postgres::connect(&settings, "tested", MIGRATIONS).unwrap();
        store.prepare(Duration::ZERO).await.unwrap();
        let (first, second) = (unit("1"), unit("2"));
        let Ok(Begun::Fresh(mut tx)) = store.begin(&first).await else {
            panic!("not fresh");
        };
        // A unit that has not looked at the store yet holds no connection.
        let Ok(Begun::Fresh(mut waiting)) = store.begin(&second).await else {
            panic!("not fresh");
        };
        write(&mut tx, "a", "first").await.unwrap();
        assert_unavailable(store.begin(&second).await);
        assert_unavailable(write(&mut waiting, "a", "second").await);
        let done = store.commit(&first, tx, Effects::default()).await;
        assert_eq!(done, Ok(Committed::Done));
        write(&mut waiting, "a", "second").await.unwrap();
        let done = store.commit(&second, waiting, Effects::default()).await;
        assert_eq!(done, Ok(Committed::Done));
        assert_eq!(read(&store, "a").await, ["first", "second"]);
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_server_that_is_not_there_is_unavailable() {
    Database::with(|_| async {
        // Nothing listens on the discard port.
        let settings = PostgresSettings {
            acquire_timeout: Duration::from_millis(500),
            ..PostgresSettings::at("postgres://shop@127.0.0.1:9/shop")
        };
        let store = Postgres::connect(&settings, "tested", MIGRATIONS).unwrap();
        assert_unavailable(store.prepare(Duration::ZERO).await);
        assert_unavailable(store.begin(&unit("1")).await);
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_connection_that_breaks_is_unavailable_and_leaves_nothing() {
    Database::with(|database| async move {
        let store = store(&database);
        store.prepare(Duration::ZERO).await.unwrap();
        let unit = unit("1");
        let Ok(Begun::Fresh(mut tx)) = store.begin(&unit).await else {
            panic!("not fresh");
        };
        write(&mut tx, "a", "lost").await.unwrap();
        database
            .administer(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$'",
            )
            .await;
        assert_unavailable(store.commit(&unit, tx, Effects::default()).await);
        // Each broken connection is noticed once, then new ones are opened.
        let mut begun = store.begin(&unit).await;
        for _ in 0..6 {
            if begun.is_ok() {
                break;
            }
            assert_unavailable(begun);
            begun = store.begin(&unit).await;
        }
        let Ok(Begun::Fresh(mut tx)) = begun else {
            panic!("{begun:?}");
        };
        write(&mut tx, "a", "kept").await.unwrap();
        let done = store.commit(&unit, tx, Effects::default()).await;
        assert_eq!(done, Ok(Committed::Done));
        assert_eq!(read(&store, "a").await, ["kept"]);
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_statement_that_takes_too_long_is_unavailable() {
    Database::with(|database| async move {
        let settings = PostgresSettings {
            statement_timeout: Duration::from_millis(100),
            ..database.settings()
        };
        let store = Postgres::connect(&settings, "tested", MIGRATIONS).unwrap();
        store.prepare(Duration::ZERO).await.unwrap();
        let slow = sqlx::query("SELECT pg_sleep(10)")
            .execute(store.pool())
            .await;
        assert_unavailable(slow.map_err(StoreError::from));
    });
}

#[test]
#[ignore = "needs the real servers"]
fn of_two_that_wait_for_each_other_one_has_a_conflict() {
    Database::with(|database| async move {
        let store = store(&database);
        store.prepare(Duration::ZERO).await.unwrap();
        let lock = async |tx: &mut herald::store::postgres::PostgresTx, key: i64| {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(key)
                .execute(tx.connection().await?)
                .await?;
            Ok::<_, StoreError>(())
        };
        let mut txs = Vec::new();
        for (id, key) in [("1", 1), ("2", 2)] {
            let Ok(Begun::Fresh(mut tx)) = store.begin(&unit(id)).await else {
                panic!("not fresh");
            };
            lock(&mut tx, key).await.unwrap();
            txs.push(tx);
        }
        let (mut second, mut first) = (txs.pop().unwrap(), txs.pop().unwrap());
        let outcomes = tokio::join!(lock(&mut first, 2), lock(&mut second, 1));
        let conflicts = [&outcomes.0, &outcomes.1]
            .iter()
            .filter(|outcome| ***outcome == Err(StoreError::Conflict))
            .count();
        assert_eq!(conflicts, 1, "{outcomes:?}");
    });
}
