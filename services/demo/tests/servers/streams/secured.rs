//! The application logs in to the real Kafka, and speaks TLS; what is wrong with its settings is said in
//! one line.

use demo::orders::orders;
use generated::events::OrderSold;
use herald::Event;

use super::events::{events, sold};
use super::program::Program;
use super::{on_stack, provision, read, write};
use crate::foreign::python;
use crate::ground::Ground;

/// Orders of one way to log in.
const ORDERS: usize = 20;

pub(super) type Variables<'a> = Vec<(&'static str, &'a str)>;

/// By the listener that asks for a login.
pub(super) fn login<'a>(
    ground: &'a Ground,
    mechanism: &'a str,
    user: &'a str,
    password: &'a str,
) -> Variables<'a> {
    vec![
        ("HERALD_KAFKA_BROKERS", &ground.endpoints.kafka_sasl[0]),
        ("HERALD_KAFKA_SECURITY_PROTOCOL", "sasl_plaintext"),
        ("HERALD_KAFKA_SASL_MECHANISM", mechanism),
        ("HERALD_KAFKA_SASL_USERNAME", user),
        ("HERALD_KAFKA_SASL_PASSWORD", password),
    ]
}

fn by_tls<'a>(ground: &'a Ground, authority: Option<&'a str>) -> Variables<'a> {
    let mut variables = vec![
        (
            "HERALD_KAFKA_BROKERS",
            ground.endpoints.kafka_tls[0].as_str(),
        ),
        ("HERALD_KAFKA_SECURITY_PROTOCOL", "ssl"),
    ];
    variables.extend(authority.map(|path| ("HERALD_KAFKA_SSL_CA_LOCATION", path)));
    variables
}

/// Kafka and the registry, the application built and not running.
pub(super) async fn ground() -> Ground {
    let ground = Ground::servers(&["kafka", "registry", "streams"]).await;
    on_stack(&ground, |home| stack::stop_one(home, "streams").unwrap()).await;
    ground
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn it_logs_in_by_every_way_that_services_know() {
    let (ground, python) = (ground().await, python().await);
    provision(&ground).await;
    let authority = ground.endpoints.authority.clone().unwrap();
    let ways = [
        login(&ground, "PLAIN", "herald", "herald-secret"),
        login(&ground, "SCRAM-SHA-256", "herald", "herald-secret"),
        login(&ground, "SCRAM-SHA-512", "herald", "herald-secret"),
        by_tls(&ground, authority.to_str()),
    ];
    let orders = orders(ORDERS * ways.len(), ground.world.now()).unwrap();
    let mut confirmed = 0;
    for (way, orders) in ways.iter().zip(orders.chunks(ORDERS)) {
        let program = Program::start(&ground, "secured", way);
        program.ready(&ground).await;
        let events = events(orders);
        write(&ground, &python, &events).await;
        confirmed += sold(orders);
        ground
            .until("what was confirmed is sold", async || {
                read(&ground, OrderSold::TOPIC).await.len() >= confirmed
            })
            .await;
        program.stop().await;
    }
    assert_eq!(read(&ground, OrderSold::TOPIC).await.len(), confirmed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn who_is_not_let_in_ends_with_one_line() {
    let ground = ground().await;
    let password = [
        "s3cret",
        "HERALD_KAFKA_SASL_PASSWORD or _PASSWORD_FILE",
        "herald",
    ];
    for mechanism in ["PLAIN", "SCRAM-SHA-512"] {
        let way = login(&ground, mechanism, "herald", password[0]);
        taught(&ground, &way, &password[1..]).await;
    }
    let stranger = by_tls(&ground, None);
    taught(
        &ground,
        &stranger,
        &["certification path", "HERALD_KAFKA_SSL_CA_LOCATION"],
    )
    .await;
}

/// It ends, with one line of its own that has these words, and no secret.
pub(super) async fn taught(ground: &Ground, variables: &[(&str, &str)], words: &[&str]) {
    let program = Program::start(ground, "refused", variables);
    let (code, text) = program.ended().await;
    assert_eq!(code, Some(2), "{text}");
    let mut lines = text.lines().filter(|line| line.starts_with("cannot run: "));
    let line = lines.next().unwrap_or_else(|| panic!("{text}"));
    assert_eq!(lines.next(), None, "{text}");
    for word in words {
        assert!(line.contains(word), "{word} is not in: {line}");
    }
    assert!(!text.contains("s3cret"), "{text}");
}
