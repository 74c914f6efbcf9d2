//! Payments in PostgreSQL, and in their twin in memory: the same of both.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use futures_util::future::join_all;
use generated::types::{DeclineReason, PaymentState};
use herald::World;
use herald::avro::codec::Decimal;
use herald::conformance::postgres::Database;
use herald::conformance::store::{close, open};
use herald::store::Store;
use herald::store::memory::Tables;
use herald::store::postgres::Postgres;
use herald::world::real;
use payment::book::Payment;
use payment::postgres::MIGRATIONS;
use payment::store::{PaymentTable, Payments};
use uuid::Uuid;

fn in_memory<F: Future<Output = ()>>(case: impl FnOnce(World, Tables<PaymentTable>) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        case(real::world(), Tables::default()).await;
    });
}

async fn server(database: Database) -> Postgres {
    let store = Postgres::connect(&database.settings(), "payment", MIGRATIONS).unwrap();
    store.prepare(Duration::ZERO).await.unwrap();
    store
}

fn payment(order: u128, cents: i128, state: PaymentState) -> Payment {
    Payment {
        payment_id: Uuid::from_u128(order + 1_000),
        order_id: Uuid::from_u128(order),
        customer_email: "vinet@example.com".into(),
        amount: Decimal::from_unscaled(cents),
        currency: "EUR".into(),
        state,
        decline_reason: None,
        refund_wanted: false,
    }
}

/// Every value comes back as it was, to the last cent.
async fn what_is_put_is_found<S>(world: World, store: S)
where
    S: Store<Tx = <S as Payments>::Tx> + Payments,
{
    let mut payments = vec![
        payment(0, 0, PaymentState::Pending),
        payment(1, -1, PaymentState::Authorized),
        payment(2, 10_i128.pow(36) - 1, PaymentState::Captured),
        payment(3, 42_830, PaymentState::Voided),
        payment(4, 5, PaymentState::Refunded),
        payment(5, 99, PaymentState::Declined),
    ];
    payments[1].refund_wanted = true;
    payments[5].decline_reason = Some(DeclineReason::SuspectedFraud);
    let mut tx = open(&world, &store).await;
    for payment in &payments {
        store.put(&mut tx, payment.clone()).await.unwrap();
    }
    assert_eq!(store.find(payments[0].order_id).await, Ok(None), "not yet");
    close(&world, &store, tx).await;
    for payment in &payments {
        let found = store.find(payment.order_id).await.unwrap();
        assert_eq!(found.as_ref(), Some(payment));
    }
    // Dropped, a change leaves nothing; committed, it replaces the row.
    let mut changed = payments[0].clone();
    changed.state = PaymentState::Declined;
    changed.decline_reason = Some(DeclineReason::Other);
    for keep in [false, true] {
        let mut tx = open(&world, &store).await;
        store.put(&mut tx, changed.clone()).await.unwrap();
        if keep {
            close(&world, &store, tx).await;
        }
        let found = store.find(changed.order_id).await.unwrap();
        assert_eq!(
            found.as_ref(),
            Some(if keep { &changed } else { &payments[0] })
        );
    }
}

/// Units that read a payment to change it, or to make it, come one after the other.
async fn a_payment_is_locked<S>(world: World, store: S)
where
    S: Store<Tx = <S as Payments>::Tx> + Payments,
{
    let order = Uuid::from_u128(7);
    let units = (0..20).map(|_| async {
        let mut tx = open(&world, &store).await;
        let there = store.get(&mut tx, order).await.unwrap();
        let mut payment = there.unwrap_or_else(|| payment(7, 0, PaymentState::Pending));
        payment.amount = Decimal::from_unscaled(payment.amount.unscaled() + 1);
        store.put(&mut tx, payment).await.unwrap();
        close(&world, &store, tx).await;
    });
    join_all(units).await;
    let payment = store.find(order).await.unwrap().unwrap();
    assert_eq!(payment.amount.to_string(), "0.20");
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

both! { what_is_put_is_found a_payment_is_locked }
