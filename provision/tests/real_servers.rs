//! Plan and apply on the real servers, on a system of its own.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "real_servers/ground.rs"]
mod ground;

use std::collections::BTreeMap;

use ground::{Ground, Lines};
use provision::{kafka, rabbitmq::Step as Queue, registry::Step as Schema};
use serde_json::json;

#[tokio::test]
#[ignore = "needs the real servers"]
async fn an_applied_plan_is_empty() {
    let ground = Ground::new();
    let before = ground.plan().await;
    let kinds = [
        "topic", "vhost", "exchange", "queue", "binding", "policy", "subject",
    ];
    for kind in kinds {
        assert!(
            before.text().contains(&format!("+ {kind} ")),
            "{kind}:\n{}",
            before.text()
        );
    }
    let applied = ground.apply(&[]).await;
    assert!(applied.errors.is_empty(), "{:?}", applied.errors);
    assert_eq!(applied.left, 0);
    ground.expect(&[]).await;
    let again = ground.apply(&[]).await;
    assert_eq!((again.done, again.left), (0, 0));
    ground.clean().await;
}

#[tokio::test]
#[ignore = "needs the real servers"]
async fn ten_drifts_are_found_and_named() {
    let ground = Ground::ready().await;
    drifts_of_kafka(&ground).await;
    drifts_of_rabbitmq(&ground).await;
    drifts_of_the_registry(&ground).await;
    // Partitions that were added cannot be taken away: last.
    ground
        .kafka(kafka::Step::Partitions(ground.topic(), 5))
        .await;
    ground.expect(&[("!", "topic", &ground.topic())]).await;
    ground.clean().await;
}

async fn drifts_of_kafka(ground: &Ground) {
    let topic = ground.topic();
    let set = |key: &str, value: &str| kafka::Step::Configure {
        topic: ground.topic(),
        set: BTreeMap::from([(key.to_owned(), value.to_owned())]),
        unset: [].into(),
    };
    ground.kafka(set("retention.ms", "60000")).await;
    ground.mended(("~", "topic", &topic), &[]).await;
    ground.kafka(set("retention.ms", "9999999999")).await;
    ground.mended(("!", "topic", &topic), &[&topic]).await;
    ground.kafka(set("segment.ms", "3600000")).await;
    ground.mended(("~", "topic", &topic), &[]).await;
    let dead = format!("{topic}.watcher.dlt");
    ground.kafka(kafka::Step::Delete(dead.clone())).await;
    ground.mended(("+", "topic", &dead), &[]).await;
}

async fn drifts_of_rabbitmq(ground: &Ground) {
    let system = &ground.system;
    let exchange = format!("{system}.commands");
    let queue = format!("{system}-worker.do-work");
    let wait = format!("{queue}.wait.1000");
    ground
        .queue(Queue::Delete(format!("/api/queues/{system}/{wait}")))
        .await;
    ground.mended(("+", "queue", &wait), &[]).await;
    let bound = format!("/api/bindings/{system}/e/{exchange}/q");
    ground
        .queue(Queue::Delete(format!("{bound}/{queue}/{queue}")))
        .await;
    ground
        .mended(
            ("+", "binding", &format!("{exchange}:{queue}:{queue}")),
            &[],
        )
        .await;
    let policy = format!("{system}.queues");
    let tight = json!({ "pattern": ".*", "apply-to": "queues", "definition": { "max-length": 5 } });
    ground
        .queue(Queue::Put(
            format!("/api/policies/{system}/{policy}"),
            tight,
        ))
        .await;
    ground.mended(("!", "policy", &policy), &[&policy]).await;
    let body = json!({ "routing_key": "stray", "arguments": {} });
    ground
        .queue(Queue::Post(format!("{bound}/{wait}"), body))
        .await;
    let stray = format!("{exchange}:stray:{wait}");
    ground.mended(("-", "binding", &stray), &[&stray]).await;
    ground
        .queue(Queue::Put(
            format!("/api/queues/{system}/old"),
            json!({ "durable": true }),
        ))
        .await;
    ground.mended(("-", "queue", "old"), &["old"]).await;
}

