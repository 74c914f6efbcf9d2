//! The streams on a real broker: two instances share twelve partitions, one dies on the way, and a
//! client that knows nothing of Herald writes. What comes out equals what the embedded engine makes
//! of the same records.

mod access;
mod events;
mod instances;
mod program;
mod secured;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use demo::orders::orders;
use demo::shop::Shop;
use demo::streams::Emitted;
use generated::events::{
    DeclinesByReason, OrderConfirmed, OrderPlaced, OrderSold, PaymentDeclined, SalesPerMinute,
};
use herald::Event;
use herald::registry::{Encoder, Missing};
use herald::topology::Topology;
use herald::transport::{Log, NewRecord, Record, TopicSpec};
use serde_json::Value;
use stack::{Options, Silent};

use events::events;
use instances::{Instance, at_rest, close_windows, progress, shared};

use crate::foreign::{python, run};
use crate::ground::Ground;

const ORDERS: usize = 400;
const PARTITIONS: u64 = 12;
const DEAD: &str = "ordering.orders.confirmed-orders.dlt";
const LATE: &str = "analytics.sales-late";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn two_instances_emit_what_the_embedded_engine_does() {
    let (ground, python) = (
        Ground::servers(&["kafka", "registry"]).await,
        python().await,
    );
    provision(&ground).await;
    let instances = start(&ground).await;
    let events = events(&orders(ORDERS, ground.world.now()).unwrap());
    let (first, second) = events.split_at(events.len() / 2);
    write(&ground, &python, first).await;
    ground
        .until("something is sold", async || {
            !read(&ground, OrderSold::TOPIC).await.is_empty()
        })
        .await;
    shared(&instances[0]).await;
    on_stack(&ground, |home| stack::kill_one(home, "streams-2").unwrap()).await;
    write(&ground, &python, second).await;
    on_stack(&ground, |home| stack::start_one(home, "streams-2").unwrap()).await;
    at_rest(&ground, &instances).await;
    let asked = instances[0]
        .get("/streams/sales-per-minute/groups?limit=100000")
        .await;
    close_windows(&ground, &instances).await;
    at_rest(&ground, &instances).await;
    let embedded = embedded(&ground).await;
    compare(&ground, &embedded, &asked).await;
}

/// The topics of the catalog's own environment, on one broker, and their schemas.
async fn provision(ground: &Ground) {
    let topics = TopicSpec::all_of(topology());
    assert!(
        topics
            .iter()
            .any(|topic| topic.partitions == PARTITIONS as u32)
    );
    ground.kafka().declare(&topics).await.unwrap();
    let encoder = Encoder::new(Arc::new(ground.registry()));
    macro_rules! register {
        ($($event:ty)*) => {$(
            encoder.prepare::<$event>(<$event>::TOPIC, Missing::Register).await.unwrap();
        )*};
    }
    register!(OrderPlaced OrderConfirmed PaymentDeclined OrderSold SalesPerMinute DeclinesByReason);
}

fn topology() -> &'static Topology {
    generated::topology::topology("default").unwrap()
}

/// Both instances, each with half of the work.
async fn start(ground: &Ground) -> Vec<Instance> {
    let options = Options {
        components: vec!["streams".to_owned()],
        cluster: true,
    };
    let urls = on_stack(ground, move |home| {
        stack::up(home, &options, &Silent).unwrap();
        stack::endpoints(home).unwrap().streams
    });
    let instances: Vec<_> = urls.await.iter().map(|url| Instance::at(url)).collect();
    assert_eq!(instances.len(), 2);
    ground
        .until("both run", async || progress(&instances).await.is_some())
        .await;
    instances
}

async fn write(ground: &Ground, python: &std::path::Path, events: &[Value]) {
    let path = ground.home.dir().join("events.jsonl");
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    let registry = ground.endpoints.registry.clone().unwrap();
    let brokers = ground.endpoints.kafka.join(",");
    run(
        python,
        &["write", &brokers, &registry, path.to_str().unwrap()],
    )
    .await;
}

/// Runs something on the servers of this test.
async fn on_stack<T: Send + 'static>(
    ground: &Ground,
    work: impl FnOnce(&stack::Home) -> T + Send + 'static,
) -> T {
    let home = ground.home.clone();
    tokio::task::spawn_blocking(move || work(&home))
        .await
        .unwrap()
}

