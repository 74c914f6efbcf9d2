//! Fields that come, go, or do both under another name.

use super::super::describe::describe;
use super::super::draft::{Draft, Leaf};
use super::super::{FieldRef, Kind};
use super::{Place, SchemaRule};
use crate::schema::{Field, Record};

/// With more fields that come or go, nothing is guessed.
const MOST: usize = 64;

/// Fields that seem to be the same under two names: the reader's position, the
/// writer's. Types are equal, and each has no other counterpart.
pub(super) fn pairs(place: &Place<'_, '_>) -> Vec<(usize, usize)> {
    let Some((writer, reader)) = place.records() else {
        return Vec::new();
    };
    let gone = without(writer, reader);
    let new = without(reader, writer);
    if gone.is_empty() || new.is_empty() || gone.len().max(new.len()) > MOST {
        return Vec::new();
    }
    let types = |schema, record: &Record, fields: &[usize]| -> Vec<String> {
        let ids = fields.iter().map(|at| record.fields[*at].schema);
        ids.map(|id| describe(schema, id)).collect()
    };
    let (old_types, new_types) = (
        types(place.writer, writer, &gone),
        types(place.reader, reader, &new),
    );
    let same_count = writer.fields.len() == reader.fields.len();
    let mut twins = Vec::new();
    for (r, new_type) in new.iter().zip(&new_types) {
        for (w, old_type) in gone.iter().zip(&old_types) {
            let names = (&writer.fields[*w].name, &reader.fields[*r].name);
            let near = same_count && w == r || similar(names.0, names.1);
            if old_type == new_type && near {
                twins.push((*r, *w));
            }
        }
    }
    let once = |(r, w): &&(usize, usize)| {
        let others = twins.iter().filter(|(a, b)| a == r || b == w);
        others.count() == 1
    };
    twins.iter().filter(once).copied().collect()
}

/// Positions of the fields of one record whose names the other lacks.
fn without(one: &Record, other: &Record) -> Vec<usize> {
    let is_alone = |at: &usize| other.position(&one.fields[*at].name).is_none();
    (0..one.fields.len()).filter(is_alone).collect()
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
