//! # What it does
//!
//! Finds defaults of the reader that pass as JSON of the right sort and are no value all the
//! same, such as a symbol that the enum does not have.
//!
//! # Why is this bad
//!
//! A reader that needs the default, because the writer lacks the field, fails before the first
//! datum. Where the writer has the field, the mistake sleeps until somebody removes it: then it
//! is a warning.
//!
//! # Example
//!
//! ```json
//! {"name": "size", "type": {"type": "enum", "name": "Size", "symbols": ["S", "M"]}, "default": "L"}
//! ```
//!
//! `L` is no symbol of `Size`: write one that is.

use super::super::Kind;
use super::{Draft, Place, SchemaRule, Warning, aliases};
use crate::default::{DefaultError, Defaults};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = place.records() else {
        return;
    };
    for field in &reader.fields {
        let Some(value) = &field.default else {
            continue;
        };
        let mut defaults = Defaults::brief(place.reader);
        let Err(error) = defaults.encode(field.schema, value, &mut Vec::new()) else {
            continue;
        };
        // A default of very many parts is looked at in full where it is needed.
        if error == DefaultError::Endless && !place.is_fatal {
            continue;
        }
        let message = format!("the reader's default of {:?}: {error}", field.name);
        let draft = aliases::at_field(place, SchemaRule::DefaultInvalid, message, field);
        let is_needed = writer.position(&field.name).is_none();
        found.push(if is_needed {
            draft.kind(Kind::Unreadable)
        } else {
            draft.kind(Kind::Advice).severity(Warning)
        });
    }
}
