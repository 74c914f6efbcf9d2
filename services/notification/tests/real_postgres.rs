//! Sent e-mails in PostgreSQL, and in their twin in memory: the same of both.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use generated::types::{MailTemplate, MailView};
use herald::World;
use herald::avro::codec::TimestampMillis;
use herald::conformance::postgres::Database;
use herald::conformance::store::{close, open};
use herald::store::Store;
use herald::store::memory::Tables;
use herald::store::postgres::Postgres;
use herald::world::real;
use notification::postgres::MIGRATIONS;
use notification::store::{MailTables, SentMails};
use uuid::Uuid;

fn in_memory<F: Future<Output = ()>>(case: impl FnOnce(World, Tables<MailTables>) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        case(real::world(), Tables::default()).await;
    });
}

async fn server(database: Database) -> Postgres {
    let store = Postgres::connect(&database.settings(), "notification", MIGRATIONS).unwrap();
    store.prepare(Duration::ZERO).await.unwrap();
    store
}

fn mail(id: &str, sent_at: i64) -> MailView {
    MailView {
        message_id: id.to_owned(),
        to: "vinet@example.com".to_owned(),
        template: MailTemplate::PaymentReceipt,
        subject: "Your order — é".to_owned(),
        sent_at: TimestampMillis(sent_at),
    }
}

/// What was recorded is known from the commit on, in that order, by its order.
async fn what_was_recorded_is_listed_in_order<S>(world: World, store: S)
where
    S: Store<Tx = <S as SentMails>::Tx> + SentMails,
{
    let (order, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for (id, at, order) in [("<b>", 7, order), ("<a>", 5, order), ("<c>", 6, other)] {
        let mut tx = open(&world, &store).await;
        assert_eq!(store.was_sent(&mut tx, id).await, Ok(false));
        store.record(&mut tx, order, mail(id, at)).await.unwrap();
        close(&world, &store, tx).await;
        let mut tx = open(&world, &store).await;
        assert_eq!(store.was_sent(&mut tx, id).await, Ok(true));
    }
    let mut tx = open(&world, &store).await;
    store.record(&mut tx, order, mail("<d>", 9)).await.unwrap();
    drop(tx);
    let about = store.about(order).await;
    assert_eq!(about, Ok(vec![mail("<b>", 7), mail("<a>", 5)]));
    assert_eq!(store.about(other).await, Ok(vec![mail("<c>", 6)]));
    assert_eq!(store.about(Uuid::from_u128(3)).await, Ok(vec![]));
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

both! { what_was_recorded_is_listed_in_order }
