//! Keys parked behind a dead letter, and their messages, in the document of the
//! key. `parking_rev` counts changes, so that a decision holds when it is written.

use mongodb::bson::{Document, doc};

use super::access::Access;
use super::wire::{
    binary, bytes, damaged, entries, from_headers, from_inbox_key, inbox_id, number, time,
    to_headers, to_inbox_key,
};
use crate::store::{InboxKey, ParkScope, Parked, StoreError, Unit};
use crate::transport::Record;

/// Names the group and topic within the document of the key.
fn name(scope: &ParkScope) -> String {
    // Neither has spaces.
    format!("{} {}", scope.group, scope.topic)
}

/// The entry of a scope that is parked.
fn parked<'a>(found: &'a Document, name: &str) -> Option<&'a Document> {
    entries(found, "parked").find(|entry| entry.get_str("scope") == Ok(name))
}

/// Whether the unit has to wait: its key is parked, and not behind itself.
pub(super) fn holds(found: &Document, unit: &Unit) -> bool {
    let scope = unit.park.as_ref().map(name);
    let head = scope.and_then(|name| parked(found, &name)?.get("k"));
    head.is_some_and(|head| unit.inbox.as_ref().map(inbox_id).as_ref() != Some(head))
}

/// Fits the document only as it was when it was read.
fn unchanged(scope: &ParkScope, found: &Document) -> Document {
    doc! { "_id": &scope.key, "parking_rev": number(found, "parking_rev") }
}

impl Access {
    pub(super) async fn park_key(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Result<(), StoreError> {
        let (id, name) = (&scope.key, name(scope));
        let count = doc! { "parking_rev": 1_i64 };
        loop {
            let filter = doc! { "_id": id, "parked.scope": &name };
            let set = doc! { "parked.$.k": inbox_id(head) };
            if self
                .update(filter, doc! { "$set": set, "$inc": count.clone() })
                .await?
            {
                return Ok(());
            }
            // The document of a key may not exist yet: version 0 is a stub.
            let filter = doc! { "_id": id, "parked.scope": { "$ne": &name } };
            let entry = doc! { "scope": &name, "k": inbox_id(head) };
            let update = doc! {
                "$push": { "parked": entry },
                "$inc": count.clone(),
                "$setOnInsert": { "version": 0_i64 },
            };
            if self.upsert(&self.documents, filter, update).await? {
                return Ok(());
            }
        }
    }

    pub(super) async fn park(
        &self,
        scope: &ParkScope,
        message: &Parked,
    ) -> Result<bool, StoreError> {
        let name = name(scope);
        let fields = doc! {
            "parking_rev": 1,
            "parked": 1,
            "waiting.scope": 1,
            "waiting.k": 1,
            "waiting.bytes": 1,
        };
        let entry = from_parked(&name, message);
        while let Some(found) = self.read(&scope.key, fields.clone()).await? {
            if parked(&found, &name).is_none() {
                return Ok(false);
            }
            let same = |waiting: &Document| {
                let scopes = (waiting.get("scope"), entry.get("scope"));
                scopes.0 == scopes.1 && waiting.get("k") == entry.get("k")
            };
            if entries(&found, "waiting").any(same) {
                return Ok(true);
            }
            self.has_room_to_wait(&found, number(&entry, "bytes"))?;
            let update = doc! {
                "$push": { "waiting": entry.clone() },
                "$inc": { "parking_rev": 1_i64 },
            };
            if self.update(unchanged(scope, &found), update).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has_room_to_wait(&self, found: &Document, more: i64) -> Result<(), StoreError> {
        let waiting = entries(found, "waiting").map(|entry| number(entry, "bytes"));
        let (count, bytes) = waiting.fold((1, more), |(count, sum), n| (count + 1, sum + n));
        if count > self.limits.pending || bytes.cast_unsigned() > self.limits.pending_bytes {
            let why = "a document's parked messages are full";
            return Err(StoreError::Unavailable(why.to_owned()));
        }
        Ok(())
    }

    pub(super) async fn next_parked(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Result<Option<Parked>, StoreError> {
        let name = name(scope);
        let first = doc! { "$elemMatch": { "scope": &name } };
        let fields = doc! { "parking_rev": 1, "parked": 1, "waiting": first };
        while let Some(found) = self.read(&scope.key, fields.clone()).await? {
            let behind = parked(&found, &name).and_then(|entry| entry.get("k"));
            if behind != Some(&inbox_id(head)) {
                return Ok(None);
            }
            if let Some(first) = entries(&found, "waiting").next() {
                return to_parked(first).map(Some);
            }
            let update = doc! {
                "$pull": { "parked": { "scope": &name } },
                "$inc": { "parking_rev": 1_i64 },
            };
            if self.update(unchanged(scope, &found), update).await? {
                return Ok(None);
            }
        }
        Ok(None)
    }

    pub(super) async fn remove_parked(
        &self,
        scope: &ParkScope,
        id: &InboxKey,
    ) -> Result<(), StoreError> {
        let gone = doc! { "scope": name(scope), "k": inbox_id(id) };
        let update = doc! {
            "$pull": { "waiting": gone },
            "$inc": { "parking_rev": 1_i64 },
        };
        let filter = doc! { "_id": &scope.key };
        self.update(filter, update).await.map(drop)
    }
}

fn from_parked(scope: &str, message: &Parked) -> Document {
    let record = &message.record;
    let payload = record.payload.as_deref();
    let key = record.key.as_deref();
    let size = 300
        + record.headers.size()
        + record.headers.len() * 30
        + payload.map_or(0, <[u8]>::len)
        + key.map_or(0, <[u8]>::len);
    let mut entry = doc! {
        "scope": scope,
        "k": inbox_id(&message.id),
        "id": from_inbox_key(&message.id),
        "bytes": size as i64,
        "topic": &*record.topic,
        "partition": i64::from(record.partition),
        "offset": record.offset.cast_signed(),
        "headers": from_headers(&record.headers),
        "timestamp": record.timestamp.as_microsecond(),
    };
    entry.extend(key.map(|key| ("key".to_owned(), binary(key))));
    entry.extend(payload.map(|payload| ("payload".to_owned(), binary(payload))));
    entry
}

fn to_parked(from: &Document) -> Result<Parked, StoreError> {
    let optional = |field| {
        let there = from.contains_key(field);
        there.then(|| bytes(from, field)).transpose()
    };
    Ok(Parked {
        id: to_inbox_key(from.get_document("id").map_err(damaged)?)?,
        record: Record {
            topic: from.get_str("topic").map_err(damaged)?.into(),
            partition: number(from, "partition") as u32,
            offset: number(from, "offset").cast_unsigned(),
            key: optional("key")?,
            headers: to_headers(from)?,
            payload: optional("payload")?,
            timestamp: time(number(from, "timestamp"))?,
        },
    })
}
