//! What cannot be handled is set aside as it came, and nothing else is held up.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use demo::orders::{initial_stock, orders};
use demo::shop::Name;
use herald::delivery::dead_letter::{names, original_headers, unbundled};
use herald::topology::{Consumes, Queue, ServiceTopology, Topic};
use herald::transport::{
    Headers, Log, NewMessage, NewRecord, QueueEvent, QueueMessage, Queues, Record, Route,
};
use serde_json::{Value, json};

use crate::bad::{self, Bad};
use crate::ground::{Ground, topology};

const KEY: &str = "some-key";
/// The largest record of a topic where nothing else is said: the brokers' default.
const LIMIT: usize = 1_048_588;
/// The largest frame of RabbitMQ, which the headers of a message must fit into.
const FRAME: usize = 131_072;
/// What the frame holds besides headers.
const FRAME_ITSELF: usize = 35;

/// What was there before: a record's headers with all their repeats, a queue's in any order.
fn original(headers: &Headers) -> Vec<(String, Vec<u8>)> {
    let headers = original_headers(headers);
    let mut all: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_vec()))
        .collect();
    all.sort();
    all
}

fn groups_of(topic: &Topic) -> Vec<(&'static ServiceTopology, &'static Consumes)> {
    let services = topology().services.iter();
    let pairs = services.flat_map(|service| service.consumes.iter().map(move |at| (service, at)));
    pairs.filter(|(_, at)| at.topic == topic.name).collect()
}

/// The type of a topic that most groups consume.
fn common_type(topic: &Topic) -> &'static str {
    let mut counts = BTreeMap::<&str, usize>::new();
    for (_, consumes) in groups_of(topic) {
        consumes
            .types()
            .for_each(|name| *counts.entry(name).or_default() += 1);
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.unwrap().0
}

/// Topics of events that a service consumes: of the others nobody sets anything aside.
fn event_topics() -> impl Iterator<Item = &'static Topic> {
    let topics = topology().topics.iter();
    topics.filter(|topic| topic.dead_letter_of.is_none() && !groups_of(topic).is_empty())
}

async fn lying(ground: &Ground, topic: &str) -> Vec<Record> {
    let records = Arc::<Mutex<Vec<Record>>>::default();
    let into = records.clone();
    let each = move |record| {
        into.lock().unwrap().push(record);
        true
    };
    ground.kafka().read(topic, each).await.unwrap();
    let mut records = records.lock().unwrap();
    std::mem::take(&mut *records)
}

/// Every kind of bad record and a stranger, on one key of a topic.
async fn spoil_topic(ground: &Ground, topic: &Topic) -> Vec<Bad> {
    let message = common_type(topic);
    let room = |headers: &Headers, payload: usize| {
        LIMIT - KEY.len() - payload - headers.size() - bad::FILL.len()
    };
    let all = bad::all(&ground.registry(), topic.name, message, room).await;
    let record = |headers: &Headers, payload: &Bytes| NewRecord {
        topic: topic.name.into(),
        partition: None,
        key: Some(Bytes::from_static(KEY.as_bytes())),
        headers: headers.clone(),
        payload: Some(payload.clone()),
        timestamp: None,
    };
    let mut records: Vec<_> = all
        .iter()
        .map(|bad| record(&bad.headers, &bad.payload))
        .collect();
    records.push(record(
        &bad::headers("shop.elsewhere.Unheard"),
        &Bytes::from_static(b"?"),
    ));
    for answer in ground.kafka().publish(records).await {
        answer.unwrap();
    }
    all
}

async fn spoil_queue(ground: &Ground, queue: &Queue) -> Vec<Bad> {
    let room = |headers: &Headers, _: usize| {
        FRAME - FRAME_ITSELF - headers.size() - 6 * (headers.len() + 1) - bad::FILL.len()
    };
    let all = bad::all(&ground.registry(), queue.name, queue.command, room).await;
    let messages = all.iter().map(|bad| NewMessage {
        // As a stranger sends it: Herald would refuse headers that leave no room.
        route: Route::queue(queue.name),
        message: QueueMessage {
            headers: bad.headers.clone(),
            payload: bad.payload.clone(),
            timestamp: None,
        },
    });
    let rabbitmq = ground.rabbitmq().await;
    for answer in rabbitmq.publish(messages.collect()).await {
        answer.unwrap();
    }
    all
}

/// Orders go through all topics and queues that are spoilt.
async fn orders_come_to_rest(ground: &Ground) {
    let mut client = ground.client();
    for (sku, pieces) in initial_stock().unwrap() {
        let path = format!("/stock/{sku}/receipts");
        let body = json!({ "quantity": pieces });
        client
            .post(Name::Inventory, &path, &body, &format!("first-{sku}"))
            .await
            .unwrap();
    }
    let placed = orders(12, ground.world.now()).unwrap();
    for order in &placed {
        let key = order.order_id.to_string();
        client
            .post(Name::Order, "/orders", &order.draft(), &key)
            .await
            .unwrap();
    }
    for order in &placed {
        let path = format!("/orders/{}", order.order_id);
        ground
            .until(
                &format!("order {} comes to rest", order.number),
                async || {
                    let view = ground.client().get(Name::Order, &path).await.unwrap();
                    let state = view["state"].as_str().unwrap_or_default();
                    ["CONFIRMED", "CANCELLED"].contains(&state)
                },
            )
            .await;
    }
}

