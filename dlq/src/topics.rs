//! Dead letters in topics, and the notes beside them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use herald::delivery::dead_letter::{names, redriven_headers};
use herald::transport::kafka::Kafka;
use herald::transport::{Headers, Log as _, NewRecord, Record};
use jiff::Timestamp;

use crate::Error;
use crate::filter::Filter;
use crate::letter::{Handled, Letter, Place};
use crate::origin::{Group, Origin};

/// Header of a note: the offset of the letter in the note's own partition.
pub const HANDLED: &str = "herald-handled";
/// Header of a note: what was done.
pub const ACTION: &str = "herald-action";

/// What is done with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It goes to its group again.
    Redrive,
    /// It is given up for good.
    Discard,
}

impl Act {
    /// The word in notes.
    pub fn done(self) -> &'static str {
        match self {
            Self::Redrive => "redriven",
            Self::Discard => "discarded",
        }
    }
}

/// What was read of a topic so far.
#[derive(Default)]
struct Reading {
    letters: Vec<Letter>,
    notes: HashMap<(u32, u64), Handled>,
}

/// The letters in a dead-letter topic that a filter takes, those with a note marked as handled.
///
/// # Errors
/// [`Error::Missing`] and [`Error::Transport`].
pub async fn letters(
    kafka: &Kafka,
    origin: &Arc<Origin>,
    filter: &Filter,
    now: Timestamp,
) -> Result<Vec<Letter>, Error> {
    let reading = Arc::<Mutex<Reading>>::default();
    let (into, of, filter) = (reading.clone(), origin.clone(), filter.clone());
    let each = move |record: Record| {
        let mut reading = into.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((offset, handled)) = note(&record) {
            // The first one says who was first.
            let at = (record.partition, offset);
            reading.notes.entry(at).or_insert(handled);
            return true;
        }
        let letter = letter(record, &of);
        if filter.takes(&letter, now) {
            reading.letters.push(letter);
        }
        true
    };
    let read = kafka.read(origin.dead(), each).await;
    read.map_err(|error| Error::transport(origin.dead(), error))?;
    let mut reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
    let Reading { mut letters, notes } = std::mem::take(&mut *reading);
    for letter in &mut letters {
        if let Place::Topic {
            partition, offset, ..
        } = &letter.place
        {
            letter.handled = notes.get(&(*partition, *offset)).cloned();
        }
    }
    Ok(letters)
}

fn letter(record: Record, origin: &Arc<Origin>) -> Letter {
    Letter {
        place: Place::Topic {
            topic: record.topic,
            partition: record.partition,
            offset: record.offset,
        },
        origin: origin.clone(),
        record_key: record.key,
        headers: record.headers,
        payload: record.payload,
        appended: Some(record.timestamp),
        handled: None,
    }
}

/// What a note says. A letter always says why it is one, whatever else its sender put into it.
fn note(record: &Record) -> Option<(u64, Handled)> {
    if record.payload.is_some() || record.headers.get(names::REASON).is_some() {
        return None;
    }
    let offset = record.headers.text(HANDLED)?.parse().ok()?;
    let handled = Handled {
        action: record.headers.text(ACTION).unwrap_or_default().to_owned(),
        time: record
            .headers
            .text(names::TIME)
            .and_then(|text| text.parse().ok()),
    };
    Some((offset, handled))
}

/// The note about a letter.
fn note_on(letter: &Letter, act: Act, now: Timestamp) -> Option<NewRecord> {
    let Place::Topic {
        topic,
        partition,
        offset,
    } = &letter.place
    else {
        return None;
    };
    let mut headers = Headers::new();
    headers.push(HANDLED, offset.to_string());
    headers.push(ACTION, act.done());
    headers.push(names::TIME, now.to_string());
    Some(NewRecord {
        topic: topic.clone(),
        partition: Some(*partition),
        key: letter.record_key.clone(),
        headers,
        payload: None,
        timestamp: None,
    })
}

