//! Orders on the real server.

#![cfg(feature = "mongodb")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use generated::events::OrderPlaced;
use generated::types::{OrderLine, SalesChannel};
use herald::avro::codec::{Decimal, TimestampMillis};
use herald::conformance::mongodb::Database;
use herald::store::mongodb::MongoDocuments;
use herald::store::{Begun, Committed, Effects, Store, StoreError, Unit};
use order::OrderDocument;
use order::document::Placed;
use order::store::Orders;
use uuid::Uuid;

fn placed(order_id: Uuid) -> Placed {
    let amount = |cents| Decimal::from_unscaled(cents);
    // 0.1 and 0.2 have no exact binary fraction.
    let line = |at: i128| OrderLine {
        sku: format!("{at}"),
        name: "CREAM HANGING HEART T-LIGHT HOLDER".into(),
        quantity: 1,
        unit_price: amount(10 * at),
        discount_percent: 0,
        amount: amount(10 * at),
    };
    let order = OrderPlaced {
        order_id,
        customer_id: "17850".into(),
        customer_email: "17850@customers.example".into(),
        country: "United Kingdom".into(),
        placed_at: TimestampMillis(1_290_000_000_123),
        currency: "GBP".into(),
        total: amount(999_999_999_999),
        lines: vec![line(1), line(2)],
        attributes: BTreeMap::from([("$a.b".into(), "c".into())]),
        channel: SalesChannel::Phone,
        coupon: Some("SPRING".into()),
    };
    Placed::new(order, TimestampMillis(1_290_000_000_456))
}

async fn change(
    orders: &MongoDocuments<OrderDocument>,
    id: Uuid,
    change: impl FnOnce(&mut OrderDocument),
) -> Result<Committed, StoreError> {
    let unit = Unit {
        inbox: None,
        key: Some(id.to_string()),
        park: None,
        now: herald::world::real::world().now(),
    };
    let Begun::Fresh(mut tx) = orders.begin(&unit).await? else {
        panic!("seen or parked");
    };
    change(&mut tx);
    orders.commit(&unit, tx, Effects::default()).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the real servers"]
async fn an_order_is_found_as_it_was_committed() {
    let database = Database::new();
    let connect = async || {
        let settings = database.settings();
        let orders = MongoDocuments::<OrderDocument>::connect(&settings, "orders").await;
        orders.unwrap()
    };
    let orders = connect().await;
    let id = herald::world::real::world().new_id();
    assert_eq!(orders.find(id).await, Ok(None));
    let first = placed(id);
    let done = change(&orders, id, |order| order.placed = Some(first.clone())).await;
    assert_eq!(done, Ok(Committed::Done));
    let found = connect().await.find(id).await.unwrap().unwrap();
    assert_eq!(found.placed, Some(first.clone()));
    let refunding = change(&orders, id, |order| {
        order.placed.as_mut().unwrap().decided_at = Some(TimestampMillis(7));
    });
    assert_eq!(refunding.await, Ok(Committed::Done));
    let found = orders.find(id).await.unwrap().unwrap().placed.unwrap();
    assert_eq!(found.decided_at, Some(TimestampMillis(7)));
    assert_eq!(found.order, first.order);
}
