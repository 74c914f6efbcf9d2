//! # What it does
//!
//! Finds a field of the writer and one of the reader that seem to be the same under two names:
//! the type is equal, each has no other counterpart, and they have the same position or similar
//! names.
//!
//! # Why is this bad
//!
//! Avro matches fields by name. Without an alias the reader drops what was written and, if the
//! field has a default, silently takes that for every datum; if it has none, it cannot read at
//! all.
//!
//! # Example
//!
//! The writer has `{"name": "customerId", "type": "string"}`, the reader
//!
//! ```json
//! {"name": "customer_id", "type": "string"}
//! ```
//!
//! Name the former name:
//!
//! ```json
//! {"name": "customer_id", "type": "string", "aliases": ["customerId"]}
//! ```

use super::{Draft, Place, SchemaRule, Warning, renames};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((_, reader)) = place.records() else {
        return;
    };
    for (r, at) in renames::pairs(place) {
        let field = &reader.fields[r];
        let Some(old) = place.original_record().map(|old| &old.fields[at].name) else {
            continue;
        };
        let rule = SchemaRule::FieldRenamedWithoutAlias;
        if field.default.is_none() {
            let message = format!(
                "the reader cannot fill {:?}: it looks like the writer's {old:?} under another name, and has neither that alias nor a default",
                field.name
            );
            found.push(renames::added(place, rule, message, field, Some(at)));
        } else {
            let message = format!(
                "{:?} always gets its default: it looks like the writer's {old:?} under another name, and has no such alias",
                field.name
            );
            let draft = renames::added(place, rule, message, field, Some(at));
            found.push(draft.kind(super::super::Kind::Advice).severity(Warning));
        }
    }
}
