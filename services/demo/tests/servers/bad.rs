//! Input that nobody can handle.

use std::path::Path;

use bytes::Bytes;
use herald::envelope::frame;
use herald::registry::confluent::ConfluentRegistry;
use herald::registry::{Registry, SchemaId, subject};
use herald::transport::Headers;
use herald_avro::schema::{Schema, parse};
use herald_avro::value::{Random, random};
use uuid::Uuid;

/// An id that no registry gives.
const UNKNOWN: SchemaId = SchemaId(2_000_000_000);
/// It lacks what every message has that is about an order.
const OTHER: &str = "shop.inventory.StockReceived";
/// It lacks what messages about stock have.
const MAIL: &str = "shop.notifications.SendEmail";

/// The header that fills the rest.
pub(crate) const FILL: &str = "x-fill";

/// One bad message.
#[derive(Debug, Clone)]
pub(crate) struct Bad {
    /// What is wrong with it.
    pub(crate) what: &'static str,
    /// What it is to be given up for.
    pub(crate) reason: &'static str,
    pub(crate) headers: Headers,
    pub(crate) payload: Bytes,
}

/// The schema of a message of the catalog, as it was generated.
pub(crate) fn schema_text(message: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(format!("generated/avro/{message}.avsc"));
    std::fs::read_to_string(path).unwrap()
}

/// The headers that a message of a type has.
pub(crate) fn headers(message: &str) -> Headers {
    let id = Uuid::new_v4().to_string();
    let pairs = [
        ("ce_specversion", "1.0"),
        ("ce_id", &id),
        ("ce_source", "/shop/test"),
        ("ce_type", message),
        ("content-type", "application/avro"),
    ];
    pairs.into_iter().collect()
}

/// Any datum of a schema.
pub(crate) fn datum(schema: &Schema) -> Vec<u8> {
    random(schema, &mut Random::new(7)).unwrap().to_bytes()
}

pub(crate) fn framed(id: SchemaId, datum: &[u8]) -> Bytes {
    let mut bytes = Vec::new();
    frame(id, &mut bytes);
    bytes.extend_from_slice(datum);
    bytes.into()
}

/// Every kind of bad message for a type in a topic or queue; `room` says how long the value of one
/// more header may be beside these and a payload of that many bytes.
pub(crate) async fn all(
    registry: &ConfluentRegistry,
    carrier: &str,
    message: &str,
    room: impl Fn(&Headers, usize) -> usize,
) -> Vec<Bad> {
    let text = schema_text(message);
    let schema = parse(&text).unwrap();
    let about_stock = message.starts_with("shop.inventory.Stock") && carrier == "inventory.stock";
    let other = if about_stock { MAIL } else { OTHER };
    let subjects = [message, other].map(|name| subject(carrier, name));
    let id = registry.register(&subjects[0], &text).await.unwrap();
    let other_text = schema_text(other);
    let other_id = registry.register(&subjects[1], &other_text).await;
    let other_id = other_id.unwrap();
    let good = datum(&schema);
    let bad = |what, reason, payload: Bytes| Bad {
        what,
        reason,
        headers: headers(message),
        payload,
    };
    let garbage = Bytes::from_static(b"\xff\xfegarbage\0");
    let mut all = vec![
        bad("garbage", "undecodable", garbage.clone()),
        bad(
            "an unknown schema id",
            "undecodable",
            framed(UNKNOWN, &good),
        ),
        bad(
            "a truncated payload",
            "undecodable",
            framed(id, &good[..good.len() - 1]),
        ),
        bad("no payload", "undecodable", Bytes::new()),
        bad(
            "another type's payload",
            "undecodable",
            framed(other_id, &datum(&parse(&other_text).unwrap())),
        ),
        bad("full headers", "undecodable", garbage.clone()),
        bad("no type", "no-envelope", garbage.clone()),
        bad("no envelope at all", "no-envelope", garbage),
    ];
    let full = &mut all[5];
    let room = room(&full.headers, full.payload.len());
    full.headers.push(FILL, vec![b'f'; room]);
    all[6].headers.remove("ce_type");
    all[7].headers = Headers::new();
    all
}
