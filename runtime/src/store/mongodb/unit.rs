//! A unit of work: read one document, change it if nobody else did meanwhile.

use mongodb::bson::{Bson, Document, doc};

use super::MongoDocument;
use super::access::Access;
use super::outbox::field;
use super::parking::holds;
use super::timers;
use super::wire::{
    damaged, entries, from_answer, from_outgoing, inbox_id, number, size, to_answer,
};
use crate::store::{
    Answer, Begun, Broker, Committed, DocumentTx, Effects, InboxKey, StoreError, Unit,
};

/// Tries of a commit that timers disturb before the unit begins again.
const TRIES: usize = 8;

/// A unit was done, with the answer it gave.
struct Seen(Option<Answer>);

/// What became of one try to commit.
enum Tried {
    Ended(Committed),
    /// Timers of the document were claimed or postponed meanwhile.
    Again,
}

/// The state of a document that was read; `None` if it holds none yet.
pub(super) fn state<D: MongoDocument>(mut found: Document) -> Result<Option<D>, StoreError> {
    match found.remove("state") {
        Some(Bson::Document(state)) => D::from_bson(state).map(Some).map_err(damaged),
        _ => Ok(None),
    }
}

impl Access {
    pub(super) async fn begin<D: MongoDocument>(
        &self,
        unit: &Unit,
    ) -> Result<Begun<DocumentTx<D>>, StoreError> {
        let Some(id) = unit.key.as_deref() else {
            let why = "without a key it names no document";
            return Err(StoreError::Refused(why.to_owned()));
        };
        let found = self.read(id, fields_to_begin(unit)).await?;
        if let Some(found) = &found
            && let Some(Seen(answer)) = seen(found)?
        {
            return Ok(Begun::Seen(answer));
        }
        if self.is_parked(unit, id, found.as_ref()).await? {
            return Ok(Begun::Parked);
        }
        let Some(found) = found else {
            return Ok(Begun::Fresh(DocumentTx::new(id, D::stub(id), 0)));
        };
        self.has_room(unit, id, &found).await?;
        let version = number(&found, "version").cast_unsigned();
        let state = state(found)?.unwrap_or_else(|| D::stub(id));
        Ok(Begun::Fresh(DocumentTx::new(id, state, version)))
    }

    /// Whether the unit's key is parked: nearly always that is the document's id.
    async fn is_parked(
        &self,
        unit: &Unit,
        id: &str,
        found: Option<&Document>,
    ) -> Result<bool, StoreError> {
        match &unit.park {
            Some(scope) if scope.key != id => {
                let elsewhere = self.read(&scope.key, doc! { "parked": 1 }).await?;
                Ok(elsewhere.is_some_and(|found| holds(&found, unit)))
            }
            _ => Ok(found.is_some_and(|found| holds(found, unit))),
        }
    }

    /// Whether a document can take one more unit.
    async fn has_room(&self, unit: &Unit, id: &str, found: &Document) -> Result<(), StoreError> {
        let full = |what| {
            let why = format!("a document's {what} are full");
            Err(StoreError::Unavailable(why))
        };
        let (mut waiting, mut bytes) = (0, 0);
        for broker in Broker::ALL {
            for entry in entries(found, field(broker)) {
                waiting += 1;
                bytes += number(entry, "bytes").cast_unsigned();
            }
        }
        if waiting >= self.limits.pending || bytes >= self.limits.pending_bytes {
            return full("pending messages");
        }
        let processed = number(found, "processed_n").cast_unsigned();
        let answers = number(found, "answer_bytes").cast_unsigned();
        let filled = processed >= self.limits.processed || answers >= self.limits.pending_bytes;
        if filled && self.forget_old(id, unit.now).await? == 0 {
            return full("processed ids and answers");
        }
        Ok(())
    }

    pub(super) async fn commit<D: MongoDocument>(
        &self,
        unit: &Unit,
        tx: &DocumentTx<D>,
        effects: &Effects,
    ) -> Result<Committed, StoreError> {
        self.fits(tx.id(), effects)?;
        let update = update(unit, tx, effects);
        for _ in 0..TRIES {
            match self.try_commit(unit, tx, effects, update.clone()).await? {
                Tried::Ended(committed) => return Ok(committed),
                Tried::Again => {}
            }
        }
        Err(StoreError::Conflict)
    }

