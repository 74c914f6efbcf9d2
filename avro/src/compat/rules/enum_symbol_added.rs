//! # What it does
//!
//! Finds enums of the reader that have symbols which the writer's lacks.
//!
//! # Why is this bad
//!
//! It is not, in this direction. The other way around, a reader without the symbol fails or takes
//! its default, so consumers are to be deployed before producers.
//!
//! # Example
//!
//! The writer has the symbols `NEW` and `PAID`, the reader
//!
//! ```json
//! {"type": "enum", "name": "State", "symbols": ["NEW", "PAID", "LOST"]}
//! ```

use super::super::Kind;
use super::{Draft, Place, SchemaRule, symbols};

pub(super) fn check(place: &Place<'_, '_>, found: &mut Vec<Draft>) {
    let Some((writer, _)) = place.enums() else {
        return;
    };
    let new = symbols::new(place);
    if !new.is_empty() && !place.is_dead() {
        let message = format!(
            "the writer's enum {} lacks {}, which the reader knows",
            writer.name,
            symbols::names(&new)
        );
        found.push(place.draft(SchemaRule::EnumSymbolAdded, message).kind(Kind::Advice));
    }
}
