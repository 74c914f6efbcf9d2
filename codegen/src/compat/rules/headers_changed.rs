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
//! Headers are in no schema, so nothing else notices. A handler that asks for the headers of a
//! message rejects one whose required header is absent or cannot be read: it becomes a dead letter.
//!
//! # What to do
//!
//! Declare a new header with `?` or a `default` until every message has it. Keep sending one until no
//! deployed code requires it. Give a header of another type another name, and send both meanwhile.

use crate::{
    compat::{
        finding::{Direction, Finding},
        history::directions,
        judged::Judged,
        scene::Reader,
    },
    lint::{Place, keys::describe},
    model::{EnumDef, Field, Message, Model, Type, TypeKind},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    for (before, now) in judged.scene.messages() {
        for direction in directions(now.compatibility) {
            let ((reader, of_reader), (writer, of_writer)) = match direction {
                Direction::Backward => ((now, model), (before, old_model)),
                Direction::Forward => ((before, old_model), (now, model)),
            };
            for header in &reader.headers.fields {
                let written = writer.headers.field(&header.name);
                let Some(why) = broken((of_reader, header), written.map(|w| (of_writer, w))) else {
                    continue;
                };
                findings.push(finding(judged, (before, now), *direction, header, &why));
            }
        }
    }
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

fn broken(reader: (&Model, &Field), writer: Option<(&Model, &Field)>) -> Option<Broken> {
    let required = !is_optional(reader.1) && reader.1.default.is_none();
    let Some((model, written)) = writer else {
        return required.then_some(Broken::Absent);
    };
    let (read_ty, written_ty) = (plain(&reader.1.ty), plain(&written.ty));
    match (
        enumeration(reader.0, read_ty),
        enumeration(model, written_ty),
    ) {
        (Some(read), Some(written)) => {
            if let Some(symbol) = unknown(read, written) {
                return Some(Broken::Symbol(symbol.to_owned()));
            }
        }
        _ if !can_read(read_ty, written_ty) => {
            return Some(Broken::Type(describe(written_ty)));
        }
        _ => {}
    }
    (required && is_optional(written)).then_some(Broken::Optional)
}

fn finding(
    judged: &Judged<'_>,
    (before, now): (&Message, &Message),
    direction: Direction,
    reader: &Field,
    why: &Broken,
) -> Finding {
    let (event, name) = (&now.name, &reader.name);
    let is = describe(plain(&reader.ty));
    let of = format!("the header `{name}` of `{event}`");
    let (text, help) = match (direction, why) {
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
    finding = match now.headers.field(name) {
        Some(header) => finding.now(Place::field(&now.source, header), words(header)),
        None => finding.now(Place::new(&now.source, [event.as_str()]), "has it no more"),
    };
    if let Some(header) = before.headers.field(name) {
        finding = finding.before(Place::field(&before.source, header), words(header));
    }
    let readers = judged.scene.readers(event);
    let verdicts = readers
        .iter()
        .map(|reader| (reader.service, verdict(reader, direction)));
    finding.impact(verdicts.collect::<Vec<_>>()).help(help)
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

fn words(header: &Field) -> String {
    let default = header.default.as_ref().filter(|d| !d.plain.is_null());
    match default {
        Some(default) => format!("{}, default `{}`", describe(&header.ty), default.plain),
        None => describe(&header.ty),
    }
}

fn is_optional(header: &Field) -> bool {
    matches!(header.ty, Type::Optional { .. })
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Optional { inner, .. } => inner,
        other => other,
    }
}

fn enumeration<'m>(model: &'m Model, ty: &Type) -> Option<&'m EnumDef> {
    let Type::Named(name) = ty else { return None };
    match &model.types.get(name)?.kind {
        TypeKind::Enum(def) => Some(def),
        _ => None,
    }
}

/// The first written symbol that nothing stands for.
fn unknown<'w>(read: &EnumDef, written: &'w EnumDef) -> Option<&'w str> {
    let known = |name: &str| read.symbols.iter().any(|s| s.name == name);
    let mut names = written.symbols.iter().map(|s| s.name.as_str());
    let unknown = names.find(|name| !known(name));
    unknown.filter(|_| read.default.is_none())
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