async fn drifts_of_the_registry(ground: &Ground) {
    let subject = ground.subject();
    ground.schema(Schema::Level(subject.clone(), "NONE")).await;
    let other =
        json!({ "type": "record", "name": "Happened", "namespace": ground.system, "fields": [] });
    ground
        .schema(Schema::Register(subject.clone(), vec![other]))
        .await;
    let both: Lines<'_> = &[("-", "subject", &subject), ("~", "subject", &subject)];
    ground.expect(both).await;
    let applied = ground.apply(&[&subject]).await;
    assert!(applied.errors.is_empty(), "{:?}", applied.errors);
    ground.expect(&[]).await;
    ground.schema(Schema::Delete(subject.clone())).await;
    ground.mended(("+", "subject", &subject), &[]).await;
}

#[tokio::test]
#[ignore = "needs the real servers"]
async fn what_would_lose_something_is_refused_with_the_reason() {
    let ground = Ground::ready().await;
    let (topic, subject) = (ground.topic(), ground.subject());
    let queue = format!("{}-worker.do-work", ground.system);
    let edits: [(&str, &str, &str, &str); 6] = [
        (
            "partitions: 3",
            "partitions: 2",
            &topic,
            "takes no partition away",
        ),
        (
            "retention: 7d",
            "retention: 1d",
            &topic,
            "older than the new age are deleted",
        ),
        (
            "cleanup: delete",
            "cleanup: compact",
            &topic,
            "of each key only the last one stays",
        ),
        ("ttl: 1h", "ttl: 2h", &queue, "arguments cannot be changed"),
        (
            "count: int",
            "count: string",
            &subject,
            "the registry rejects it",
        ),
        (
            "compatibility: FULL",
            "compatibility: NONE",
            &subject,
            "break readers who are safe now",
        ),
    ];
    for (from, to, name, reason) in edits {
        let edited = ground.edited(from, to);
        edited.refused(name, reason).await;
    }
    ground
        .without_gone()
        .refused(
            &format!("{}.gone", ground.domain()),
            "records would be lost",
        )
        .await;
    ground.expect(&[]).await;
    ground.clean().await;
}

#[tokio::test]
#[ignore = "needs the real servers"]
async fn a_queue_with_messages_is_not_made_anew_even_by_name() {
    let ground = Ground::ready().await;
    let queue = format!("{}-worker.do-work", ground.system);
    let message = json!({
        "properties": {}, "routing_key": queue, "payload": "kept", "payload_encoding": "string",
    });
    let publish = format!("/api/exchanges/{}/amq.default/publish", ground.system);
    ground.queue(Queue::Post(publish, message)).await;
    let edited = ground.edited("ttl: 1h", "ttl: 2h");
    // The broker counts with a delay: the plan may still take it for empty; the deletion does not.
    let applied = edited.apply(&[&queue]).await;
    assert!(applied.left + applied.errors.len() > 0);
    ground.expect(&[]).await;
    ground.clean().await;
}

#[tokio::test]
#[ignore = "needs the real servers"]
async fn what_is_not_ours_is_not_touched() {
    let ground = Ground::ready().await;
    let stranger = format!("{}.stranger", ground.domain());
    let foreign = provision::desired::Topic {
        partitions: 1,
        replication: 1,
        config: BTreeMap::new(),
    };
    // Made and marked by another system.
    let other = format!("{}x", ground.system);
    ground
        .kafka_of(&other, kafka::Step::Create(stranger.clone(), foreign))
        .await;
    ground.expect(&[]).await;
    let claimed = ground.edited("event: Gone", "event: Stranger");
    let text = claimed.plan().await.text();
    assert!(text.contains(&format!("! topic {stranger}\n")), "{text}");
    assert!(
        text.contains(&format!("belongs to system {other}")),
        "{text}"
    );
    ground.kafka_of(&other, kafka::Step::Delete(stranger)).await;
    ground
        .kafka_of(
            &other,
            kafka::Step::Delete(format!("herald.{other}.provisioned")),
        )
        .await;
    ground.clean().await;
}