    async fn try_commit<D: MongoDocument>(
        &self,
        unit: &Unit,
        tx: &DocumentTx<D>,
        effects: &Effects,
        mut update: Document,
    ) -> Result<Tried, StoreError> {
        let (id, version) = (tx.id(), tx.version().cast_signed());
        let mut filter = doc! { "_id": id, "version": version };
        if let Some(key) = &unit.inbox {
            filter.insert("processed.k", doc! { "$ne": inbox_id(key) });
        }
        if timers::are_touched(effects) {
            let read = self.read(id, fields_to_commit(unit)).await?;
            let read = read.unwrap_or_default();
            if let Some(Seen(answer)) = seen(&read)? {
                return Ok(Tried::Ended(Committed::Seen(answer)));
            }
            if number(&read, "version") != version {
                return Err(StoreError::Conflict);
            }
            if !timers::change(effects, &read, &mut filter, &mut update)? {
                return Ok(Tried::Ended(Committed::Seen(None)));
            }
        }
        let done = if version == 0 {
            self.upsert(&self.documents, filter, update).await?
        } else {
            self.update(filter, update).await?
        };
        if done {
            for message in &effects.outbox {
                self.pending.left(message.destination.broker(), id);
            }
            return Ok(Tried::Ended(Committed::Done));
        }
        self.why_not(unit, id, version).await
    }

    /// Why a commit fitted no document.
    async fn why_not(&self, unit: &Unit, id: &str, version: i64) -> Result<Tried, StoreError> {
        let read = self.read(id, fields_to_commit(unit)).await?;
        let read = read.unwrap_or_default();
        if let Some(Seen(answer)) = seen(&read)? {
            return Ok(Tried::Ended(Committed::Seen(answer)));
        }
        if number(&read, "version") != version {
            return Err(StoreError::Conflict);
        }
        Ok(Tried::Again)
    }

    /// Refuses what a document could never hold.
    fn fits(&self, id: &str, effects: &Effects) -> Result<(), StoreError> {
        let bytes: u64 = effects.outbox.iter().map(size).sum();
        let limit = self.limits.pending_bytes;
        if bytes > limit {
            return Err(StoreError::Refused(format!(
                "one unit sends {bytes} bytes of messages, a document takes {limit}"
            )));
        }
        let set = effects.set_timers.iter().map(|row| &row.timer);
        let fired = effects.fired.iter().map(|row| &row.timer);
        let mut timers = set.chain(fired).chain(&effects.cancelled);
        match timers.find(|timer| timer.key != id) {
            Some(timer) => Err(StoreError::Refused(format!(
                "timer {} of {} does not lie in the document {id}",
                timer.name, timer.key
            ))),
            None => Ok(()),
        }
    }
}

/// The update of a commit, but for timers.
fn update<D: MongoDocument>(unit: &Unit, tx: &DocumentTx<D>, effects: &Effects) -> Document {
    let version = tx.version() + 1;
    let set = doc! { "version": version.cast_signed(), "state": tx.to_bson() };
    let mut update = doc! { "$set": set };
    let mut push = Document::new();
    for broker in Broker::ALL {
        let messages = effects.outbox.iter().enumerate();
        let mine = messages.filter(|(_, message)| message.destination.broker() == broker);
        // A version and a place in it; no unit sends a million messages.
        let entry = |(at, message)| from_outgoing(message, (version << 20) | at as u64, unit.now);
        let each: Vec<_> = mine.map(entry).collect();
        if !each.is_empty() {
            push.insert(field(broker), doc! { "$each": each });
        }
    }
    if let Some(key) = &unit.inbox {
        let at = unit.now.as_microsecond();
        let mut entry = doc! { "k": inbox_id(key), "at": at };
        let mut count = doc! { "processed_n": 1_i64 };
        if let Some(answer) = &effects.answer {
            entry.insert("answer", from_answer(answer));
            entry.insert("bytes", answer.body.len() as i64);
            count.insert("answer_bytes", answer.body.len() as i64);
        }
        push.insert("processed", entry);
        update.insert("$inc", count);
        update.insert("$min", doc! { "oldest": at });
    }
    if !push.is_empty() {
        update.insert("$push", push);
    }
    update
}

/// Everything but what waits for brokers, of which the sizes are enough.
fn fields_to_begin(unit: &Unit) -> Document {
    let mut fields = doc! {
        "version": 1,
        "state": 1,
        "processed_n": 1,
        "answer_bytes": 1,
        "parked": 1,
        "pending_log.bytes": 1,
        "pending_queues.bytes": 1,
    };
    fields.extend(its_inbox_row(unit.inbox.as_ref()));
    fields
}

fn fields_to_commit(unit: &Unit) -> Document {
    let mut fields = doc! { "version": 1, "timers": 1, "timers_rev": 1 };
    fields.extend(its_inbox_row(unit.inbox.as_ref()));
    fields
}

/// Of thousands of processed ids, the one asked for.
fn its_inbox_row(key: Option<&InboxKey>) -> Document {
    match key {
        Some(key) => doc! { "processed": { "$elemMatch": { "k": inbox_id(key) } } },
        None => Document::new(),
    }
}

/// `Some` if the unit was done.
fn seen(found: &Document) -> Result<Option<Seen>, StoreError> {
    let Some(row) = entries(found, "processed").next() else {
        return Ok(None);
    };
    let answer = row.get_document("answer").ok().map(to_answer);
    answer.transpose().map(|answer| Some(Seen(answer)))
}
