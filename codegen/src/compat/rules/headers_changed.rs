//! # What it does
//!
//! Finds headers of a message's own that change so that the readers which its mode promises for are
//! left without: a new required header, which messages from before do not have (BACKWARD); a required
//! header that is removed or may be left out, which deployed code asks for (FORWARD); a type whose
//! texts the other side cannot read. A new header with `?` or a `default`, documentation, and a type
//! that reads all texts of the former are fine.
//!
//! # Why is this bad
//!
//! Headers are in no schema, so no registry notices. A handler that asks for the headers of a
//! message rejects one whose required header is absent or cannot be read: it becomes a dead letter.
//!
//! # What to do
//!
//! Declare a new header with `?` or a `default` until every message has it. Keep sending one until no
//! deployed code requires it. Give a header of another type another name, and send both meanwhile.

use rayon::prelude::*;
use serde_json::Value;

use crate::{
    compat::{
        finding::{Direction, Finding},
        history::{Known, Since, directions, known, promised, since},
        judged::Judged,
        scene::{Reader, Scene, former},
    },
    frozen::{self, Header, Symbols},
    lint::{Place, keys::describe},
    model::{Message, Type},
    schema,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    // A registry has schemas of payloads alone.
    if !judged.scene.has_our_numbers() {
        return;
    }
    let messages: Vec<&Message> = judged.scene.now.model.messages().collect();
    let messages = messages.into_par_iter();
    let with_headers = messages.filter(|message| has_or_had_headers(judged.scene, message));
    let found = with_headers.flat_map_iter(|message| of_message(judged, message));
    findings.extend(found.collect::<Vec<Finding>>());
}

fn has_or_had_headers(scene: &Scene<'_>, message: &Message) -> bool {
    let before = scene.before().and_then(|m| former(m, message));
    let name = before.map_or(&message.name, |m| &m.name);
    let mut frozen = scene.frozen().get(name).into_iter().flatten();
    !message.headers.fields.is_empty()
        || before.is_some_and(|m| !m.headers.fields.is_empty())
        || frozen.any(|version| version.schema.contains("\"headers\""))
}

fn of_message(judged: &Judged<'_>, message: &Message) -> Vec<Finding> {
    let scene = judged.scene;
    let json = frozen::json(&scene.now.model, message);
    let written = schema::text(&json);
    if since(scene, message, &written) == Since::SameCatalog {
        return Vec::new();
    }
    let now = frozen::headers(&json);
    let known = known(scene, message, &written);
    let breaks = breaks(message, &now, &known);
    let findings = breaks
        .iter()
        .filter_map(|found| finding(judged, message, found));
    findings.collect()
}

/// A header that one side asks for and the other does not give.
struct Break<'k, 'a> {
    direction: Direction,
    version: &'k Known<'a>,
    now: Option<Header>,
    /// As that version has it.
    then: Option<Header>,
    why: Broken,
}

impl Break<'_, '_> {
    /// The header, as code that asks for it has it.
    fn reader(&self) -> Option<&Header> {
        match self.direction {
            Direction::Backward => self.now.as_ref(),
            Direction::Forward => self.then.as_ref(),
        }
    }
}

/// Each header that breaks in a direction, once: with the newest version that it breaks with, which
/// is deployed most likely.
fn breaks<'k, 'a>(message: &Message, now: &[Header], known: &'k [Known<'a>]) -> Vec<Break<'k, 'a>> {
    let mut breaks: Vec<Break<'k, 'a>> = Vec::new();
    for &direction in directions(message.compatibility) {
        for version in promised(message.compatibility, known) {
            let json: Value = serde_json::from_str(&version.schema).unwrap_or_default();
            let then = frozen::headers(&json);
            let (readers, writers) = match direction {
                Direction::Backward => (now, &*then),
                Direction::Forward => (&*then, now),
            };
            for reader in readers {
                let named = |headers: &[Header]| {
                    let mut headers = headers.iter();
                    headers.find(|h| h.name == reader.name).cloned()
                };
                let Some(why) = broken(reader, named(writers).as_ref()) else {
                    continue;
                };
                breaks.retain(|b| {
                    b.direction != direction || b.reader().is_none_or(|r| r.name != reader.name)
                });
                breaks.push(Break {
                    direction,
                    version,
                    now: named(now),
                    then: named(&then),
                    why,
                });
            }
        }
    }
    breaks
}

/// Why code that asks for a header cannot go on with what is written.
enum Broken {
    /// It is not there.
    Absent,
    /// It may be left out.
    Optional,
    /// Its texts are of another type.
    Type(String),
    /// It may be a symbol that the reader's enum does not have.
    Symbol(String),
}

fn broken(reader: &Header, writer: Option<&Header>) -> Option<Broken> {
    let required = !reader.optional && reader.default.is_none();
    let Some(written) = writer else {
        return required.then_some(Broken::Absent);
    };
    match (&reader.symbols, &written.symbols) {
        (Some(read), Some(written)) => {
            if let Some(symbol) = unknown(read, written) {
                return Some(Broken::Symbol(symbol.to_owned()));
            }
        }
        _ if !can_read(&reader.ty, &written.ty) => {
            return Some(Broken::Type(describe(&written.ty)));
        }
        _ => {}
    }
    (required && written.optional).then_some(Broken::Optional)
}

