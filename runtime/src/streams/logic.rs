//! What generated code says about a stream.

use std::hash::Hash;

use crate::avro::codec::{Codec, Cursor, Reader};
use crate::message::Event;

use super::{Overflow, Window};

/// What a stream reads, and what it makes of one record.
pub trait Logic: Send + Sync + 'static {
    /// The stream's name in the catalog.
    const NAME: &'static str;
    /// A record of the sources.
    type Event: Codec + Clone + Send + 'static;
    /// A record of the other side of a join or look-up; [`NoOther`] where there is none.
    type Other: Codec + Clone + Send + 'static;
    /// What goes on: a record to emit, or a key and a row of a group.
    type Item: Send + 'static;
    /// The event that is emitted.
    type Output: Event;

    /// Event time in milliseconds; `None` leaves it to the record's timestamp.
    fn time(_event: &Self::Event) -> Option<i64> {
        None
    }

    /// Filters, takes items one by one, and computes what goes on.
    ///
    /// # Errors
    /// Where a number has no room; the record is a dead letter then.
    fn select(
        event: &Self::Event,
        other: Option<&Self::Other>,
        items: &mut Vec<Self::Item>,
    ) -> Result<(), Overflow>;
}

/// What a stream computes over groups.
pub trait Grouping: Logic<Item = (Self::Key, Self::Row)> {
    /// What tells groups apart.
    type Key: Codec + Clone + Eq + Hash + Send + 'static;
    /// The arguments that one record gives.
    type Row: Send + 'static;
    /// What is known of a group.
    type State: Codec + Clone + Send + 'static;

    /// A group without records.
    fn start() -> Self::State;

    /// Adds a row, wholly or not at all.
    ///
    /// # Errors
    /// Where a number has no room.
    fn add(state: &mut Self::State, row: &Self::Row) -> Result<(), Overflow>;

    /// What is emitted.
    fn output(key: &Self::Key, window: Window, state: &Self::State) -> Self::Output;
}

/// Groups that are merged: those of sessions.
pub trait Merging: Grouping {
    /// Adds everything that another group knows, wholly or not at all.
    ///
    /// # Errors
    /// Where a number has no room.
    fn merge(state: &mut Self::State, other: &Self::State) -> Result<(), Overflow>;
}

/// Groups whose rows change: those over tables.
pub trait Retracting: Grouping {
    /// Takes a row back, wholly or not at all.
    ///
    /// # Errors
    /// Where a number has no room.
    fn take_back(state: &mut Self::State, row: &Self::Row) -> Result<(), Overflow>;
}

/// The other side of a stream that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoOther;

impl Codec for NoOther {
    const MIN_SIZE: usize = 0;

    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        out
    }

    fn blank() -> Self {
        Self
    }

    fn read(&mut self, _: &mut Reader<'_>) {}
}

/// A decoded record, by the side it came from.
#[derive(Debug, Clone)]
pub enum Arrived<L: Logic> {
    /// A record of the sources.
    Event(L::Event),
    /// A record of the other side.
    Other(L::Other),
    /// A record without a value on the side of the sources (`false`) or the other (`true`).
    Tombstone(bool),
}
