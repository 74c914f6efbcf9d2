//! What a pipeline hands out.

use uuid::Uuid;

use super::{Logic, Window};

/// A record to publish.
#[derive(Debug, Clone, PartialEq)]
pub struct Emission<E> {
    /// The event.
    pub event: E,
    /// The record's timestamp: event time in milliseconds.
    pub time: i64,
    /// The message's id: the same whenever and wherever it is computed.
    pub id: Uuid,
}

/// Collects what one record gives.
#[derive(Debug)]
pub struct Outbox<L: Logic> {
    /// What is emitted, in order.
    pub emitted: Vec<Emission<L::Output>>,
    namespace: Uuid,
}

/// The messages that a record comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Source and id of each.
    pub ids: Vec<(String, String)>,
}

impl Origin {
    /// One message.
    pub fn of(source: &str, id: &str) -> Self {
        Self {
            ids: vec![(source.to_owned(), id.to_owned())],
        }
    }

    /// Two messages that were joined.
    #[must_use]
    pub fn and(&self, other: &Origin) -> Self {
        let ids = self.ids.iter().chain(&other.ids);
        Self {
            ids: ids.cloned().collect(),
        }
    }
}

impl<L: Logic> Outbox<L> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            emitted: Vec::new(),
            namespace: namespace(L::NAME),
        }
    }

    /// A record of a group: its id names the key, the window and the revision.
    pub(super) fn group(
        &mut self,
        event: L::Output,
        time: i64,
        key: &[u8],
        window: Window,
        revision: i64,
    ) {
        let mut name = Vec::with_capacity(key.len() + 24);
        name.extend_from_slice(&window.start.to_be_bytes());
        name.extend_from_slice(&window.end.to_be_bytes());
        name.extend_from_slice(&revision.to_be_bytes());
        name.extend_from_slice(key);
        let id = Uuid::new_v5(&self.namespace, &name);
        self.emitted.push(Emission { event, time, id });
    }

    /// A record that comes from messages: its id names them, and its place among what they give.
    pub(super) fn mapped(&mut self, event: L::Output, time: i64, origin: &Origin, index: usize) {
        let mut name = Vec::new();
        for part in origin.ids.iter().flat_map(|(s, i)| [s, i]) {
            name.extend_from_slice(&(part.len() as u32).to_be_bytes());
            name.extend_from_slice(part.as_bytes());
        }
        name.extend_from_slice(&(index as u32).to_be_bytes());
        let id = Uuid::new_v5(&self.namespace, &name);
        self.emitted.push(Emission { event, time, id });
    }
}

impl<L: Logic> Default for Outbox<L> {
    fn default() -> Self {
        Self::new()
    }
}

/// The name space of a stream's ids (RFC 9562, section 5.5).
fn namespace(stream: &str) -> Uuid {
    let name = format!("urn:herald:stream:{stream}");
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}