fn finding(judged: &Judged<'_>, message: &Message, found: &Break<'_, '_>) -> Option<Finding> {
    let reader = found.reader()?;
    let (event, name) = (&message.name, &reader.name);
    let is = describe(&reader.ty);
    let of = format!("the header `{name}` of `{event}`");
    let (text, help) = match (found.direction, &found.why) {
        (Direction::Backward, Broken::Absent) => (
            format!("{of} is new and required: messages from before do not have it"),
            format!("write `{is}?` or give it a `default` until every message has it"),
        ),
        (Direction::Backward, Broken::Optional) => (
            format!("{of} is required now: messages from before may be without it"),
            format!("write `{is}?` or give it a `default` until every message has it"),
        ),
        (Direction::Backward, Broken::Type(was)) => (
            format!("{of} is a `{is}` instead of a `{was}`: texts from before cannot be read"),
            "give the header of the new type another name".to_owned(),
        ),
        (Direction::Forward, Broken::Absent) => (
            format!("{of} is gone: deployed code requires it"),
            format!("keep it until deployed code reads it as `{is}?`"),
        ),
        (Direction::Forward, Broken::Optional) => (
            format!("{of} may be left out now: deployed code requires it"),
            format!("keep it required until deployed code reads it as `{is}?`"),
        ),
        (Direction::Forward, Broken::Type(now)) => (
            format!("{of} is a `{now}` instead of a `{is}`: deployed code cannot read its texts"),
            "give the header of the new type another name, and send both meanwhile".to_owned(),
        ),
        (Direction::Backward, Broken::Symbol(symbol)) => (
            format!("{of} has no symbol `{symbol}`, which messages from before have"),
            format!("keep `{symbol}`, or give the enum a `default`"),
        ),
        (Direction::Forward, Broken::Symbol(symbol)) => (
            format!("{of} may be `{symbol}`, a symbol that deployed code does not know"),
            "give the enum a `default`, deploy readers, then add the symbol".to_owned(),
        ),
    };
    let mut finding = Finding::new(text).about(event, name);
    let at = match message.headers.field(name) {
        Some(header) => Place::field(&message.source, header),
        None => Place::new(&message.source, [event.as_str()]),
    };
    let is_now = found.now.as_ref().map(words);
    finding = finding.now(at, is_now.unwrap_or_else(|| "has it no more".to_owned()));
    if let Some(then) = &found.then {
        let (when, target) = found.version.place_of_header(name);
        finding = finding.mark(when, target, words(then));
    }
    let readers = judged.scene.readers(event);
    let verdicts = readers
        .iter()
        .map(|reader| (reader.service, verdict(reader, found.direction)));
    Some(finding.impact(verdicts.collect::<Vec<_>>()).help(help))
}

fn verdict(reader: &Reader<'_>, direction: Direction) -> Result<String, String> {
    match (direction, reader.now, reader.before) {
        (Direction::Backward, Some(_), _) => {
            Ok("its new code rejects messages from before, where it asks for their headers".into())
        }
        (Direction::Backward, None, _) => Err("it no longer reads the message".into()),
        (Direction::Forward, _, Some(_)) => {
            Ok("its deployed code rejects new messages, where it asks for their headers".into())
        }
        (Direction::Forward, _, None) => {
            Err("it begins to read the message with this change".into())
        }
    }
}

fn words(header: &Header) -> String {
    let words = header.words();
    match &header.default {
        Some(default) => format!("{words}, default `{default}`"),
        None => words,
    }
}

/// The first written symbol that nothing stands for.
fn unknown<'w>(read: &Symbols, written: &'w Symbols) -> Option<&'w str> {
    let mut names = written.names.iter();
    let unknown = names.find(|name| !read.names.contains(name));
    unknown
        .filter(|_| read.fallback.is_none())
        .map(String::as_str)
}

/// Whether every text of the written type is one of the read type.
fn can_read(reader: &Type, writer: &Type) -> bool {
    use Type as T;
    match (reader, writer) {
        (T::String, _)
        | (T::Long | T::Float | T::Double | T::Decimal { .. }, T::Int | T::Long)
        | (T::Float | T::Double, T::Float | T::Double | T::Decimal { .. })
        | (T::TimeMillis | T::TimeMicros, T::TimeMillis | T::TimeMicros)
        | (
            T::TimestampMillis | T::TimestampMicros,
            T::TimestampMillis | T::TimestampMicros | T::TimestampNanos,
        )
        | (
            T::LocalTimestampMillis | T::LocalTimestampMicros,
            T::LocalTimestampMillis | T::LocalTimestampMicros | T::LocalTimestampNanos,
        ) => true,
        (T::Decimal { scale: read, .. }, T::Decimal { scale: written, .. }) => read >= written,
        (read, written) => read == written,
    }
}
