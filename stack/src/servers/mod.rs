//! One file a server.

pub(crate) mod epmd;
pub(crate) mod kafka;
pub(crate) mod mail;
pub(crate) mod mongodb;
pub(crate) mod postgres;
pub(crate) mod rabbitmq;
pub(crate) mod registry;
pub(crate) mod streams;

mod java;
mod user;

/// Whom Kafka lets in besides those on the plain listener, each with the password that
/// [`password`] makes: the example's services, its streams, and `herald`, who may do all.
const USERS: [&str; 7] = [
    "herald",
    "order",
    "payment",
    "inventory",
    "notification",
    "analytics",
    "streams",
];

/// A user's password, for loopback only.
fn password(user: &str) -> String {
    format!("{user}-secret")
}

/// One setting of a server: key and value.
type Setting = (&'static str, &'static str);

/// Settings as lines of a properties file.
fn lines<K: AsRef<str>, V: AsRef<str>>(settings: &[(K, V)]) -> String {
    let line = |(key, value): &(K, V)| [key.as_ref(), "=", value.as_ref(), "\n"].concat();
    settings.iter().map(line).collect()
}
