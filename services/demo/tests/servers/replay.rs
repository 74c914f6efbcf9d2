//! The read model built anew on the real servers, while orders come in.

use std::collections::BTreeMap;

use demo::client::Client;
use demo::orders::{SourceOrder, orders};
use demo::shop::Name;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::ground::{Ground, program};

const ORDERS: usize = 40;

/// Everything that the service is asked for.
const QUESTIONS: [&str; 7] = [
    "/analytics/orders",
    "/analytics/money",
    "/analytics/events",
    "/analytics/revenue/country",
    "/analytics/revenue/sku",
    "/analytics/revenue/minute",
    "/analytics/dashboard",
];

async fn figures(client: &mut Client) -> BTreeMap<&'static str, Value> {
    let mut figures = BTreeMap::new();
    for question in QUESTIONS {
        let answer = client.get(Name::Analytics, question).await.unwrap();
        figures.insert(question, answer);
    }
    figures
}

async fn place(client: &mut Client, orders: &[SourceOrder]) {
    for order in orders {
        let key = order.order_id.to_string();
        client
            .post(Name::Order, "/orders", &order.draft(), &key)
            .await
            .unwrap();
    }
}

/// Waits until every order is decided, the messages about it are handled, and figures stand still.
async fn at_rest(
    ground: &Ground,
    client: &mut Client,
    placed: usize,
) -> BTreeMap<&'static str, Value> {
    let mut last = BTreeMap::new();
    let mut same = 0;
    ground
        .until("the figures stand still", async || {
            let now = figures(client).await;
            let decided = now["/analytics/dashboard"]["decided"].as_u64();
            same = if now == last { same + 1 } else { 0 };
            last = now;
            decided == Some(placed as u64) && same >= 20
        })
        .await;
    last
}

/// Runs the service's program until it has built a read model anew, or refused to.
async fn replay(ground: &Ground, more: &[(&str, &str)], flags: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(program("analytics"))
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(ground.addresses())
        .envs(more.iter().copied())
        .args(flags)
        .output()
        .await
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// The generation that instances say they went over to, from the service's log.
fn went_over(ground: &Ground) -> bool {
    let log = std::fs::read_to_string(ground.home.log("analytics")).unwrap();
    log.contains("another read model is in use")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn a_read_model_is_built_anew_while_orders_come() {
    let ground = Ground::up().await;
    ground.open().await;
    let mut client = ground.client();
    let body = json!({ "quantity": 1_000 });
    let all = orders(ORDERS, ground.world.now()).unwrap();
    for line in all.iter().flat_map(|order| &order.lines) {
        let path = format!("/stock/{}/receipts", line.sku);
        let key = format!("delivery-{}", line.sku);
        client
            .post(Name::Inventory, &path, &body, &key)
            .await
            .unwrap();
    }
    let (first, second) = all.split_at(ORDERS / 2);
    place(&mut client, first).await;
    let before = at_rest(&ground, &mut client, first.len()).await;
    let url = ground.endpoints.postgres["analytics"].clone();
    let (status, said) = replay(&ground, &[], &["--replay-from=start"]).await;
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("HERALD_POSTGRES_URL"), "{said}");
    // Orders come while the log is read again.
    let mut customer = ground.client();
    let here = [("HERALD_POSTGRES_URL", url.as_str())];
    let ((), (status, said)) = tokio::join!(
        place(&mut customer, second),
        replay(&ground, &here, &["--replay-from=start"]),
    );
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("generation 1 is in use"), "{said}");
    ground
        .until("it goes over", async || went_over(&ground))
        .await;
    let after = at_rest(&ground, &mut client, ORDERS).await;
    // Once more, with nothing going on: figure for figure the same.
    let (status, said) = replay(&ground, &here, &["--replay-from=START"]).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("generation 2 is in use"), "{said}");
    // Whoever starts now begins with the one in use.
    ground.signal("analytics", Signal::TERM);
    ground.ended("analytics").await;
    let address = ground.launch(Name::Analytics, "analytics");
    ground.doors.open_socket(Name::Analytics, address);
    ground.ready(Name::Analytics).await;
    assert_eq!(at_rest(&ground, &mut client, ORDERS).await, after);
    assert_ne!(before, after);
    // From now on nothing is known; what follows about older orders changes nothing.
    let now = format!("--replay-from={}", ground.world.now());
    let (status, said) = replay(&ground, &here, &[&now]).await;
    assert_eq!(status, Some(0), "{said}");
    ground
        .until("the figures are empty", async || {
            let money = client
                .get(Name::Analytics, "/analytics/money")
                .await
                .unwrap();
            money["captured"] == "0.00" && money["refunded"] == "0.00"
        })
        .await;
    assert_eq!(ground.dlq(&["list"]).await.lines.len(), 0);
}
