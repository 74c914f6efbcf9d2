//! The registry client on the real registry.

#![cfg(feature = "registry")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use herald::registry::confluent::{ConfluentRegistry, RegistrySettings};
use herald::registry::{Registry, RegistryError, SchemaId};

fn registry() -> ConfluentRegistry {
    let url = std::env::var("HERALD_TEST_REGISTRY").unwrap_or_else(|_| {
        panic!("set HERALD_TEST_REGISTRY to the URL of the registry's Confluent API")
    });
    ConfluentRegistry::connect(&RegistrySettings::at(url)).unwrap()
}

/// A subject of this test run's own, with characters that need encoding.
fn subject() -> String {
    let id = herald::world::real::world().new_id().simple().to_string();
    format!("test orders/{id}-shop.Order")
}

/// A record that no other test registered.
fn record(subject: &str, fields: &str) -> String {
    let name: String = subject
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!(r#"{{"type": "record", "name": "R{name}", "fields": [{fields}]}}"#)
}

const ID: &str = r#"{"name": "id", "type": "string"}"#;
const NOTE: &str = r#"{"name": "note", "type": "string", "default": ""}"#;

#[tokio::test]
#[ignore = "needs the real servers"]
async fn a_schema_has_one_id_in_every_subject() {
    let (registry, first, second) = (registry(), subject(), subject());
    let schema = record(&first, ID);
    let missing = registry.id_of(&first, &schema).await;
    assert_eq!(missing, Err(RegistryError::NotRegistered(first.clone())));
    let id = registry.register(&first, &schema).await.unwrap();
    assert_eq!(registry.register(&second, &schema).await, Ok(id));
    // Clients that know nothing yet.
    assert_eq!(self::registry().register(&first, &schema).await, Ok(id));
    assert_eq!(self::registry().id_of(&second, &schema).await, Ok(id));
    let text = self::registry().schema(id).await.unwrap();
    let (text, schema): (serde_json::Value, serde_json::Value) = (
        serde_json::from_str(&text).unwrap(),
        serde_json::from_str(&schema).unwrap(),
    );
    assert_eq!(text, schema);
}

#[tokio::test]
#[ignore = "needs the real servers"]
async fn what_is_unknown_or_no_schema_is_told_apart() {
    let (registry, subject) = (registry(), subject());
    let unknown = SchemaId(2_000_000_000);
    assert_eq!(
        registry.schema(unknown).await,
        Err(RegistryError::UnknownId(unknown))
    );
    let invalid = registry.register(&subject, r#"{"type": "nonsense"}"#).await;
    assert!(
        matches!(invalid, Err(RegistryError::Invalid(_))),
        "{invalid:?}"
    );
    let schema = record(&subject, ID);
    registry.register(&subject, &schema).await.unwrap();
    let other = record(&subject, &format!("{ID}, {NOTE}"));
    let missing = registry.id_of(&subject, &other).await;
    assert_eq!(missing, Err(RegistryError::NotRegistered(subject)));
}

/// Ids of versions that two instances register at once are the same.
#[tokio::test]
#[ignore = "needs the real servers"]
async fn two_who_register_at_once_get_one_id() {
    let subject = subject();
    let schema = record(&subject, ID);
    let (one, two) = (registry(), registry());
    let ids = tokio::join!(
        one.register(&subject, &schema),
        two.register(&subject, &schema)
    );
    assert_eq!(ids.0.unwrap(), ids.1.unwrap());
}
