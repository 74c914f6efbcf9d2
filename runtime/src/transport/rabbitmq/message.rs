//! Messages as AMQP carries them.
//!
//! Headers become long strings of the headers table, which keeps them by name:
//! of several with one name the last one stays, as `Headers::get` would answer.
//! What other clients put there in another type arrives as text, in the form that headers of a
//! message's own have: `true`, `7`, `1.5`, `12.50`, `2026-12-01T08:00:00Z`.

use bytes::Bytes;
use jiff::Timestamp;
use lapin::BasicProperties;
use lapin::message::Delivery as Delivered;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use serde_json::Value;

use crate::transport::{Headers, NewMessage, PublishError, QueueMessage};

/// How often a quorum queue delivered the message in vain; told apart from headers.
const DELIVERY_COUNT: &str = "x-delivery-count";
/// What that takes of a frame: name, type and value.
pub(super) const COUNT: usize = (1 + DELIVERY_COUNT.len()) + 1 + 8;
/// The broker's own record of every death, a table for its eyes; what a person
/// wants to know is in `x-first-death-*`.
const DEATHS: &str = "x-death";
/// What the protocol allows a name to have.
const MAX_NAME: usize = 255;

/// Properties of a persistent message with these headers.
pub(super) fn properties(message: &QueueMessage) -> Result<BasicProperties, PublishError> {
    let mut table = FieldTable::default();
    for (name, value) in message.headers.iter() {
        table.insert(short(name)?, AMQPValue::LongString(value.into()));
    }
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_headers(table);
    let seconds = message.timestamp.map(Timestamp::as_second);
    Ok(match seconds.and_then(|it| u64::try_from(it).ok()) {
        Some(seconds) => properties.with_timestamp(seconds),
        None => properties,
    })
}

/// Bytes of the frame that carries a message's properties: frames are not split.
pub(super) fn header_frame(message: &QueueMessage) -> usize {
    // Frame: type, channel, size, end. Content header: class, weight, body size, flags; then
    // delivery mode, timestamp, and the size of the table.
    const FIXED: usize = (1 + 2 + 4 + 1) + (2 + 2 + 8 + 2) + (1 + 8 + 4);
    let headers = message.headers.iter();
    // A length before the name; a type and a length before the value.
    let each = headers.map(|(name, value)| 1 + name.len() + 1 + 4 + value.len());
    FIXED + each.sum::<usize>()
}

/// Bytes of what `header_frame` leaves out since Herald sends none of it.
pub(super) fn other_properties(properties: &BasicProperties) -> usize {
    let texts = [
        properties.content_type(),
        properties.content_encoding(),
        properties.correlation_id(),
        properties.reply_to(),
        properties.expiration(),
        properties.message_id(),
        properties.kind(),
        properties.user_id(),
        properties.app_id(),
        properties.cluster_id(),
    ];
    let texts = texts.into_iter().flatten();
    // A length before each; the priority.
    texts.map(|text| 1 + text.as_str().len()).sum::<usize>() + 1
}

/// A name, refused where it is longer than the protocol allows.
pub(super) fn short(name: &str) -> Result<ShortString, PublishError> {
    ShortString::try_new(name).map_err(|_| PublishError::TooLarge {
        size: name.len(),
        limit: MAX_NAME,
    })
}

/// Exchange and routing key of a message.
pub(super) fn route(new: &NewMessage) -> Result<(ShortString, ShortString), PublishError> {
    Ok((short(&new.route.exchange)?, short(&new.route.routing_key)?))
}

/// The message of a delivery, and how often it was delivered in vain before.
pub(super) fn received(delivered: Delivered) -> (QueueMessage, u32) {
    let timestamp = *delivered.properties.timestamp();
    let table = delivered.properties.headers().as_ref();
    let mut delivery_count = 0;
    let mut headers = Vec::new();
    for (name, value) in table.into_iter().flat_map(FieldTable::inner) {
        match name.as_str() {
            DELIVERY_COUNT => delivery_count = count(value),
            DEATHS => {}
            name => headers.push((name.to_owned(), bytes(value))),
        }
    }
    let message = QueueMessage {
        headers: Headers::from_iter(headers),
        payload: Bytes::from(delivered.data),
        timestamp: timestamp
            .and_then(|it| i64::try_from(it).ok())
            .and_then(|it| Timestamp::from_second(it).ok()),
    };
    (message, delivery_count)
}

fn count(value: &AMQPValue) -> u32 {
    text(value).as_u64().map_or(0, |it| it as u32)
}

fn bytes(value: &AMQPValue) -> Bytes {
    match value {
        AMQPValue::LongString(it) => Bytes::copy_from_slice(it.as_bytes()),
        AMQPValue::ShortString(it) => Bytes::copy_from_slice(it.as_str().as_bytes()),
        AMQPValue::ByteArray(it) => Bytes::copy_from_slice(it.as_slice()),
        AMQPValue::Void => Bytes::new(),
        AMQPValue::Float(it) => it.to_string().into(),
        AMQPValue::Double(it) => it.to_string().into(),
        AMQPValue::DecimalValue(it) => decimal(it.value, it.scale.into()).into(),
        AMQPValue::Timestamp(it) => instant(*it).into(),
        other => text(other).to_string().into(),
    }
}

