//! Stock in PostgreSQL, and in their twin in memory: the same of both.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use futures_util::future::join_all;
use generated::types::StockLine;
use herald::World;
use herald::conformance::postgres::Database;
use herald::conformance::store::{close, open};
use herald::store::Store;
use herald::store::memory::Tables;
use herald::store::postgres::Postgres;
use herald::world::real;
use inventory::postgres::MIGRATIONS;
use inventory::shelf::{Level, Levels, Reservation, ReservationState};
use inventory::store::{Stock, StockTables};
use uuid::Uuid;

fn in_memory<F: Future<Output = ()>>(case: impl FnOnce(World, Tables<StockTables>) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        case(real::world(), Tables::default()).await;
    });
}

async fn server(database: Database) -> Postgres {
    let store = Postgres::connect(&database.settings(), "inventory", MIGRATIONS).unwrap();
    store.prepare(Duration::ZERO).await.unwrap();
    store
}

fn level(on_hand: i64, reserved: i64) -> Level {
    Level { on_hand, reserved }
}

/// Levels and reservations come back as they were; unknown ones are left out.
async fn what_is_put_is_found<S>(world: World, store: S)
where
    S: Store<Tx = <S as Stock>::Tx> + Stock,
{
    let levels = Levels::from([("B".into(), level(3, 1)), ("a".into(), level(i64::MAX, 0))]);
    let mut tx = open(&world, &store).await;
    store.put_levels(&mut tx, levels.clone()).await.unwrap();
    let asked = ["zz", "a", "B"].into_iter();
    assert_eq!(store.levels(&mut tx, asked).await, Ok(levels.clone()));
    assert_eq!(store.level("a").await, Ok(None), "not yet");
    close(&world, &store, tx).await;
    assert_eq!(store.all().await, Ok(levels));
    assert_eq!(store.level("B").await, Ok(Some(level(3, 1))));
    for (at, state) in [
        ReservationState::Rejected,
        ReservationState::Reserved,
        ReservationState::Shipped,
        ReservationState::Released,
        ReservationState::Returned,
    ]
    .into_iter()
    .enumerate()
    {
        let line = |quantity| StockLine {
            sku: format!("sku {quantity}"),
            quantity,
        };
        let lines = (0..at as i32).map(line).collect();
        let reservation = Reservation { lines, state };
        let order = Uuid::from_u128(5);
        let mut tx = open(&world, &store).await;
        let kept = reservation.clone();
        store.put_reservation(&mut tx, order, kept).await.unwrap();
        close(&world, &store, tx).await;
        let mut tx = open(&world, &store).await;
        let found = store.reservation(&mut tx, order).await;
        assert_eq!(found, Ok(Some(reservation)));
        let none = store.reservation(&mut tx, Uuid::from_u128(6)).await;
        assert_eq!(none, Ok(None));
    }
}

async fn add_a_piece<S>(world: &World, store: &S, skus: [&str; 2])
where
    S: Store<Tx = <S as Stock>::Tx> + Stock,
{
    let mut tx = open(world, store).await;
    let mut levels = store.levels(&mut tx, skus.into_iter()).await.unwrap();
    for sku in skus {
        levels.entry(sku.to_owned()).or_default().on_hand += 1;
    }
    store.put_levels(&mut tx, levels).await.unwrap();
    close(world, store, tx).await;
}

/// Units that read levels to change or to make them come one after the other,
/// whatever order they name the articles in.
async fn levels_are_locked<S>(world: World, store: S)
where
    S: Store<Tx = <S as Stock>::Tx> + Stock,
{
    let order = |at: u32| {
        if at.is_multiple_of(2) {
            ["A", "B"]
        } else {
            ["B", "A"]
        }
    };
    let units = (0..20).map(|at| add_a_piece(&world, &store, order(at)));
    join_all(units).await;
    let all = Levels::from([("A".into(), level(20, 0)), ("B".into(), level(20, 0))]);
    assert_eq!(store.all().await, Ok(all));
}

macro_rules! both {
    ($($case:ident)*) => {
        mod memory_twin {
            $(#[test]
            fn $case() {
                super::in_memory(super::$case);
            })*
        }
        mod postgres {
            $(#[test]
            #[ignore = "needs the real servers"]
            fn $case() {
                super::Database::with(|database| async {
                    super::$case(super::real::world(), super::server(database).await).await;
                });
            })*
        }
    };
}

both! { what_is_put_is_found levels_are_locked }
