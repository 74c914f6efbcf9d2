//! Fields that come, go, or do both under another name.

use super::super::describe::describe;
use super::super::draft::{Draft, Leaf};
use super::super::{FieldRef, Kind};
use super::{Place, SchemaRule};
use crate::schema::{Field, Record};

/// The position of the writer's field that `field`, which the writer lacks, seems to be.
pub(super) fn written_as(place: &Place<'_, '_>, field: &Field) -> Option<usize> {
    let (writer, reader) = place.records()?;
    if writer.position(&field.name).is_some() {
        return None;
    }
    let gone = gone(writer, reader);
    let at = gone.iter().copied().find(|at| twins(place, *at, field))?;
    let only = gone.iter().filter(|at| twins(place, **at, field)).count() == 1;
    (only && claims(place, writer, reader, at) == 1).then_some(at)
}

/// The reader's field that the writer's field `at`, which the reader lacks, seems to be.
pub(super) fn read_as<'a>(place: &Place<'_, 'a>, at: usize) -> Option<&'a Field> {
    let (writer, reader) = place.records()?;
    let new = |field: &&Field| writer.position(&field.name).is_none();
    let mut fields = reader.fields.iter().filter(new);
    fields.find(|field| written_as(place, field) == Some(at))
}

/// How many of the reader's new fields could be the writer's field `at`.
fn claims(place: &Place<'_, '_>, writer: &Record, reader: &Record, at: usize) -> usize {
    let new = |field: &&Field| writer.position(&field.name).is_none();
    let fields = reader.fields.iter().filter(new);
    fields.filter(|field| twins(place, at, field)).count()
}

fn gone(writer: &Record, reader: &Record) -> Vec<usize> {
    let is_gone = |at: &usize| reader.position(&writer.fields[*at].name).is_none();
    (0..writer.fields.len()).filter(is_gone).collect()
}

fn twins(place: &Place<'_, '_>, at: usize, field: &Field) -> bool {
    let Some((writer, reader)) = place.records() else {
        return false;
    };
    let old = &writer.fields[at];
    let same_type = describe(place.writer, old.schema) == describe(place.reader, field.schema);
    let same_place =
        writer.fields.len() == reader.fields.len() && reader.position(&field.name) == Some(at);
    same_type && (same_place || similar(&old.name, &field.name))
}

/// Whether names differ in case and separators only, or one continues the other.
fn similar(one: &str, other: &str) -> bool {
    let bare = |name: &str| -> String {
        let letters = name.chars().filter(|letter| *letter != '_');
        letters.flat_map(char::to_lowercase).collect()
    };
    let (one, other) = (bare(one), bare(other));
    let (short, long) = if one.len() < other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    one == other || (short.len() > 2 && (long.starts_with(short) || long.ends_with(short)))
}

/// A finding about a field that the writer lacks, or has at `twin` under another name.
pub(super) fn added(
    place: &Place<'_, '_>,
    rule: SchemaRule,
    message: String,
    field: &Field,
    twin: Option<usize>,
) -> Draft {
    let record = place.reader.type_name(place.r).to_owned();
    let old = twin.and_then(|at| Some(&place.original_record()?.fields[at]));
    let reference = FieldRef {
        record,
        writer_field: old.map(|old| old.name.clone()),
        reader_field: Some(field.name.clone()),
    };
    place
        .unreadable(rule, message)
        .path(place.trail.path(Some(&field.name)))
        .field(Some(reference))
        .sides(
            old.map(|old| describe(place.original, old.schema)),
            Some(describe(place.reader, field.schema)),
        )
        .leaf(Leaf::Blank)
}

/// The finding about a field that the reader lacks.
pub(super) fn dropped(place: &Place<'_, '_>, at: usize) -> Draft {
    let field = place.original_record().map(|record| &record.fields[at]);
    let name = field.map_or("", |field| &field.name);
    let message = format!("the reader has no field {name:?}: it skips what the writer sends");
    let reference = FieldRef {
        record: place.reader.type_name(place.r).to_owned(),
        writer_field: Some(name.to_owned()),
        reader_field: None,
    };
    place
        .draft(SchemaRule::FieldRemoved, message)
        .kind(Kind::Advice)
        .path(place.trail.path(Some(name)))
        .field(Some(reference))
        .sides(
            field.map(|field| describe(place.original, field.schema)),
            None,
        )
}
