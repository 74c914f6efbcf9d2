//! One dead letter.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use herald::delivery::dead_letter::names;
use herald::envelope::{Envelope, names as ce};
use herald::transport::{Headers, Tag};
use jiff::Timestamp;
use uuid::Uuid;

use crate::origin::Origin;

/// Where a letter lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a dead-letter topic, written `topic/partition/offset`.
    Topic {
        /// The topic.
        topic: Arc<str>,
        /// The partition.
        partition: u32,
        /// The offset.
        offset: u64,
    },
    /// In a dead-letter queue, which has no places: a digest of headers and payload stands for it,
    /// written `queue/digest`.
    Queue {
        /// The queue.
        queue: String,
        /// Twelve hexadecimal digits.
        digest: String,
        /// What it is settled by.
        tag: Tag,
    },
}

impl Place {
    /// The place of a message that a queue handed over.
    pub fn in_queue(queue: &str, headers: &Headers, payload: &[u8], tag: Tag) -> Self {
        let mut named: Vec<_> = headers.iter().collect();
        named.sort();
        let mut bytes = Vec::with_capacity(payload.len() + headers.size() + 8 * headers.len());
        for (name, value) in named {
            for part in [name.as_bytes(), value] {
                bytes.extend_from_slice(&part.len().to_be_bytes());
                bytes.extend_from_slice(part);
            }
        }
        bytes.extend_from_slice(payload);
        let mut digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes)
            .simple()
            .to_string();
        digest.truncate(12);
        Self::Queue {
            queue: queue.to_owned(),
            digest,
            tag,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic {
                topic,
                partition,
                offset,
            } => write!(f, "{topic}/{partition}/{offset}"),
            Self::Queue { queue, digest, .. } => write!(f, "{queue}/{digest}"),
        }
    }
}

/// A message that was given up.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Where it lies.
    pub place: Place,
    /// Whose it is.
    pub origin: Arc<Origin>,
    /// The record's key.
    pub record_key: Option<Bytes>,
    /// Its headers, those of the dead letter included.
    pub headers: Headers,
    /// Its payload, as it came; `None` is a tombstone.
    pub payload: Option<Bytes>,
    /// When its broker got it, where the broker says so.
    pub appended: Option<Timestamp>,
    /// What was done with it already.
    pub handled: Option<Handled>,
}

/// What was done with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// `redriven` or `discarded`.
    pub action: String,
    /// When.
    pub time: Option<Timestamp>,
}

impl Letter {
    /// The message's id: its own, or for a foreign record the place that it came from.
    pub fn id(&self) -> Option<String> {
        let own = |name| self.headers.text(name).filter(|text| !text.is_empty());
        if let (Some(id), Some(_)) = (own(ce::ID), own(ce::SOURCE)) {
            return Some(id.to_owned());
        }
        let (partition, offset) = (self.number(names::PARTITION)?, self.number(names::OFFSET)?);
        let partition = u32::try_from(partition).ok()?;
        Some(Envelope::place(self.source(), partition, offset).0)
    }

    /// Its type, an Avro full name, where it says one.
    pub fn message_type(&self) -> Option<&str> {
        Envelope::message_type_of(&self.headers).ok()
    }

    /// The record's key as text; of a command, what it is about.
    pub fn key(&self) -> Option<String> {
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let subject = || self.headers.text(ce::SUBJECT).map(str::to_owned);
        self.record_key.as_ref().map(text).or_else(subject)
    }

    /// Why it was given up: the runtime's word, or `broker` and RabbitMQ's.
    pub fn reason(&self) -> String {
        let ours = self.headers.text(names::REASON).map(str::to_owned);
        let theirs = || self.headers.text("x-first-death-reason");
        ours.or_else(|| theirs().map(|why| format!("broker-{why}")))
            .unwrap_or_else(|| "unknown".to_owned())
    }