/// What is given up has to be what was sent: key, payload, headers, and the reason beside it.
fn compare(place: &str, sent: &[Bad], found: &[(Headers, Bytes)]) {
    assert_eq!(found.len(), sent.len(), "{place}: {found:?}");
    for bad in sent {
        let what = format!("{place}: {}", bad.what);
        let same = found.iter().find(|(headers, payload)| {
            original(headers) == original(&bad.headers) && *payload == bad.payload
        });
        let (headers, _) = same.unwrap_or_else(|| panic!("{what} is not there as it came"));
        assert_eq!(headers.text(names::REASON), Some(bad.reason), "{what}");
        assert!(headers.get(names::LAST_ERROR).is_some(), "{what}");
    }
}

async fn in_queue(ground: &Ground, queue: &str, count: usize) -> Vec<(Headers, Bytes)> {
    let rabbitmq = ground.rabbitmq().await;
    let wanted = u32::try_from(count).unwrap();
    let there = async || rabbitmq.ready(queue).await.unwrap() >= wanted;
    ground
        .until(&format!("{count} letters in {queue}"), there)
        .await;
    let consumer = rabbitmq.consume(queue, 100).await.unwrap();
    let mut found = Vec::new();
    while found.len() < count {
        if let QueueEvent::Delivery(delivery) = consumer.next().await {
            let message = unbundled(delivery.message);
            found.push((message.headers, message.payload));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn bad_input_is_set_aside_as_it_came_and_the_others_go_on() {
    let ground = Ground::up().await;
    ground.open().await;
    let mut topics = Vec::new();
    for topic in event_topics() {
        topics.push((topic, spoil_topic(&ground, topic).await));
    }
    let mut queues = Vec::new();
    for queue in topology().queues {
        queues.push((queue, spoil_queue(&ground, queue).await));
    }
    orders_come_to_rest(&ground).await;
    let mut letters = HashMap::new();
    for (topic, sent) in &topics {
        for (service, consumes) in groups_of(topic) {
            let dead = consumes.dead_letter_topic.unwrap();
            let enough = async || lying(&ground, dead).await.len() >= sent.len();
            ground.until(&format!("letters in {dead}"), enough).await;
            let found = lying(&ground, dead).await;
            for record in &found {
                assert_eq!(record.key.as_deref(), Some(KEY.as_bytes()), "{dead}");
                assert_eq!(
                    record.headers.text(names::SOURCE),
                    Some(topic.name),
                    "{dead}"
                );
                assert_eq!(
                    record.headers.text(names::GROUP),
                    Some(consumes.group),
                    "{dead}"
                );
            }
            let found: Vec<_> = found
                .into_iter()
                .map(|record| (record.headers, record.payload.unwrap_or_default()))
                .collect();
            compare(dead, sent, &found);
            letters.insert(dead, found.len());
            let name = Name::ALL
                .into_iter()
                .find(|name| name.as_str() == service.name);
            let source = format!("source=\"{}\"", topic.name);
            let foreign = ground
                .metric(name.unwrap(), "herald_foreign_total", &[&source])
                .await;
            assert!(foreign >= 1, "{dead}: the stranger was not counted");
        }
    }
    for (queue, sent) in &queues {
        let dead = queue.dead_letter.unwrap();
        compare(dead, sent, &in_queue(&ground, dead, sent.len()).await);
        letters.insert(dead, sent.len());
    }
    the_program_shows_them(&ground, &letters).await;
}

async fn the_program_shows_them(ground: &Ground, letters: &HashMap<&str, usize>) {
    let all: usize = letters.values().sum();
    let listed = ground.dlq(&["list"]).await;
    assert_eq!(
        (listed.code, listed.lines.len()),
        (0, all),
        "{}",
        listed.remarks
    );
    let shown = ground.dlq(&["show", "--reason", "undecodable"]).await;
    assert_eq!(shown.lines.len(), all / 8 * 6);
    let of_other = shown
        .lines
        .iter()
        .filter(|line| line["unreadable"].is_string());
    for line in of_other.clone() {
        assert!(line["payload"].is_object(), "{line}");
    }
    assert_eq!(of_other.count(), all / 8);
    let cut = shown
        .lines
        .iter()
        .filter(|line| line["undecodable"].is_string());
    assert!(cut.clone().all(|line| line["payload_hex"].is_string()));
    assert_eq!(cut.count(), all / 8 * 5);
    // Nothing of it is redrivable: each comes back for the same reason.
    let dry = ground.dlq(&["redrive", "--dry-run"]).await;
    assert_eq!((dry.code, dry.lines.len()), (0, all));
    let unasked = ground.dlq(&["discard"]).await;
    assert_eq!((unasked.code, unasked.lines.len()), (2, all));
    assert!(unasked.remarks.contains("--yes"), "{}", unasked.remarks);
    let gone = ground.dlq(&["discard", "--yes"]).await;
    assert_eq!((gone.code, gone.lines.len()), (0, all), "{}", gone.remarks);
    let left: Vec<Value> = ground.dlq(&["list"]).await.lines;
    assert_eq!(left, Vec::<Value>::new());
    let handled = ground.dlq(&["list", "--handled", "--only", "kafka"]).await;
    assert!(
        handled
            .texts("handled")
            .iter()
            .all(|word| *word == "discarded")
    );
    assert_eq!(handled.lines.len(), all - 8 * topology().queues.len());
}
