//! Figures in PostgreSQL, and in their twin in memory: the same of both.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use std::collections::BTreeMap;

use analytics::hour::{Minute, Took};
use analytics::postgres::MIGRATIONS;
use analytics::sales::{Dimension, Figure, Sale};
use analytics::store::{Closed, FigureTables, Figures, Outcome, Turnover};
use futures_util::future::join_all;
use generated::types::{DeclineReason, OrderState};
use herald::World;
use herald::avro::codec::{Decimal, TimestampMillis};
use herald::conformance::postgres::Database;
use herald::conformance::store::{close, open};
use herald::store::Store;
use herald::store::memory::Tables;
use herald::store::postgres::Postgres;
use herald::world::real;
use uuid::Uuid;

fn in_memory<F: Future<Output = ()>>(case: impl FnOnce(World, Tables<FigureTables>) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        case(real::world(), Tables::default()).await;
    });
}

async fn server(database: Database) -> Postgres {
    let store = Postgres::connect(&database.settings(), "analytics", MIGRATIONS).unwrap();
    store.prepare(Duration::ZERO).await.unwrap();
    store
}

fn sale(order: u128) -> Sale {
    let cents = Decimal::from_unscaled;
    Sale {
        order_id: Uuid::from_u128(order),
        state: OrderState::Placed,
        country: "France".into(),
        minute: "2026-11-02T09:30:00Z".into(),
        lines: vec![("A".into(), 2, cents(500)), ("B".into(), 1, cents(250))],
        accepted_at: Some(TimestampMillis(1_000)),
        took_ms: None,
    }
}

/// As [`sale`], placed in another minute and decided after so many milliseconds.
fn decided(order: u128, minute: &str, took_ms: i64) -> Sale {
    Sale {
        minute: minute.into(),
        took_ms: Some(took_ms),
        ..sale(order)
    }
}

/// Orders are remembered and counted in one state at a time.
async fn an_order_moves_from_state_to_state<S>(world: World, store: S)
where
    S: Store<Tx = <S as Figures>::Tx> + Figures,
{
    let placed = sale(1);
    let mut tx = open(&world, &store).await;
    assert_eq!(store.sale(&mut tx, placed.order_id).await, Ok(None));
    store.put_sale(&mut tx, None, placed.clone()).await.unwrap();
    close(&world, &store, tx).await;
    assert_eq!(store.states().await, Ok(vec![(OrderState::Placed, 1)]));
    let mut tx = open(&world, &store).await;
    let mut moved = store.sale(&mut tx, placed.order_id).await.unwrap().unwrap();
    assert_eq!(moved, placed);
    let before = std::mem::replace(&mut moved.state, OrderState::Confirmed);
    store
        .put_sale(&mut tx, Some(&before), moved.clone())
        .await
        .unwrap();
    close(&world, &store, tx).await;
    let mut states = vec![(OrderState::Placed, 0), (OrderState::Confirmed, 1)];
    states.sort_unstable();
    assert_eq!(store.states().await, Ok(states));
    let mut tx = open(&world, &store).await;
    assert_eq!(store.sale(&mut tx, placed.order_id).await, Ok(Some(moved)));
}

/// Differences of units that overlap are all added, to the last cent.
async fn differences_add_up<S>(world: World, store: S)
where
    S: Store<Tx = <S as Figures>::Tx> + Figures,
{
    let units = (0..20).map(|at| {
        let (world, store) = (&world, &store);
        async move {
            let mut tx = open(world, store).await;
            store
                .count(&mut tx, if at < 15 { "Placed" } else { "Other" })
                .await
                .unwrap();
            // One of four is taken out again.
            let sign = if at % 4 == 3 { -1 } else { 1 };
            let more = sale(at).contribution(sign);
            store.add_revenue(&mut tx, more).await.unwrap();
            let more = Turnover {
                captured: Decimal::from_unscaled(10_i128.pow(30) + 1),
                refunded: Decimal::from_unscaled(-7),
            };
            store.add_turnover(&mut tx, more).await.unwrap();
            close(world, store, tx).await;
        }
    });
    assert_eq!(store.turnover().await, Ok(Turnover::default()));
    join_all(units).await;
    let events = BTreeMap::from([("Other".to_owned(), 5), ("Placed".to_owned(), 15)]);
    assert_eq!(store.events().await, Ok(events));
    let turnover = Turnover {
        captured: Decimal::from_unscaled(20 * 10_i128.pow(30) + 20),
        refunded: Decimal::from_unscaled(-140),
    };
    assert_eq!(store.turnover().await, Ok(turnover));
    let figure = |pieces, amount| Figure {
        orders: 10,
        pieces,
        amount: Decimal::from_unscaled(amount),
    };
    let of = async |dimension| store.revenue(dimension).await.unwrap();
    assert_eq!(
        of(Dimension::Sku).await,
        BTreeMap::from([
            ("A".to_owned(), figure(20, 5_000)),
            ("B".to_owned(), figure(10, 2_500)),
        ])
    );
    let whole = BTreeMap::from([("France".to_owned(), figure(30, 7_500))]);
    assert_eq!(of(Dimension::Country).await, whole);
    assert_eq!(of(Dimension::Minute).await.len(), 1);
}

