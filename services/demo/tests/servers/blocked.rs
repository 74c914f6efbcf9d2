//! RabbitMQ takes nothing for a while: its memory alarm blocks whoever publishes.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use demo::orders::{initial_stock, orders};
use demo::shop::Name;
use serde_json::json;
use tokio::process::Command;

use crate::ground::Ground;

const ORDERS: usize = 8;
/// As the stack has it.
const USUAL: &[&str] = &["absolute", "512MB"];

/// Calls RabbitMQ's own tool; says what it printed.
async fn ctl(ground: &Ground, arguments: &[&str]) -> String {
    let rows = stack::status(&ground.home).unwrap();
    let node = rows
        .into_iter()
        .find(|row| row.name.starts_with("rabbitmq"));
    let pid = node.unwrap().pid.unwrap();
    // The tool finds the node as the node was told to be found.
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    let pairs = environment.split(|byte| *byte == 0).filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        let text = std::ffi::OsStr::from_bytes;
        Some((
            text(&pair[..at]).to_owned(),
            text(&pair[at + 1..]).to_owned(),
        ))
    });
    let installed = Path::new("/usr/lib/rabbitmq/bin/rabbitmqctl");
    let tool = if installed.exists() {
        installed
    } else {
        Path::new("rabbitmqctl")
    };
    let output = Command::new(tool)
        .env_clear()
        .envs(pairs.filter(|(name, _)| name != "RUNNING_UNDER_SYSTEMD"))
        .arg("--quiet")
        .args(arguments)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "rabbitmqctl: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Sets the memory that RabbitMQ may have before it blocks publishers.
async fn watermark(ground: &Ground, value: &[&str]) {
    let set = ["set_vm_memory_high_watermark"];
    ctl(ground, &[&set, value].concat()).await;
}

/// Whether RabbitMQ blocks the connection that a service publishes on. It does so as soon as
/// something is published there.
async fn blocked(ground: &Ground, service: Name) -> bool {
    let connections = ctl(ground, &["list_connections", "client_properties", "state"]).await;
    let purpose = format!("{} publishing", service.as_str());
    let mut lines = connections.lines();
    lines.any(|line| line.contains(&purpose) && line.ends_with("\tblocked"))
}

/// Commands `SendEmail` of a service that a broker acknowledged.
async fn sent_by(ground: &Ground, service: Name) -> u64 {
    let labels = ["SendEmail"];
    ground
        .metric(service, "herald_produced_total", &labels)
        .await
}

/// The same of all services that send them.
async fn sent(ground: &Ground) -> u64 {
    sent_by(ground, Name::Order).await + sent_by(ground, Name::Payment).await
}

async fn waiting(ground: &Ground) -> u64 {
    let mut sum = 0;
    for name in Name::ALL {
        sum += ground.metric(name, "herald_outbox_depth", &[]).await;
    }
    sum
}

async fn place(ground: &Ground, range: std::ops::Range<usize>) {
    for order in orders(range.end, ground.world.now())
        .unwrap()
        .split_off(range.start)
    {
        let key = order.order_id.to_string();
        ground
            .client()
            .post(Name::Order, "/orders", &order.draft(), &key)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn a_blocked_connection_pauses_publishing_and_loses_nothing() {
    let ground = Ground::up().await;
    ground.open().await;
    for (sku, pieces) in initial_stock().unwrap() {
        let path = format!("/stock/{sku}/receipts");
        let body = json!({ "quantity": pieces });
        let key = format!("first-{sku}");
        ground
            .client()
            .post(Name::Inventory, &path, &body, &key)
            .await
            .unwrap();
    }
    place(&ground, 0..2).await;
    ground
        .until("mails are sent", async || sent(&ground).await >= 2)
        .await;
    watermark(&ground, &["0"]).await;
    place(&ground, 2..ORDERS).await;
    let taken = async || blocked(&ground, Name::Order).await;
    ground
        .until("the order service's publishing is blocked", taken)
        .await;
    let before = sent_by(&ground, Name::Order).await;
    place(&ground, ORDERS..ORDERS + 2).await;
    let queues = "broker=\"queues\"";
    let held = async || {
        let name = "herald_outbox_depth";
        ground.metric(Name::Order, name, &[queues]).await >= 2
    };
    ground.until("commands wait in the outbox", held).await;
    assert_eq!(
        sent_by(&ground, Name::Order).await,
        before,
        "published while the broker took nothing"
    );
    watermark(&ground, USUAL).await;
    let all = async || waiting(&ground).await == 0 && sent_by(&ground, Name::Order).await > before;
    ground.until("the outboxes are empty", all).await;
    let mut last = (0, 0);
    ground
        .until("every counted command became a mail", async || {
            let now = (sent(&ground).await, ground.mails().await.len() as u64);
            if now != last {
                println!("{} commands, {} mails", now.0, now.1);
            }
            last = now;
            now.1 >= now.0 && waiting(&ground).await == 0
        })
        .await;
    let mails = ground.mails().await;
    let distinct: std::collections::BTreeSet<_> = mails.iter().map(|it| &it.message_id).collect();
    assert_eq!(distinct.len(), mails.len(), "a mail came twice");
    // One when it is received and one when it comes to its end, at least.
    assert!(mails.len() >= 2 * (ORDERS + 2), "{} mails", mails.len());
    assert_eq!(ground.dlq(&["list"]).await.lines.len(), 0);
}
