//! A record as it arrives, and what becomes of it.

/// What is known of a record besides its value.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The partition it came from.
    pub partition: u32,
    /// Its timestamp, in milliseconds.
    pub time: i64,
    /// Its key.
    pub key: Option<&'a [u8]>,
    /// Who made the message.
    pub source: &'a str,
    /// The message's id.
    pub id: &'a str,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken in, filtered out included.
    Taken,
    /// It was taken in before.
    Repeat,
    /// It came after all its windows closed.
    Late,
    /// It has no key, or no usable timestamp, and is passed over as Kafka Streams does.
    Dropped,
    /// A number has no room: it is a dead letter.
    Overflow,
    /// Its bytes are not what its type says: it is a dead letter.
    Undecodable,
}