/// What streams say takes the place of what they said before.
async fn what_streams_say_replaces<S>(world: World, store: S)
where
    S: Store<Tx = <S as Figures>::Tx> + Figures,
{
    let closed = |country: &str, minute: &str, lines| Closed {
        country: country.into(),
        minute: minute.into(),
        lines,
        pieces: 2 * lines,
        revenue: Decimal::from_unscaled(100 * i128::from(lines)),
    };
    let (early, late) = ("2026-11-02T09:29:00Z", "2026-11-02T09:30:00Z");
    for lines in [5, 3] {
        let mut tx = open(&world, &store).await;
        for said in [
            closed("UK", late, lines),
            closed("France", late, 1),
            closed("UK", early, lines),
        ] {
            store.put_closed(&mut tx, said).await.unwrap();
        }
        let reason = DeclineReason::LimitExceeded;
        store.put_declines(&mut tx, reason, lines).await.unwrap();
        close(&world, &store, tx).await;
    }
    let of_late = [closed("France", late, 1), closed("UK", late, 3)];
    assert_eq!(store.closed(late).await.unwrap(), of_late);
    assert_eq!(store.closed(early).await.unwrap().len(), 3);
    let declines = vec![(DeclineReason::LimitExceeded, 3)];
    assert_eq!(store.declines().await, Ok(declines));
}

/// An hour is that of the latest order; what else happened to orders may be heard before them.
async fn the_hour_ends_with_the_latest_order<S>(world: World, store: S)
where
    S: Store<Tx = <S as Figures>::Tx> + Figures,
{
    assert!(store.hour().await.unwrap().minutes.is_empty());
    let (old, now) = ("2026-11-02T08:29:00Z", "2026-11-02T09:30:00Z");
    let mut tx = open(&world, &store).await;
    let order = Uuid::from_u128;
    for (order_id, outcome) in [
        (order(2), Outcome::Declined),
        (order(2), Outcome::Declined),
        (order(3), Outcome::Short),
        (order(3), Outcome::Declined),
        (order(9), Outcome::Short),
    ] {
        store.mark(&mut tx, order_id, outcome).await.unwrap();
    }
    for sale in [
        decided(1, old, 9_000),
        decided(2, now, 30),
        decided(3, now, 10),
        decided(4, now, 20),
        sale(5),
    ] {
        store.put_sale(&mut tx, None, sale).await.unwrap();
    }
    let revenue = sale(4).contribution(1);
    store.add_revenue(&mut tx, revenue).await.unwrap();
    let closed = Closed {
        country: "France".into(),
        minute: now.into(),
        lines: 2,
        pieces: 3,
        revenue: Decimal::from_unscaled(750),
    };
    store.put_closed(&mut tx, closed).await.unwrap();
    close(&world, &store, tx).await;
    let took = Took {
        decided: 3,
        p50_ms: Some(20),
        p99_ms: Some(30),
    };
    let minute = Minute {
        placed: 4,
        declined: 2,
        short: 1,
        took,
        revenue: Decimal::from_unscaled(750),
        closed: Some(Decimal::from_unscaled(750)),
    };
    let hour = store.hour().await.unwrap();
    assert_eq!(hour.minutes, BTreeMap::from([(now.to_owned(), minute)]));
    assert_eq!(hour.took, took);
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

both! {
    an_order_moves_from_state_to_state
    differences_add_up
    what_streams_say_replaces
    the_hour_ends_with_the_latest_order
}
