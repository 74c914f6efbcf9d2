//! # What it does
//!
//! Finds types that the two sides call differently and that an alias of the reader joins.
//!
//! # Why is this bad
//!
//! It is not, in this direction. The other way around the alias is on the wrong side: readers
//! with the former name do not know the new one, so consumers are to be deployed before
//! producers.
//!
//! # Example
//!
//! The writer has the record `shop.Order`, the reader
//!
//! ```json
//! {"type": "record", "name": "shop.Purchase", "aliases": ["shop.Order"], "fields": []}
//! ```

use super::super::Kind;
use super::{Draft, Place, SchemaRule, names};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, reader)) = names::both(place) else {
        return;
    };
    let renamed = writer.full() != reader.full() && names::is_bridged(place, writer);
    if renamed && !place.is_dead() {
        let message = format!("the writer's {writer} is the reader's {reader}, by its alias");
        found.push(place.draft(SchemaRule::TypeRenamedWithAlias, message).kind(Kind::Advice));
    }
}
