//! Messages that are given up: untouched, with the reason beside them.

mod bundle;

use crate::envelope::{self, Envelope};
use crate::error::HandlerError;
use crate::transport::{Headers, NewRecord, QueueMessage, Record};

/// Headers of a dead letter, and of a retry on its way through a wait queue.
pub mod names {
    /// Why it was given up: `rejected`, `attempts-exhausted`, `undecodable`, `no-envelope`.
    pub const REASON: &str = "herald-reason";
    /// The service that gave it up.
    pub const SERVICE: &str = "herald-service";
    /// The consumer group that gave it up; the queue of a command.
    pub const GROUP: &str = "herald-group";
    /// How often the handler was tried.
    pub const ATTEMPTS: &str = "herald-attempts";
    /// The error of the first attempt.
    pub const FIRST_ERROR: &str = "herald-first-error";
    /// The error of the last attempt.
    pub const LAST_ERROR: &str = "herald-last-error";
    /// When it was given up, RFC 3339.
    pub const TIME: &str = "herald-time";
    /// The topic or queue it came from.
    pub const SOURCE: &str = "herald-source";
    /// The partition it came from.
    pub const PARTITION: &str = "herald-partition";
    /// Its offset there.
    pub const OFFSET: &str = "herald-offset";
    /// On a redriven record: `discard` gives it up for good and releases what
    /// waits behind it.
    pub const REDRIVE: &str = "herald-redrive";

    /// On a message of a queue whose headers left no room for these: its payload is
    /// a bundle of its headers and its payload, which
    /// [`unbundled`](super::unbundled) takes apart.
    pub const BUNDLE: &str = "herald-bundle";

    /// All that were added to the original's headers.
    pub const ALL: [&str; 12] = [
        REASON,
        SERVICE,
        GROUP,
        ATTEMPTS,
        FIRST_ERROR,
        LAST_ERROR,
        TIME,
        SOURCE,
        PARTITION,
        OFFSET,
        REDRIVE,
        BUNDLE,
    ];
}

/// The longest error text in a header, in bytes.
const LONGEST_ERROR: usize = 2_048;

/// The attempts on a message so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    pub(crate) made: u32,
    pub(crate) first_error: Option<String>,
    pub(crate) last_error: String,
}

impl Attempts {
    /// Counts a failed attempt.
    pub(crate) fn failed(&mut self, error: &HandlerError) {
        self.made += 1;
        self.note(&describe(error));
    }

    pub(crate) fn note(&mut self, error: &str) {
        let error = cut(error);
        self.first_error.get_or_insert_with(|| error.to_owned());
        error.clone_into(&mut self.last_error);
    }

    /// The headers that carry them.
    pub(crate) fn write(&self, headers: &mut Headers) {
        headers.set(names::ATTEMPTS, self.made.to_string());
        if let Some(first) = &self.first_error {
            headers.set(names::FIRST_ERROR, first);
            headers.set(names::LAST_ERROR, &self.last_error);
        }
    }

    /// Those headers alone.
    pub(crate) fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        self.write(&mut headers);
        headers
    }

    /// The attempts that headers tell of; none where they do not.
    pub(crate) fn read(headers: &Headers) -> Self {
        let made = headers.text(names::ATTEMPTS);
        Self {
            made: made.and_then(|made| made.parse().ok()).unwrap_or(0),
            first_error: headers.text(names::FIRST_ERROR).map(str::to_owned),
            last_error: headers.text(names::LAST_ERROR).unwrap_or("").to_owned(),
        }
    }
}

/// An error with all its causes.
pub(crate) fn describe(error: &HandlerError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

/// Why and by whom a message was given up.
#[derive(Debug, Clone)]
pub(crate) struct Epitaph<'a> {
    pub(crate) reason: &'static str,
    pub(crate) service: &'a str,
    pub(crate) group: &'a str,
    pub(crate) source: &'a str,
    pub(crate) attempts: &'a Attempts,
    pub(crate) time: jiff::Timestamp,
}

