//! # What it does
//!
//! Finds fields that the two sides call differently and that an alias of the reader joins.
//!
//! # Why is this bad
//!
//! It is not, in this direction. The other way around the alias is on the wrong side: readers
//! with the former name do not see what is written under the new one, so consumers are to be
//! deployed before producers.
//!
//! # Example
//!
//! The writer has `customerId`, the reader
//!
//! ```json
//! {"name": "customer_id", "type": "string", "aliases": ["customerId"]}
//! ```

use super::super::Kind;
use super::{Draft, Place, SchemaRule, aliases};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    for (old, field) in aliases::bridged(place) {
        let message = format!(
            "the writer's {old:?} is the reader's {:?}, by its alias",
            field.name
        );
        let draft = aliases::at_field(place, SchemaRule::FieldRenamedWithAlias, message, field);
        found.push(draft.kind(Kind::Advice));
    }
}
