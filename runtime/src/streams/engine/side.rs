//! Records that an engine publishes: emissions, late records, dead letters.

use jiff::Timestamp;

use crate::delivery::dead_letter::{Attempts, Epitaph};
use crate::envelope::Envelope;
use crate::streams::runner::Ready;
use crate::transport::{NewRecord, Record};

/// What a stream emits, with the envelope of an event.
pub(super) fn emitted(ready: Ready, system: &str) -> NewRecord {
    let time = Timestamp::from_millisecond(ready.time).ok();
    let envelope = Envelope {
        id: ready.id.to_string(),
        source: format!("/{system}/streams"),
        message_type: ready.message_type.to_owned(),
        time,
        subject: ready.key.clone(),
        data_schema: None,
        correlation: None,
        causation: None,
        trace: None,
        trace_state: None,
    };
    NewRecord {
        topic: ready.topic.into(),
        partition: None,
        key: ready.key.map(Into::into),
        headers: envelope.to_headers(),
        payload: Some(ready.payload),
        timestamp: time,
    }
}

/// A record that came too late, as it came.
pub(super) fn late(record: &Record, topic: &str) -> NewRecord {
    NewRecord {
        topic: topic.into(),
        partition: None,
        key: record.key.clone(),
        headers: record.headers.clone(),
        payload: record.payload.clone(),
        timestamp: Some(record.timestamp),
    }
}

/// A record that a stream cannot work off.
pub(super) fn dead(
    record: &Record,
    stream: &str,
    reason: &'static str,
    why: &str,
    now: Timestamp,
) -> NewRecord {
    let mut attempts = Attempts {
        made: 1,
        ..Attempts::default()
    };
    attempts.note(why);
    let epitaph = Epitaph {
        reason,
        service: "streams",
        group: stream,
        source: &record.topic,
        attempts: &attempts,
        time: now,
    };
    epitaph.of_record(record, &format!("{}.{stream}.dlt", record.topic))
}
