//! # What it does
//!
//! Finds aliases of the reader that fit more than they should: two fields of the writer become
//! one, two branches of a union become one, or a field is taken away from the reader's own field
//! of that name.
//!
//! # Why is this bad
//!
//! Two parts of one name make every reader fail before the first datum. A field that is taken
//! away reads as its default, although the writer sent a value.
//!
//! # Example
//!
//! The writer has the fields `name` and `title`; the reader has
//!
//! ```json
//! {"name": "title", "type": "string", "aliases": ["name"]}
//! ```
//!
//! Which of the two is meant? Remove the alias: `title` is read anyhow.

use super::super::{Kind, Severity};
use super::{Draft, Place, SchemaRule, aliases};
use crate::schema::{Field, Kind as Type, Name, Record};
use std::collections::HashSet;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    branches(place, found);
    let (Some((writer, reader)), Some(original)) = (place.records(), place.original_record())
    else {
        return;
    };
    for field in &reader.fields {
        let names = matching(original, field);
        if names.len() > 1 {
            let message = format!(
                "{} of the writer are both {:?} to the reader, by its aliases",
                quoted(&names),
                field.name
            );
            let draft = aliases::at_field(place, SchemaRule::AliasAmbiguous, message, field);
            // Equal schemas, aliases aside, are read without a look at the aliases.
            found.push(if place.is_fatal {
                draft.kind(Kind::Unreadable)
            } else {
                draft.severity(Severity::Warning)
            });
        } else if original.position(&field.name).is_some()
            && writer.position(&field.name).is_none()
            && !place.is_fatal
        {
            found.push(taken(place, field));
        }
    }
}

/// The writer's field of that name went to another one, so this one gets its default.
fn taken(place: &Place<'_, '_>, field: &Field) -> Draft {
    let message = format!(
        "an alias of another field takes away the writer's {:?}, so the reader's gets its default",
        field.name
    );
    let draft = aliases::at_field(place, SchemaRule::AliasAmbiguous, message, field);
    let lost = field.default.is_none();
    draft.kind(if lost { Kind::Unreadable } else { Kind::Misread })
}

/// Fields of the writer that a field of the reader stands for.
fn matching<'a>(writer: &Record, field: &'a Field) -> Vec<&'a str> {
    let aliases = field.aliases.iter().filter(|alias| **alias != field.name);
    let names = std::iter::once(&field.name).chain(aliases);
    let known = names.filter(|name| writer.position(name).is_some());
    known.map(String::as_str).collect()
}

/// Two branches of the writer that an alias of the reader makes one.
fn branches(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Type::Union(branches) = place.original.kind(place.w) else {
        return;
    };
    if !place.is_fatal {
        return;
    }
    let all = branches.iter().map(|id| place.original.type_name(*id));
    let all: HashSet<&str> = all.collect();
    let clash = place.reader.types.iter().find_map(|one| {
        let name = one.kind.name()?;
        let names = std::iter::once(name).chain(one.kind.aliases());
        let names: Vec<&str> = names.map(Name::full).filter(|full| all.contains(full)).collect();
        (names.len() > 1).then_some((name, names))
    });
    if let Some((name, names)) = clash {
        let message = format!(
            "the branches {} of the writer's union are both {name} to the reader, by its aliases",
            quoted(&names)
        );
        found.push(place.unreadable(SchemaRule::AliasAmbiguous, message));
    }
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    quoted.join(" and ")
}
