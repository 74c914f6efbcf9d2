//! Clients that know nothing of Herald read what it wrote, and write what it reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use demo::orders::orders;
use demo::shop::Name;
use rustix::process::Signal;
use serde_json::{Value, json};
use stack::Home;
use tokio::process::Command;
use uuid::Uuid;

use crate::ground::Ground;

const PLACED: usize = 5;

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/python")
}

/// Python with the clients' libraries, installed once in a folder of the stack.
pub(crate) async fn python() -> PathBuf {
    let folder = Home::find().unwrap().dir().join("python");
    let wanted = std::fs::read_to_string(scripts().join("requirements.txt")).unwrap();
    let (program, mark) = (folder.join("bin/python"), folder.join("installed.txt"));
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return program;
    }
    let about = "Python 3.9 or later with venv (Debian: python3-venv)";
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    assert!(venv.status().await.expect(about).success(), "{about}");
    let mut pip = Command::new(&program);
    pip.args(["-m", "pip", "install", "--quiet", "-r"]);
    pip.arg(scripts().join("requirements.txt"));
    assert!(pip.status().await.unwrap().success(), "pip install failed");
    std::fs::write(mark, wanted).unwrap();
    program
}

/// Runs the script; what it read, a line each.
pub(crate) async fn run(python: &Path, args: &[&str]) -> Vec<Value> {
    let script = scripts().join("clients.py");
    let output = Command::new(python).arg(script).args(args).output().await;
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn place(ground: &Ground, range: std::ops::Range<usize>) -> Vec<Value> {
    let placed = orders(range.end, ground.world.now())
        .unwrap()
        .split_off(range.start);
    let mut drafts = Vec::new();
    for order in placed {
        let key = order.order_id.to_string();
        let draft = order.draft();
        ground
            .client()
            .post(Name::Order, "/orders", &draft, &key)
            .await
            .unwrap();
        drafts.push(draft);
    }
    drafts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn python_reads_what_herald_wrote_and_writes_what_herald_reads() {
    let (ground, python) = (Ground::up().await, python().await);
    ground.open().await;
    let drafts = place(&ground, 0..PLACED).await;
    over_kafka(&ground, &python, &drafts).await;
    over_rabbitmq(&ground, &python).await;
}

async fn over_kafka(ground: &Ground, python: &Path, drafts: &[Value]) {
    let (brokers, registry) = (
        ground.endpoints.kafka.join(","),
        ground.endpoints.registry.clone(),
    );
    let (registry, new) = (registry.unwrap(), Uuid::new_v4().to_string());
    let count = PLACED.to_string();
    let read = run(python, &["orders", &brokers, &registry, &count, &new]).await;
    let field = |name: &'static str, of: &Value| of[name].as_str().unwrap().to_owned();
    let ids = |of: &mut dyn Iterator<Item = &Value>| -> BTreeSet<String> {
        of.map(|value| field("order_id", value)).collect()
    };
    let found = ids(&mut read.iter().map(|line| &line["value"]));
    assert_eq!(found, ids(&mut drafts.iter()));
    for line in &read {
        let (value, headers) = (&line["value"], &line["headers"]);
        let id = field("order_id", value);
        let draft = drafts
            .iter()
            .find(|draft| draft["order_id"] == id.as_str())
            .unwrap();
        assert_eq!(line["key"], draft["order_id"]);
        for name in [
            "customer_id",
            "customer_email",
            "country",
            "currency",
            "attributes",
        ] {
            assert_eq!(value[name], draft[name], "{name}");
        }
        for name in ["sku", "name", "quantity", "unit_price", "discount_percent"] {
            assert_eq!(value["lines"][0][name], draft["lines"][0][name], "{name}");
        }
        assert_eq!(headers["ce_specversion"], "1.0");
        assert_eq!(headers["ce_subject"], id);
    }
    let answer = run(python, &["payment", &brokers, &registry, &new]).await;
    assert_eq!(answer[0]["value"]["order_id"], json!(new));
    let kind = field("ce_type", &answer[0]["headers"]);
    assert!(kind.starts_with("shop.payments.Payment"), "{kind}");
}

async fn over_rabbitmq(ground: &Ground, python: &Path) {
    let (amqp, registry) = (&ground.endpoints.amqp[0], ground.endpoints.registry.clone());
    let (registry, address) = (registry.unwrap(), "python@example.org");
    // Its mails wait in the queue.
    ground.signal("notification", Signal::TERM);
    ground.ended("notification").await;
    place(ground, PLACED..PLACED + 1).await;
    let id = Uuid::new_v4().to_string();
    let read = run(python, &["mail", amqp, &registry, address, &id]).await;
    let (headers, value) = (&read[0]["headers"], &read[0]["value"]);
    assert_eq!(headers["ce_type"], "shop.notifications.SendEmail");
    assert!(value["to"].as_str().unwrap().contains('@'), "{value}");
    let door = ground.launch(Name::Notification, "notification");
    ground.doors.open_socket(Name::Notification, door);
    ground.ready(Name::Notification).await;
    ground
        .until("both mails come", async || {
            ground.mails_to(address).await.len() == 1
        })
        .await;
    let to = value["to"].as_str().unwrap();
    ground
        .until("the first mail comes", async || {
            !ground.mails_to(to).await.is_empty()
        })
        .await;
    // Others may give up what they hear of an order that nobody placed.
    let written = ["list", "--type", "OrderPlaced,SendEmail"];
    assert_eq!(ground.dlq(&written).await.lines.len(), 0);
}