/// Everything in a topic; readers see what was committed alone.
async fn read(ground: &Ground, topic: &str) -> Vec<Record> {
    let records = Arc::new(Mutex::new(Vec::new()));
    let into = records.clone();
    let each = move |record| {
        into.lock().unwrap().push(record);
        true
    };
    ground.kafka().read(topic, each).await.unwrap();
    std::mem::take(&mut *records.lock().unwrap())
}

/// What the embedded engine makes of the records that lie in the topics.
async fn embedded(ground: &Ground) -> Shop {
    let shop = Shop::new(&ground.world, topology());
    shop.brokers.declare(topology()).await.unwrap();
    let mut platform = shop.platform(ground.world.clone());
    platform.registry = Arc::new(ground.registry());
    shop.streams.start(&platform).await.unwrap();
    for topic in [OrderPlaced::TOPIC, PaymentDeclined::TOPIC] {
        let records = read(ground, topic)
            .await
            .into_iter()
            .map(|record| NewRecord {
                topic: record.topic,
                partition: Some(record.partition),
                key: record.key,
                headers: record.headers,
                payload: record.payload,
                timestamp: Some(record.timestamp),
            });
        for put in platform.log.publish(records.collect()).await {
            put.unwrap();
        }
    }
    shop.brokers.settled().await;
    shop.streams.close_windows(&ground.world).await;
    shop.brokers.settled().await;
    shop
}

async fn compare(ground: &Ground, embedded: &Shop, asked: &Value) {
    let registry = Arc::new(ground.registry());
    let mut lying = BTreeMap::new();
    for topic in topology().topics {
        lying.insert(topic.name, read(ground, topic.name).await);
    }
    let of = |topic: &str| lying[topic].clone();
    let found = Emitted::read(registry.clone(), of).await.unwrap();
    let wanted = Emitted::read(registry, |topic| embedded.brokers.records(topic));
    let wanted = wanted.await.unwrap();
    assert_eq!(found.repeats, Some(0));
    assert_eq!(found.sold.len(), ORDERS * 3 / 4);
    assert_eq!((found.late.len(), wanted.late.len()), (0, 0));
    assert_eq!(found.sales, wanted.sales);
    assert_eq!(found.declines, wanted.declines);
    for topic in [OrderSold::TOPIC, SalesPerMinute::TOPIC] {
        let (found, wanted) = (&lying[topic], embedded.brokers.records(topic));
        assert_eq!(messages(found), messages(&wanted), "{topic}");
    }
    // Asked while they were open, they gave what they emit.
    let open = asked.as_array().unwrap().iter();
    let pieces: i64 = open.map(|group| group["pieces"].as_i64().unwrap()).sum();
    assert!(pieces > 0);
    let sales = found.sales.values().flatten();
    assert_eq!(pieces, sales.map(|sales| sales.pieces).sum::<i64>());
    dead_letters(&lying[DEAD], &embedded.brokers.records(DEAD));
}

/// Ids, keys, partitions and bytes: which partition one lies in is decided by its key.
fn messages(records: &[Record]) -> BTreeSet<(String, Option<Bytes>, u32, Option<Bytes>)> {
    let message = |record: &Record| {
        let id = record.headers.text("ce_id").unwrap().to_owned();
        (
            id,
            record.key.clone(),
            record.partition,
            record.payload.clone(),
        )
    };
    records.iter().map(message).collect()
}

/// Both engines put the same records aside, as they came, and say the same of them.
fn dead_letters(found: &[Record], wanted: &[Record]) {
    let letters = |records: &[Record]| -> BTreeSet<Vec<String>> {
        let texts = |record: &Record| {
            let names = [
                "ce_id",
                "ce_type",
                "herald-reason",
                "herald-source",
                "herald-group",
            ];
            let texts = names.map(|name| record.headers.text(name).unwrap_or_default().to_owned());
            let payload = format!("{:?}", record.payload);
            texts.into_iter().chain([payload]).collect()
        };
        records.iter().map(texts).collect()
    };
    assert_eq!(found.len(), 2);
    assert_eq!(letters(found), letters(wanted));
}
