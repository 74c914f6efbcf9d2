//! Names of records, enums and fixed.

use super::super::Kind;
use super::super::trail::Trail;
use super::{Draft, Place, SchemaRule};
use crate::resolve::names_match;
use crate::schema::Name;

/// The names of a pair of types of one kind: the writer's as it wrote it, the reader's.
pub(super) fn both<'a>(place: &Place<'_, 'a>) -> Option<(&'a Name, &'a Name)> {
    let (writer, reader) = (place.original.kind(place.w), place.reader.kind(place.r));
    let alike = std::mem::discriminant(writer) == std::mem::discriminant(reader);
    writer.name().zip(reader.name()).filter(|_| alike)
}

/// Whether an alias of the reader names the writer's type, in full.
pub(super) fn is_bridged(place: &Place<'_, '_>, writer: &Name) -> bool {
    let aliases = place.reader.kind(place.r).aliases();
    aliases.iter().any(|alias| alias.full() == writer.full())
}

/// Finds a simple name that differs where neither name nor alias matches.
pub(super) fn renamed(place: &Place<'_, '_>, rule: SchemaRule, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = both(place) else {
        return;
    };
    if names_match(place.reader.kind(place.r), place.original.kind(place.w)) {
        return;
    }
    let message =
        format!("the writer's {writer} is neither the name nor an alias of the reader's {reader}");
    found.push(if place.is_dead() {
        place.unreadable(rule, message)
    } else {
        let message =
            format!("{message}; it would decode by luck, but the specification refuses it");
        let draft = place.draft(rule, message).kind(Kind::Refused);
        // No datum can show it.
        draft.witnessed_by(
            &Trail::default(),
            (place.original.root(), None),
            super::super::draft::Leaf::Blank,
        )
    });
}
