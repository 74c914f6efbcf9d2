//! Streams: what is read, how it is told apart, what is computed, what is emitted. Both emitters,
//! of Rust and of Java, read this and nothing else, so that they cannot disagree about a stream.

use std::collections::BTreeMap;

use super::{Expr, Source, Type, stream_fields};

/// A stream, type-checked. Its emitted event is one of [`Model::events`](super::Model::events).
#[derive(Debug, Clone)]
pub struct Stream {
    /// Name as the catalog writes it, such as `sales-per-minute`.
    pub name: String,
    /// Rust and Java name of its type, `SalesPerMinute`.
    pub rust: String,
    /// Rust module, `sales_per_minute`.
    pub module: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Team that owns it.
    pub owner: Option<String>,
    /// What it reads.
    pub input: Input,
    /// Condition that records must meet; it may use `event` and the other side, not the item.
    pub filter: Option<Expr>,
    /// List whose items are taken one by one.
    pub each: Option<Each>,
    /// What becomes of them.
    pub body: Body,
    /// Event that it emits, by name.
    pub emits: String,
    /// Topic for records that come after all their windows closed.
    pub late: Option<String>,
    /// How long a partition may be silent before its windows close, in milliseconds.
    pub idle_ms: Option<u64>,
    /// How far back in event time a repeated message is recognised, in milliseconds; `None` where
    /// nothing is remembered (each record is mapped by itself).
    pub dedup_ms: Option<u64>,
    /// What it is called among services: `stream sales-per-minute`.
    pub actor: String,
    /// Fields that it looks at, by event, as services name theirs under `reads`.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Its document as it was written, for outputs that hand it on.
    pub written: serde_json::Value,
    /// Where it was declared.
    pub source: Source,
}

impl Stream {
    /// The id of its application on Kafka Streams: its consumer group, and how the names of its
    /// transactions and internal topics begin.
    pub fn application_id(&self, system: &str) -> String {
        format!("{system}.{}", self.name)
    }

    /// Topic of records that cannot be decoded or computed with, by the topic they came from.
    pub fn dead_letters(&self, topic: &str) -> String {
        format!("{topic}.{}.dlt", self.name)
    }

    /// The same with the fields that it looks at.
    pub(crate) fn with_fields(mut self) -> Self {
        self.fields = stream_fields::fields(&self);
        self
    }

    /// Every event that it reads.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        let other = self.input.other.as_ref().map(|o| o.event.as_str());
        self.input.events.iter().map(String::as_str).chain(other)
    }

    /// The grouping, where there is one.
    pub fn group(&self) -> Option<&Group> {
        match &self.body {
            Body::Group(group) => Some(group),
            Body::Map(_) => None,
        }
    }
}

/// What a stream reads.
#[derive(Debug, Clone)]
pub struct Input {
    /// Events, as written; the record that `event` names in expressions is one of them.
    pub events: Vec<String>,
    /// Whether only the last record of each key counts, so that a new one takes back what the one
    /// before it contributed. Such an input has one event and nothing beside it.
    pub table: bool,
    /// Fields of `event` that expressions use, where there are several events: those all have.
    pub shared: Vec<SharedField>,
    /// Event time: a timestamp of `event`; the record's own where there is none.
    pub time: Option<Expr>,
    /// The other side of a join or a look-up.
    pub other: Option<Other>,
}

/// A field that several events have.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedField {
    /// Name in Avro.
    pub name: String,
    /// Name in Rust.
    pub rust: String,
    /// Type, the same in all.
    pub ty: Type,
}

/// The other side of a join or a look-up.
#[derive(Debug, Clone)]
pub struct Other {
    /// Event.
    pub event: String,
    /// Its name in expressions.
    pub name: String,
    /// Field that both sides are keyed by.
    pub key: String,
    /// Whether a record of the first side goes on alone where the other has none; the other is
    /// null in expressions then.
    pub left: bool,
    /// How the two meet.
    pub meet: Meet,
}

/// How two sides meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meet {
    /// A stream joined with a stream.
    Within {
        /// Longest distance in event time, in milliseconds.
        within_ms: u64,
        /// How long records may come late, in milliseconds.
        grace_ms: u64,
    },
    /// A stream looked up in a table: the last record of the key.
    Latest,
}

/// A list whose items are taken one by one.
#[derive(Debug, Clone)]
pub struct Each {
    /// The list.
    pub list: Expr,
    /// Name of an item in expressions.
    pub name: String,
    /// Type of an item.
    pub ty: Type,
}

/// What becomes of records.
#[derive(Debug, Clone)]
pub enum Body {
    /// Each gives one record.
    Map(Vec<Column>),
    /// They are grouped and computed over.
    Group(Group),
}

/// A field that an expression gives.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name of the emitted event's field.
    pub name: String,
    /// Rust name of that field.
    pub rust: String,
    /// Its value.
    pub expr: Expr,
}

/// Records grouped and computed over.
#[derive(Debug, Clone)]
pub struct Group {
    /// What tells groups apart; never null.
    pub keys: Vec<Column>,
    /// Stretches of event time; none where a group goes on for ever.
    pub window: Option<Window>,
    /// What is computed.
    pub aggregates: Vec<Aggregate>,
    /// When a group is emitted.
    pub when: When,
}

/// A field that is computed over a group.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Name of the emitted event's field.
    pub name: String,
    /// Rust name of that field.
    pub rust: String,
    /// How.
    pub function: Function,
    /// Over what; none for `count()`. Where it may be null, nulls are passed over.
    pub argument: Option<Expr>,
    /// Type of the result.
    pub ty: Type,
}

/// How something is computed over a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// How many records, or how many values that are not null; a long.
    Count,
    /// The sum: a long, a double, or a decimal of 38 digits.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The mean with so many digits after the point, half to even.
    Avg {
        /// Digits after the point.
        scale: u32,
    },
}

/// Stretches of event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Which.
    pub kind: WindowKind,
    /// How long after its end a window still takes records, in milliseconds.
    pub grace_ms: u64,
}

/// Which stretches of event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowKind {
    /// Windows of `size_ms`, one every `advance_ms`, aligned to the epoch. Tumbling where both are
    /// the same.
    Hopping {
        /// Length, in milliseconds.
        size_ms: u64,
        /// Step from one to the next, in milliseconds.
        advance_ms: u64,
    },
    /// As long as no pause is longer.
    Session {
        /// Longest pause, in milliseconds.
        gap_ms: u64,
    },
}

/// When a group is emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Once, when its window closes.
    WindowCloses,
    /// At every change.
    OnUpdate,
}
