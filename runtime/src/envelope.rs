//! What travels around a payload: `CloudEvents` 1.0 in binary content mode, the
//! trace, correlation and causation, and the registry's wire format.

mod frame;
mod trace;

pub use frame::{FrameError, HEADER_LEN, frame, unframe};
pub use trace::{TraceError, TraceParent};

use jiff::Timestamp;

use crate::transport::{Headers, QueueMessage, Record};

/// Names of the headers.
pub mod names {
    /// The version of `CloudEvents`, `1.0`.
    pub const SPEC_VERSION: &str = "ce_specversion";
    /// The message's id, the same for every repeat of it.
    pub const ID: &str = "ce_id";
    /// The message's type: its Avro full name.
    pub const TYPE: &str = "ce_type";
    /// Who made it: `/<system>/<service>`.
    pub const SOURCE: &str = "ce_source";
    /// When, RFC 3339.
    pub const TIME: &str = "ce_time";
    /// What it is about: the key.
    pub const SUBJECT: &str = "ce_subject";
    /// Where its schema is.
    pub const DATA_SCHEMA: &str = "ce_dataschema";
    /// The payload's media type (Kafka binding, section 3.2.1).
    pub const CONTENT_TYPE: &str = "content-type";
    /// The id of the message or request that began it all.
    pub const CORRELATION: &str = "ce_correlationid";
    /// The id of the message or request that caused this one.
    pub const CAUSATION: &str = "ce_causationid";
    /// W3C trace context.
    pub const TRACE_PARENT: &str = "traceparent";
    /// W3C trace context, vendors' part.
    pub const TRACE_STATE: &str = "tracestate";
}

/// The media type of framed Avro payloads.
pub const CONTENT_TYPE: &str = "application/avro";

/// What is known of a message besides its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The message's id, the same for every repeat of it.
    pub id: String,
    /// Who made it. Source and id together name one message in the world.
    pub source: String,
    /// The Avro full name of the payload's type.
    pub message_type: String,
    /// When it was made.
    pub time: Option<Timestamp>,
    /// What it is about: the key.
    pub subject: Option<String>,
    /// Where its schema is.
    pub data_schema: Option<String>,
    /// The id of the message or request that began it all.
    pub correlation: Option<String>,
    /// The id of the message or request that caused this one.
    pub causation: Option<String>,
    /// The trace it belongs to. One that does not parse is dropped, and a new
    /// trace begins (Trace Context, section 4.3).
    pub trace: Option<TraceParent>,
    /// The vendors' part of the trace, kept only beside a valid `trace`.
    pub trace_state: Option<String>,
}