/// What a group's redrive topic is told of a letter. To discard one is a message only where later
/// records wait behind it.
fn message_of(letter: &Letter, group: &Group, act: Act) -> Result<Option<NewRecord>, Error> {
    let parked = letter
        .message_type()
        .is_some_and(|name| group.parks.contains(name));
    if act == Act::Discard && !(parked && letter.record_key.is_some()) {
        return Ok(None);
    }
    let redrive = group.redrive.as_deref();
    let redrive = redrive.ok_or_else(|| Error::NoRedrive(group.dead.clone()))?;
    let mut headers = redriven_headers(&letter.headers);
    if act == Act::Discard {
        headers.set(names::REDRIVE, "discard");
    }
    Ok(Some(NewRecord {
        topic: redrive.into(),
        partition: None,
        key: letter.record_key.clone(),
        headers,
        payload: letter.payload.clone(),
        timestamp: None,
    }))
}

/// Acts on letters of one group, in their order, and notes it.
pub async fn act(
    kafka: &Kafka,
    group: &Group,
    letters: &[Letter],
    act: Act,
    now: Timestamp,
) -> Vec<Result<(), Error>> {
    let mut outcomes: Vec<Result<(), Error>> = Vec::with_capacity(letters.len());
    let (mut messages, mut of) = (Vec::new(), Vec::new());
    for (index, letter) in letters.iter().enumerate() {
        let message = message_of(letter, group, act);
        outcomes.push(message.map(|message| {
            if let Some(message) = message {
                messages.push(message);
                of.push(index);
            }
        }));
    }
    let places: Vec<Arc<str>> = messages.iter().map(|it| it.topic.clone()).collect();
    let answers = kafka.publish(messages).await;
    for ((index, place), answer) in of.into_iter().zip(places).zip(answers) {
        if let Err(source) = answer {
            let place = place.to_string();
            outcomes[index] = Err(Error::Publish { place, source });
        }
    }
    note_all(kafka, letters, act, now, &mut outcomes).await;
    outcomes
}

async fn note_all(
    kafka: &Kafka,
    letters: &[Letter],
    act: Act,
    now: Timestamp,
    outcomes: &mut [Result<(), Error>],
) {
    let done = letters.iter().enumerate();
    let done = done.filter(|(index, _)| outcomes[*index].is_ok());
    let (of, notes): (Vec<usize>, Vec<NewRecord>) = done
        .filter_map(|(index, letter)| Some((index, note_on(letter, act, now)?)))
        .unzip();
    let answers = kafka.publish(notes).await;
    for (index, answer) in of.into_iter().zip(answers) {
        if let Err(why) = answer {
            outcomes[index] = Err(Error::NotNoted {
                place: letters[index].place.to_string(),
                why: why.to_string(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn record(headers: &[(&'static str, &'static str)], payload: Option<&'static str>) -> Record {
        let named = headers.iter().map(|(name, value)| (*name, *value));
        Record {
            topic: "orders.g.dlt".into(),
            partition: 0,
            offset: 5,
            key: None,
            headers: named.collect(),
            payload: payload.map(Into::into),
            timestamp: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_letter_that_looks_like_a_note_stays_a_letter() {
        let ours = [(HANDLED, "3"), (ACTION, "discarded")];
        let noted = note(&record(&ours, None)).map(|(offset, it)| (offset, it.action));
        assert_eq!(noted, Some((3, "discarded".to_owned())));
        assert_eq!(note(&record(&ours, Some("x"))), None);
        let forged = [(HANDLED, "3"), (names::REASON, "undecodable")];
        assert_eq!(note(&record(&forged, None)), None);
    }

    #[test]
    fn a_note_names_its_letter() {
        let origin = Arc::new(Origin::Group(Group {
            topic: "orders".to_owned(),
            group: "g".to_owned(),
            service: "s".to_owned(),
            dead: "orders.g.dlt".to_owned(),
            redrive: None,
            parks: BTreeSet::new(),
        }));
        let dead = letter(record(&[(names::REASON, "rejected")], Some("x")), &origin);
        let new = note_on(&dead, Act::Redrive, Timestamp::UNIX_EPOCH).unwrap();
        let read = Record {
            topic: new.topic,
            partition: new.partition.unwrap(),
            offset: 6,
            key: new.key,
            headers: new.headers,
            payload: new.payload,
            timestamp: Timestamp::UNIX_EPOCH,
        };
        let handled = Handled {
            action: "redriven".to_owned(),
            time: Some(Timestamp::UNIX_EPOCH),
        };
        assert_eq!(note(&read), Some((5, handled)));
    }
}
