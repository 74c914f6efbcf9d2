//! # What it does
//!
//! Finds aliases of the older schema that the newer one lacks, on fields and on types.
//!
//! # Why is this bad
//!
//! The alias is how data under the former name are read. Without it, what was written before the
//! rename cannot be read any more, or reads as a default.
//!
//! # Example
//!
//! The older schema has
//!
//! ```json
//! {"name": "customer_id", "type": "string", "aliases": ["customerId"]}
//! ```
//!
//! and the newer one the field without `aliases`. Keep the alias until no datum and no schema
//! with the former name is left.

use super::super::Kind;
use super::{Draft, Place, SchemaRule, aliases};
use crate::schema::Name;
use std::collections::HashSet;

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let rule = SchemaRule::AliasRemoved;
    let (old, new) = (place.original.kind(place.w), place.reader.kind(place.r));
    if let (Some(_), Some(name)) = (old.name(), new.name()) {
        let kept: HashSet<&Name> = new.aliases().iter().chain([name]).collect();
        let lost = old.aliases().iter().filter(|alias| !kept.contains(alias));
        let lost: Vec<&str> = lost.map(Name::full).collect();
        if !lost.is_empty() && std::mem::discriminant(old) == std::mem::discriminant(new) {
            let message = format!("{name} has lost the alias {}", lost.join(", "));
            found.push(place.draft(rule, message).kind(Kind::Advice));
        }
    }
    let (Some((writer, reader)), Some(original)) = (place.records(), place.original_record())
    else {
        return;
    };
    for (renamed, before) in writer.fields.iter().zip(&original.fields) {
        let Some(at) = reader.position(&renamed.name) else {
            continue;
        };
        let field = &reader.fields[at];
        if before.aliases.is_empty() {
            continue;
        }
        let kept: HashSet<&String> = field.aliases.iter().chain([&field.name]).collect();
        let lost = before.aliases.iter().filter(|alias| !kept.contains(alias));
        let lost: Vec<String> = lost.map(|alias| format!("{alias:?}")).collect();
        if !lost.is_empty() {
            let message = format!("{:?} has lost the alias {}", field.name, lost.join(", "));
            found.push(aliases::at_field(place, rule, message, field).kind(Kind::Advice));
        }
    }
}