impl Epitaph<'_> {
    fn write(&self, headers: &mut Headers) {
        headers.set(names::REASON, self.reason);
        headers.set(names::SERVICE, self.service);
        headers.set(names::GROUP, self.group);
        headers.set(names::SOURCE, self.source);
        headers.set(names::TIME, self.time.to_string());
        self.attempts.write(headers);
    }

    /// The dead letter of a record: the same key, payload and headers, and more
    /// headers. A record that was redriven keeps its first place.
    pub(crate) fn of_record(&self, record: &Record, topic: &str) -> NewRecord {
        let mut headers = record.headers.clone();
        let placed = headers.get(names::OFFSET).is_some();
        self.write(&mut headers);
        headers.remove(names::REDRIVE);
        if !placed {
            headers.set(names::PARTITION, record.partition.to_string());
            headers.set(names::OFFSET, record.offset.to_string());
        }
        NewRecord {
            topic: topic.into(),
            partition: None,
            key: record.key.clone(),
            headers,
            payload: record.payload.clone(),
            timestamp: None,
        }
    }

    /// The dead letter of a queue message.
    pub(crate) fn of_message(&self, message: &QueueMessage) -> QueueMessage {
        let mut headers = message.headers.clone();
        self.write(&mut headers);
        QueueMessage {
            headers,
            payload: message.payload.clone(),
            timestamp: message.timestamp,
        }
    }

    /// The dead letter of a queue message whose headers leave no room for more: they
    /// go into the payload, which is not limited as they are.
    pub(crate) fn bundled(&self, message: &QueueMessage) -> QueueMessage {
        let mut headers = Headers::new();
        self.write(&mut headers);
        bundled(message, headers)
    }
}

/// A queue message whose headers leave no room for what happens to it: they go into
/// the payload, and these are its headers.
pub(crate) fn bundled(message: &QueueMessage, mut headers: Headers) -> QueueMessage {
    headers.set(names::BUNDLE, "1");
    QueueMessage {
        headers,
        payload: bundle::pack(message),
        timestamp: message.timestamp,
    }
}

/// A queue message with its original headers and payload in their places,
/// where they were bundled; as it is otherwise.
pub fn unbundled(message: QueueMessage) -> QueueMessage {
    if message.headers.get(names::BUNDLE).is_none() {
        return message;
    }
    let Some((mut headers, payload)) = bundle::unpack(&message.payload) else {
        return message;
    };
    for (name, value) in message.headers.iter() {
        if name != names::BUNDLE {
            headers.set(name, value);
        }
    }
    QueueMessage {
        headers,
        payload,
        timestamp: message.timestamp,
    }
}

/// The headers a dead letter had before it was one, for a redrive.
pub fn original_headers(headers: &Headers) -> Headers {
    let kept = headers
        .iter()
        .filter(|(name, _)| !names::ALL.contains(name));
    kept.collect()
}

/// The headers of a dead letter that goes to its group again: its original ones,
/// its first place, and its first identity, which for a foreign record without an
/// id is that place.
pub fn redriven_headers(dead: &Headers) -> Headers {
    let mut headers = original_headers(dead);
    let place = (
        dead.text(names::SOURCE),
        dead.text(names::PARTITION).map(str::parse::<u32>),
        dead.text(names::OFFSET).map(str::parse::<u64>),
    );
    let (Some(source), Some(Ok(partition)), Some(Ok(offset))) = place else {
        return headers;
    };
    headers.set(names::PARTITION, partition.to_string());
    headers.set(names::OFFSET, offset.to_string());
    let has = |name| headers.get(name).is_some_and(|value| !value.is_empty());
    if !has(envelope::names::ID) || !has(envelope::names::SOURCE) {
        let (id, source) = Envelope::place(source, partition, offset);
        headers.set(envelope::names::ID, id);
        headers.set(envelope::names::SOURCE, source);
    }
    headers
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_ERROR);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redriven_record_keeps_its_identity_and_its_first_place() {
        let mut dead = Headers::new();
        dead.push("ce_type", "shop.Placed");
        dead.push(names::REASON, "undecodable");
        dead.push(names::SOURCE, "orders");
        dead.push(names::PARTITION, "3");
        dead.push(names::OFFSET, "7");
        let foreign = redriven_headers(&dead);
        assert_eq!(foreign.text("ce_id"), Some("orders/3/7"));
        assert_eq!(foreign.text("ce_source"), Some("/foreign/orders"));
        assert_eq!(foreign.text(names::OFFSET), Some("7"));
        assert_eq!(foreign.get(names::REASON), None);
        dead.push("ce_id", "1");
        dead.push("ce_source", "/shop/order");
        let ours = redriven_headers(&dead);
        assert_eq!(ours.text("ce_id"), Some("1"));
        assert_eq!(ours.text("ce_source"), Some("/shop/order"));
    }

    #[test]
    fn attempts_survive_their_headers() {
        let mut attempts = Attempts::default();
        attempts.failed(&HandlerError::transient("first"));
        attempts.failed(&HandlerError::rejected("ä".repeat(LONGEST_ERROR)));
        let mut headers = Headers::new();
        attempts.write(&mut headers);
        assert_eq!(Attempts::read(&headers), attempts);
        assert!(attempts.last_error.len() <= LONGEST_ERROR);
        assert_eq!(attempts.first_error.as_deref(), Some("first"));
        assert_eq!(Attempts::read(&Headers::new()), Attempts::default());
    }
}
