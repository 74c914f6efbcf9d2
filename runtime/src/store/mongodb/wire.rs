//! How messages, timers and their names lie in a document.
//!
//! Times are microseconds since 1970, since BSON's own dates have milliseconds.

use std::fmt::Display;

use bytes::Bytes;
use jiff::Timestamp;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};
use uuid::Uuid;

use crate::store::names::intern;
use crate::store::{Answer, Destination, InboxKey, OutboxRow, Outgoing, StoreError};
use crate::transport::Headers;

/// What is stored cannot be understood.
pub(super) fn damaged(why: impl Display) -> StoreError {
    StoreError::Refused(format!("a stored document is damaged: {why}"))
}

pub(super) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(damaged)
}

pub(super) fn binary(bytes: &[u8]) -> Bson {
    Bson::Binary(Binary {
        subtype: BinarySubtype::Generic,
        bytes: bytes.to_vec(),
    })
}

pub(super) fn uuid(id: Uuid) -> Bson {
    Bson::Binary(Binary {
        subtype: BinarySubtype::Uuid,
        bytes: id.as_bytes().to_vec(),
    })
}

pub(super) fn bytes(from: &Document, field: &str) -> Result<Bytes, StoreError> {
    let bytes = from.get_binary_generic(field).map_err(damaged)?;
    Ok(Bytes::copy_from_slice(bytes))
}

pub(super) fn uuid_of(from: &Document, field: &str) -> Result<Uuid, StoreError> {
    match from.get(field) {
        Some(Bson::Binary(binary)) => Uuid::from_slice(&binary.bytes).map_err(damaged),
        _ => Err(damaged(format_args!("{field} is no UUID"))),
    }
}

/// The documents of an array; empty if it is absent.
pub(super) fn entries<'a>(
    from: &'a Document,
    field: &str,
) -> impl Iterator<Item = &'a Document> + use<'a> {
    let array = from.get_array(field).map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(Bson::as_document)
}

/// A number; 0 if it is absent.
pub(super) fn number(from: &Document, field: &str) -> i64 {
    from.get_i64(field).unwrap_or_default()
}

/// 16 bytes that stand for a processed message, since a document remembers
/// thousands of them.
pub(super) fn inbox_id(key: &InboxKey) -> Bson {
    let InboxKey {
        consumer,
        source,
        id,
        generation,
    } = key;
    let (first, second) = (consumer.len(), source.len());
    let name = format!("{first} {second} {generation} {consumer}{source}{id}");
    uuid(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
}

pub(super) fn from_inbox_key(key: &InboxKey) -> Document {
    doc! {
        "consumer": &*key.consumer,
        "source": &key.source,
        "id": &key.id,
        "generation": i64::from(key.generation),
    }
}

pub(super) fn to_inbox_key(from: &Document) -> Result<InboxKey, StoreError> {
    Ok(InboxKey {
        consumer: from.get_str("consumer").map_err(damaged)?.into(),
        source: from.get_str("source").map_err(damaged)?.to_owned(),
        id: from.get_str("id").map_err(damaged)?.to_owned(),
        generation: number(from, "generation") as u32,
    })
}

pub(super) fn from_answer(answer: &Answer) -> Document {
    doc! {
        "status": i64::from(answer.status),
        "body": binary(&answer.body),
        "request": answer.request.cast_signed(),
    }
}

pub(super) fn to_answer(from: &Document) -> Result<Answer, StoreError> {
    Ok(Answer {
        status: number(from, "status") as u16,
        body: bytes(from, "body")?,
        request: number(from, "request").cast_unsigned(),
    })
}

pub(super) fn from_headers(headers: &Headers) -> Bson {
    let entries = headers.iter();
    entries
        .map(|(name, value)| doc! { "name": name, "value": binary(value) })
        .collect::<Vec<_>>()
        .into()
}

pub(super) fn to_headers(from: &Document) -> Result<Headers, StoreError> {
    entries(from, "headers")
        .map(|entry| {
            let name = entry.get_str("name").map_err(damaged)?.to_owned();
            Ok((name, bytes(entry, "value")?))
        })
        .collect()
}

/// About the bytes that a message takes in its document.
pub(super) fn size(message: &Outgoing) -> u64 {
    // Its fixed fields, and the field names of each header.
    let fields = 200 + message.headers.len() * 30;
    let key = message.key.as_ref().map_or(0, Bytes::len);
    (fields + key + message.headers.size() + message.payload.len()) as u64
}

pub(super) fn from_outgoing(message: &Outgoing, sequence: u64, now: Timestamp) -> Document {
    let destination = match &message.destination {
        Destination::Topic(topic) => doc! { "topic": &**topic },
        Destination::Exchange {
            exchange,
            routing_key,
        } => doc! { "exchange": &**exchange, "routing_key": &**routing_key },
    };
    let mut entry = doc! {
        "id": uuid(message.id),
        "sequence": sequence.cast_signed(),
        "at": now.as_microsecond(),
        "bytes": size(message).cast_signed(),
        "name": message.name,
        "to": destination,
        "headers": from_headers(&message.headers),
        "payload": binary(&message.payload),
    };
    if let Some(key) = &message.key {
        entry.insert("key", binary(key));
    }
    entry
}

pub(super) fn to_row(document: &str, from: &Document) -> Result<OutboxRow, StoreError> {
    let to = from.get_document("to").map_err(damaged)?;
    let destination = match to.get_str("topic") {
        Ok(topic) => Destination::Topic(topic.into()),
        Err(_) => Destination::Exchange {
            exchange: to.get_str("exchange").map_err(damaged)?.into(),
            routing_key: to.get_str("routing_key").map_err(damaged)?.into(),
        },
    };
    let key = from.contains_key("key").then(|| bytes(from, "key"));
    Ok(OutboxRow {
        sequence: number(from, "sequence").cast_unsigned(),
        document: Some(document.into()),
        message: Outgoing {
            id: uuid_of(from, "id")?,
            name: intern(from.get_str("name").map_err(damaged)?),
            destination,
            key: key.transpose()?,
            headers: to_headers(from)?,
            payload: bytes(from, "payload")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_alike_have_ids_of_their_own() {
        let key = |source: &str, id: &str| InboxKey {
            consumer: "shop/orders".into(),
            source: source.to_owned(),
            id: id.to_owned(),
            generation: 0,
        };
        assert_eq!(inbox_id(&key("a", "1")), inbox_id(&key("a", "1")));
        assert_ne!(inbox_id(&key("a|b", "c")), inbox_id(&key("a", "b|c")));
        assert_ne!(inbox_id(&key("a", "bc")), inbox_id(&key("ab", "c")));
    }

    #[test]
    fn a_message_comes_back_as_it_was() {
        for destination in [
            Destination::Topic("orders".into()),
            Destination::Exchange {
                exchange: "commands".into(),
                routing_key: "queue".into(),
            },
        ] {
            let mut message = Outgoing {
                id: Uuid::from_u128(7),
                name: "OrderPlaced",
                destination,
                key: Some(Bytes::from_static(b"\xff")),
                headers: Headers::new(),
                payload: Bytes::from_static(&[0, 1]),
            };
            message.headers.push("a", Bytes::from_static(b"1"));
            message.headers.push("a", Bytes::from_static(b"\xfe"));
            let entry = from_outgoing(&message, 3, Timestamp::UNIX_EPOCH);
            let row = to_row("d", &entry).unwrap();
            assert_eq!((row.sequence, row.message), (3, message));
        }
    }
}