/// Why headers are no envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A header that must be there is not.
    #[error("header {0} is missing")]
    Missing(&'static str),
    /// A header that must say something is empty.
    #[error("header {0} is empty")]
    Empty(&'static str),
    /// A header is not text.
    #[error("header {0} is not UTF-8")]
    NotText(&'static str),
    /// The message speaks another version of `CloudEvents`.
    #[error("CloudEvents {0:?} is not 1.0")]
    SpecVersion(String),
    /// The time is not RFC 3339.
    #[error("{0:?} is not a time of RFC 3339")]
    Time(String),
}

impl Envelope {
    /// The headers that say this.
    pub fn to_headers(&self) -> Headers {
        let time = self.time.map(|time| time.to_string());
        let trace = self.trace.map(|trace| trace.to_string());
        let entries = [
            (names::SPEC_VERSION, Some("1.0")),
            (names::ID, Some(&*self.id)),
            (names::TYPE, Some(&*self.message_type)),
            (names::SOURCE, Some(&*self.source)),
            (names::CONTENT_TYPE, Some(CONTENT_TYPE)),
            (names::TIME, time.as_deref()),
            (names::TRACE_PARENT, trace.as_deref()),
            (names::SUBJECT, self.subject.as_deref()),
            (names::DATA_SCHEMA, self.data_schema.as_deref()),
            (names::CORRELATION, self.correlation.as_deref()),
            (names::CAUSATION, self.causation.as_deref()),
            (names::TRACE_STATE, self.trace_state.as_deref()),
        ];
        let said = |(name, value): (&'static str, Option<_>)| Some((name, value?));
        entries.into_iter().filter_map(said).collect()
    }

    /// Reads an envelope; `ce_id`, `ce_type` and `ce_source` must be there.
    pub fn from_headers(headers: &Headers) -> Result<Self, EnvelopeError> {
        let id = required(headers, names::ID)?;
        let source = required(headers, names::SOURCE)?;
        Self::read(headers, id, source)
    }

    /// Reads the envelope of a record. A foreign record without id or source is
    /// named by its place: topic, partition and offset.
    pub fn of_record(record: &Record) -> Result<Self, EnvelopeError> {
        let headers = &record.headers;
        let (id, source) = (text(headers, names::ID)?, text(headers, names::SOURCE)?);
        if let (Some(id), Some(source)) = (id, source) {
            return Self::read(headers, id, source);
        }
        let (id, source) = Self::place(&record.topic, record.partition, record.offset);
        Self::read(headers, id, source)
    }

    /// The id and the source of a foreign record that lies there.
    pub fn place(topic: &str, partition: u32, offset: u64) -> (String, String) {
        (
            format!("{topic}/{partition}/{offset}"),
            format!("/foreign/{topic}"),
        )
    }

    /// Reads the envelope of a queue message, which must have an id of its own:
    /// a queue has no place to name it by.
    pub fn of_message(message: &QueueMessage) -> Result<Self, EnvelopeError> {
        Self::from_headers(&message.headers)
    }

    /// The type alone, for passing over what is not consumed.
    pub fn message_type_of(headers: &Headers) -> Result<&str, EnvelopeError> {
        match headers.get(names::TYPE) {
            None => Err(EnvelopeError::Missing(names::TYPE)),
            Some([]) => Err(EnvelopeError::Empty(names::TYPE)),
            Some(value) => {
                std::str::from_utf8(value).map_err(|_| EnvelopeError::NotText(names::TYPE))
            }
        }
    }

    fn read(headers: &Headers, id: String, source: String) -> Result<Self, EnvelopeError> {
        let message_type = Self::message_type_of(headers)?.to_owned();
        if let Some(version) = text(headers, names::SPEC_VERSION)?
            && version != "1.0"
        {
            return Err(EnvelopeError::SpecVersion(version));
        }
        let time = match text(headers, names::TIME)? {
            Some(time) => Some(time.parse().map_err(|_| EnvelopeError::Time(time))?),
            None => None,
        };
        let trace = headers
            .text(names::TRACE_PARENT)
            .and_then(|text| text.parse().ok());
        Ok(Self {
            id,
            source,
            message_type,
            time,
            subject: text(headers, names::SUBJECT)?,
            data_schema: text(headers, names::DATA_SCHEMA)?,
            correlation: text(headers, names::CORRELATION)?,
            causation: text(headers, names::CAUSATION)?,
            trace_state: trace.and(headers.text(names::TRACE_STATE).map(str::to_owned)),
            trace,
        })
    }
}

fn text(headers: &Headers, name: &'static str) -> Result<Option<String>, EnvelopeError> {
    match headers.get(name).map(std::str::from_utf8) {
        None | Some(Ok("")) => Ok(None),
        Some(Ok(value)) => Ok(Some(value.to_owned())),
        Some(Err(_)) => Err(EnvelopeError::NotText(name)),
    }
}

fn required(headers: &Headers, name: &'static str) -> Result<String, EnvelopeError> {
    match text(headers, name)? {
        Some(value) => Ok(value),
        None if headers.get(name).is_some() => Err(EnvelopeError::Empty(name)),
        None => Err(EnvelopeError::Missing(name)),
    }
}

#[cfg(test)]
mod tests;