    /// The topic or queue it came from.
    pub fn source(&self) -> &str {
        let said = self.headers.text(names::SOURCE);
        said.unwrap_or_else(|| self.origin.source())
    }

    /// The partition it came from.
    pub fn partition(&self) -> Option<u64> {
        self.number(names::PARTITION)
    }

    /// Its offset there.
    pub fn offset(&self) -> Option<u64> {
        self.number(names::OFFSET)
    }

    /// How often its handler was tried.
    pub fn attempts(&self) -> Option<u64> {
        self.number(names::ATTEMPTS)
    }

    /// The error of the first attempt.
    pub fn first_error(&self) -> Option<&str> {
        self.headers.text(names::FIRST_ERROR)
    }

    /// The error of the last attempt.
    pub fn last_error(&self) -> Option<&str> {
        self.headers.text(names::LAST_ERROR)
    }

    /// When it was given up: by its own word, or else when its broker got it.
    pub fn given_up(&self) -> Option<Timestamp> {
        let said = self.headers.text(names::TIME);
        said.and_then(|text| text.parse().ok()).or(self.appended)
    }

    /// Partition and offset in the dead-letter topic; `None` in a queue.
    pub fn place_in_topic(&self) -> Option<(u32, u64)> {
        match self.place {
            Place::Topic {
                partition, offset, ..
            } => Some((partition, offset)),
            Place::Queue { .. } => None,
        }
    }

    /// Whether a name a person gave means this one: its message id, or its place.
    pub fn is_called(&self, name: &str) -> bool {
        self.place.to_string() == name || self.id().is_some_and(|id| id == name)
    }

    fn number(&self, header: &str) -> Option<u64> {
        self.headers.text(header)?.parse().ok()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::origin::Commands;

    /// A letter in a queue with these headers.
    pub(crate) fn letter(headers: &[(&'static str, &str)]) -> Letter {
        let named = headers.iter().map(|(name, value)| (*name, *value));
        let headers: Headers = named.collect();
        let tag = Tag {
            connection: 1,
            delivery: 1,
        };
        Letter {
            place: Place::in_queue("mail.send.dlq", &headers, b"x", tag),
            origin: Arc::new(Origin::Queue(Commands {
                queue: "mail.send".to_owned(),
                levels: 1,
                service: "mail".to_owned(),
                dead: "mail.send.dlq".to_owned(),
            })),
            record_key: None,
            headers,
            payload: Some(Bytes::from_static(b"x")),
            appended: None,
            handled: None,
        }
    }

    #[test]
    fn a_foreign_record_is_called_by_where_it_came_from() {
        let foreign = letter(&[
            (names::SOURCE, "orders"),
            (names::PARTITION, "2"),
            (names::OFFSET, "9"),
        ]);
        assert_eq!(foreign.id().as_deref(), Some("orders/2/9"));
        assert!(foreign.is_called("orders/2/9") && foreign.is_called(&foreign.place.to_string()));
        let own = letter(&[(ce::ID, "1"), (ce::SOURCE, "/shop/order")]);
        assert_eq!(own.id().as_deref(), Some("1"));
        assert_eq!(letter(&[]).id(), None);
    }

    #[test]
    fn the_place_in_a_queue_tells_messages_apart_and_not_deliveries() {
        let at = |headers: &[(&'static str, &str)]| letter(headers).place.to_string();
        assert_eq!(at(&[("a", "1"), ("b", "2")]), at(&[("b", "2"), ("a", "1")]));
        assert_ne!(at(&[("a", "1")]), at(&[("a", "2")]));
        assert_ne!(at(&[("ab", "c")]), at(&[("a", "bc")]));
    }

    #[test]
    fn reasons_come_from_the_runtime_or_the_broker() {
        assert_eq!(letter(&[(names::REASON, "rejected")]).reason(), "rejected");
        let expired = letter(&[("x-first-death-reason", "expired")]);
        assert_eq!(expired.reason(), "broker-expired");
        assert_eq!(letter(&[]).reason(), "unknown");
    }
}
