//! Fields and their aliases.

use super::super::FieldRef;
use super::super::describe::describe;
use super::super::draft::Draft;
use super::{Place, SchemaRule};
use crate::schema::Field;

/// Fields that an alias of the reader joins: the writer's name, the reader's field.
pub(super) fn bridged<'a>(place: &Place<'_, 'a>) -> Vec<(&'a str, &'a Field)> {
    let (Some((writer, reader)), Some(original)) = (place.records(), place.original_record())
    else {
        return Vec::new();
    };
    let renamed = writer.fields.iter().zip(&original.fields);
    renamed
        .filter(|(now, before)| now.name != before.name)
        .filter_map(|(now, before)| {
            let at = reader.position(&now.name)?;
            Some((before.name.as_str(), &reader.fields[at]))
        })
        .collect()
}

/// A finding about a field of the reader.
pub(super) fn at_field(
    place: &Place<'_, '_>,
    rule: SchemaRule,
    message: String,
    field: &Field,
) -> Draft {
    let written = place
        .records()
        .and_then(|(writer, _)| writer.position(&field.name))
        .and_then(|at| Some(&place.original_record()?.fields[at]));
    let reference = FieldRef {
        record: place.reader.type_name(place.r).to_owned(),
        writer_field: written.map(|old| old.name.clone()),
        reader_field: Some(field.name.clone()),
    };
    place
        .draft(rule, message)
        .path(place.trail.path(Some(&field.name)))
        .field(Some(reference))
        .sides(
            written.map(|old| describe(place.original, old.schema)),
            Some(describe(place.reader, field.schema)),
        )
}