/// A decimal with all its digits.
fn decimal(unscaled: u32, scale: usize) -> String {
    let digits = format!("{unscaled:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    format!("{whole}{point}{fraction}")
}

/// Seconds since 1970 in the form of RFC 3339; the number where that has no such form.
fn instant(seconds: u64) -> String {
    let instant = i64::try_from(seconds).ok();
    let instant = instant.and_then(|it| Timestamp::from_second(it).ok());
    instant.map_or_else(|| seconds.to_string(), |it| it.to_string())
}

/// The value as JSON, whose text is what a person would write.
fn text(value: &AMQPValue) -> Value {
    match value {
        AMQPValue::Boolean(it) => (*it).into(),
        AMQPValue::ShortShortInt(it) => (*it).into(),
        AMQPValue::ShortShortUInt(it) => (*it).into(),
        AMQPValue::ShortInt(it) => (*it).into(),
        AMQPValue::ShortUInt(it) => (*it).into(),
        AMQPValue::LongInt(it) => (*it).into(),
        AMQPValue::LongUInt(it) => (*it).into(),
        AMQPValue::LongLongInt(it) => (*it).into(),
        AMQPValue::Timestamp(it) => (*it).into(),
        AMQPValue::Float(it) => (*it).into(),
        AMQPValue::Double(it) => (*it).into(),
        AMQPValue::DecimalValue(it) => {
            let scale = 10_f64.powi(i32::from(it.scale));
            (f64::from(it.value) / scale).into()
        }
        AMQPValue::ShortString(it) => it.as_str().into(),
        AMQPValue::LongString(it) => it.to_string().into(),
        AMQPValue::ByteArray(it) => String::from_utf8_lossy(it.as_slice()).into(),
        AMQPValue::FieldArray(it) => it.as_slice().iter().map(text).collect(),
        AMQPValue::FieldTable(it) => it
            .inner()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        AMQPValue::Void => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use herald_avro::codec::TimestampMillis;
    use lapin::types::DecimalValue;

    use super::*;

    fn delivered(table: FieldTable) -> Delivered {
        let mut delivered = Delivered::mock(1, "".into(), "q".into(), false, vec![1]);
        delivered.properties = BasicProperties::default().with_headers(table);
        delivered
    }

    #[test]
    fn headers_of_other_types_become_text() {
        let mut inner = FieldTable::default();
        inner.insert("a".into(), AMQPValue::LongInt(1));
        let mut table = FieldTable::default();
        table.insert("flag".into(), AMQPValue::Boolean(true));
        table.insert("number".into(), AMQPValue::LongLongInt(-7));
        table.insert(
            "raw".into(),
            AMQPValue::LongString([0xff, 0].as_slice().into()),
        );
        table.insert("table".into(), AMQPValue::FieldTable(inner));
        table.insert(DELIVERY_COUNT.into(), AMQPValue::LongLongInt(3));
        let (message, count) = received(delivered(table));
        assert_eq!(count, 3);
        let headers = message.headers;
        assert_eq!(headers.text("flag"), Some("true"));
        assert_eq!(headers.text("number"), Some("-7"));
        assert_eq!(headers.get("raw"), Some([0xff, 0].as_slice()));
        assert_eq!(headers.text("table"), Some(r#"{"a":1}"#));
        assert_eq!(headers.len(), 4);
    }

    #[test]
    fn typed_headers_have_the_text_that_herald_writes() {
        let values = [
            ("float", AMQPValue::Float(0.1), "0.1"),
            ("double", AMQPValue::Double(1.5), "1.5"),
            ("whole", AMQPValue::Double(3.0), "3"),
            ("nan", AMQPValue::Double(f64::NAN), "NaN"),
            ("time", AMQPValue::Timestamp(1), "1970-01-01T00:00:01Z"),
            (
                "late",
                AMQPValue::Timestamp(u64::MAX),
                "18446744073709551615",
            ),
            (
                "price",
                AMQPValue::DecimalValue(DecimalValue {
                    scale: 2,
                    value: 1250,
                }),
                "12.50",
            ),
            (
                "cent",
                AMQPValue::DecimalValue(DecimalValue { scale: 2, value: 1 }),
                "0.01",
            ),
            ("byte", AMQPValue::ShortShortUInt(255), "255"),
        ];
        let mut table = FieldTable::default();
        for (name, value, _) in &values {
            table.insert((*name).into(), value.clone());
        }
        let headers = received(delivered(table)).0.headers;
        for (name, _, text) in values {
            assert_eq!(headers.text(name), Some(text), "{name}");
        }
        assert_eq!(headers.required("time"), Ok(TimestampMillis(1_000)));
        assert_eq!(headers.required("whole"), Ok(3_i64));
    }

    #[test]
    fn of_several_headers_of_one_name_the_last_stays() {
        let mut headers = Headers::new();
        headers.push("a", "1");
        headers.push("a", "2");
        let sent = properties(&QueueMessage {
            headers,
            ..QueueMessage::default()
        });
        let table = sent.unwrap().headers().clone().unwrap();
        let (message, _) = received(delivered(table));
        assert_eq!(message.headers.text("a"), Some("2"));
    }

    #[test]
    fn names_beyond_the_protocol_are_refused() {
        assert!(short(&"a".repeat(255)).is_ok());
        assert!(short(&"a".repeat(256)).is_err());
    }
}
