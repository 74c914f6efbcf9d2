//! The application with exactly the rules that `apply` makes of the catalog, on a Kafka that asks for them.

use std::fs;
use std::path::{Path, PathBuf};

use demo::orders::orders;
use generated::events::{DeclinesByReason, OrderSold, SalesPerMinute};
use herald::Event;
use tokio::process::Command;

use super::events::{events, sold};
use super::program::Program;
use super::secured::{ground, login, taught};
use super::{DEAD, LATE, read, write};
use crate::foreign::python;
use crate::ground::{Ground, program};

const ORDERS: usize = 80;
const GROUP: &str = "shop.confirmed-orders";

/// Beside the example's environments. Analytics reads what the streams read, in another group.
const ENVIRONMENT: &str = "\
environment: secured
doc: Where the streams and one service log in.
defaults: { partitions: 2, replication: 1 }
principals: { streams: streams, analytics: analytics }
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn it_does_its_work_with_the_rules_of_the_catalog_and_none_without() {
    let (ground, python) = (ground().await, python().await);
    let catalog = catalog(&ground);
    let said = provision(&ground, &catalog, "apply").await;
    assert!(said.contains("+ acl User:streams\n"), "{said}");
    assert_eq!(provision(&ground, &catalog, "plan").await, "");

    let stranger = login(&ground, "PLAIN", "order", "order-secret");
    let help = "principals: { streams: USER }";
    taught(
        &ground,
        &stranger,
        &["Kafka does not let order", "ordering.orders", help],
    )
    .await;
    let mut reader = login(&ground, "PLAIN", "analytics", "analytics-secret");
    // Of this one it may read the sources.
    reader.push(("HERALD_STREAMS", "confirmed-orders"));
    taught(
        &ground,
        &reader,
        &["Kafka does not let analytics", GROUP, help],
    )
    .await;

    let known = login(&ground, "PLAIN", "streams", "streams-secret");
    let application = Program::start(&ground, "known", &known);
    application.ready(&ground).await;
    let orders = orders(ORDERS, ground.world.now()).unwrap();
    let (early, late) = orders.split_at(ORDERS / 2);
    write(&ground, &python, &events(late)).await;
    emitted(&ground, OrderSold::TOPIC, sold(late)).await;
    emitted(&ground, DeclinesByReason::TOPIC, 1).await;
    emitted(&ground, DEAD, 2).await;
    application.close_windows(&ground).await;
    emitted(&ground, SalesPerMinute::TOPIC, 1).await;
    write(&ground, &python, &events(early)).await;
    emitted(&ground, LATE, 1).await;
    application.stop().await;

    for _ in 0..2 {
        assert_eq!(provision(&ground, &catalog, "plan").await, "");
    }
}

/// Waits until so many records lie in a topic.
async fn emitted(ground: &Ground, topic: &str, count: usize) {
    ground
        .until(topic, async || read(ground, topic).await.len() >= count)
        .await;
}

/// The example's catalog with one more environment.
fn catalog(ground: &Ground) -> PathBuf {
    let copy = ground.home.dir().join("catalog");
    copy_folder(&root().join("catalog"), &copy);
    fs::write(copy.join("environments/secured.yaml"), ENVIRONMENT).unwrap();
    copy
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// What the program says, by whom all is allowed.
async fn provision(ground: &Ground, catalog: &Path, verb: &str) -> String {
    let output = Command::new(program("provision"))
        .args([
            verb,
            "--env",
            "secured",
            "--only",
            "kafka,registry",
            "--catalog",
        ])
        .arg(catalog)
        .env("HERALD_KAFKA_BROKERS", ground.endpoints.kafka.join(","))
        .env(
            "HERALD_REGISTRY_URL",
            ground.endpoints.registry.as_ref().unwrap(),
        )
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{verb}: {said}{errors}");
    said
}
