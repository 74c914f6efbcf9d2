//! Orders on the real server.

#![cfg(feature = "mongodb")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use generated::events::OrderPlaced;
use generated::types::{OrderLine, OrderState, SalesChannel};
use herald::Platform;
use herald::avro::codec::{Decimal, TimestampMillis};
use herald::conformance::mongodb::Database;
use herald::host::{Running, Tuning};
use herald::registry::{MemoryRegistry, Missing};
use herald::store::mongodb::MongoDocuments;
use herald::store::{Begun, Broker, Committed, Effects, Store, StoreError, Unit};
use herald::transport::embedded::Embedded;
use order::document::Placed;
use order::store::Orders;
use order::{Order, OrderDocument};
use tower::ServiceExt as _;
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

/// The service on the real database and an embedded broker.
async fn start(database: &Database) -> (Running, MongoDocuments<OrderDocument>) {
    let world = herald::world::real::world();
    let topology = generated::topology::topology("default").unwrap();
    let broker = Embedded::new(&world);
    broker.declare(topology).await.unwrap();
    let platform = Platform {
        world,
        log: broker.log(),
        queues: broker.queues(),
        registry: Arc::new(MemoryRegistry::new()),
        missing_schemas: Missing::Register,
        topology,
        tuning: Tuning::default(),
    };
    let orders = MongoDocuments::connect(&database.settings(), "orders").await;
    let orders = orders.unwrap();
    let bound = generated::order::bind(Order::new(orders.clone()), orders.clone());
    (bound.start(platform).await.unwrap(), orders)
}

async fn post(running: &Running, path: &str, key: &str, body: &str) -> (u16, String) {
    let request = Request::post(path).header("idempotency-key", key);
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let answer = running.router().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await;
    let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
    (status, body)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the real servers"]
async fn an_order_outlives_the_instance_that_took_it() {
    let database = Database::new();
    let world = herald::world::real::world();
    let id = world.new_id();
    let draft = format!(
        r#"{{"order_id":"{id}","customer_id":"1","customer_email":"a@b.example",
            "country":"Spain","currency":"EUR","lines":[{{"sku":"1","name":"Queso",
            "quantity":3,"unit_price":"0.10"}}]}}"#
    );
    let (running, orders) = start(&database).await;
    let (status, first) = post(&running, "/orders", "one", &draft).await;
    assert_eq!(
        (status, first.contains(r#""0.30""#)),
        (201, true),
        "{first}"
    );
    assert!(orders.next_timer().await.unwrap().is_some());
    running.stop(Duration::from_secs(5)).await;

    let (running, orders) = start(&database).await;
    let repeated = post(&running, "/orders", "one", &draft).await;
    assert_eq!(repeated, (201, first));
    let path = format!("/orders/{id}/withdraw");
    let (status, withdrawn) = post(&running, &path, "two", "{}").await;
    assert_eq!(status, 200, "{withdrawn}");
    let order = orders.find(id).await.unwrap().unwrap().placed.unwrap();
    assert_eq!(order.state, OrderState::Cancelled);
    assert_eq!(orders.next_timer().await, Ok(None));
    let published = async {
        for broker in Broker::ALL {
            while orders.outbox_depth(broker).await != Ok(0) {
                world.sleep(Duration::from_millis(20)).await;
            }
        }
    };
    let relayed = world.timeout(Duration::from_secs(20), published).await;
    assert!(relayed.is_some(), "the relays publish everything");
    running.stop(Duration::from_secs(5)).await;
}
