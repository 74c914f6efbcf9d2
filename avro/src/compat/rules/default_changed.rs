//! # What it does
//!
//! Finds fields whose default differs.
//!
//! # Why is this bad
//!
//! Where a datum lacks the field, the two schemas read different values into it: the same old
//! event means one thing to a service that has been deployed and another to one that has not.
//!
//! # Example
//!
//! `{"name": "currency", "type": "string", "default": "EUR"}` becomes
//!
//! ```json
//! {"name": "currency", "type": "string", "default": "USD"}
//! ```
//!
//! and all orders from before the field existed change their currency.

use super::super::Kind;
use super::{Draft, Place, SchemaRule, aliases};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.records() else {
        return;
    };
    for field in &reader.fields {
        let written = writer.position(&field.name).map(|at| &writer.fields[at]);
        let defaults = (
            written.and_then(|field| field.default.as_ref()),
            &field.default,
        );
        if let (Some(before), Some(after)) = defaults
            && before != after
        {
            let message = format!(
                "the default of {:?} is {before} to the writer and {after} to the reader",
                field.name
            );
            let draft = aliases::at_field(place, SchemaRule::DefaultChanged, message, field);
            found.push(draft.kind(Kind::Advice));
        }
    }
}
