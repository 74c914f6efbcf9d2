//! # What it does
//!
//! Finds keys of events and commands whose type cannot be a key. Keys may be `string`,
//! `uuid`, `int`, `long`, dates, times, timestamps, and enums.
//!
//! # Why is this bad
//!
//! The key travels as text and decides the partition, the lane and the document. So equal values
//! must have equal texts, whoever writes them. A decimal has not (`12.5` and `12.50`), a floating
//! point number has not (`1e3` and `1000.0`), bytes, records, lists and maps have no text at all,
//! a nullable field may have no value, and a boolean puts everything on two partitions.
//!
//! # Example
//!
//! ```yaml
//! event: PriceChanged
//! domain: catalogue
//! owner: catalogue-team
//! doc: An article has a new price.
//! key: price
//! fields: { sku: string, price: "decimal(12, 2)" }
//! ```
//!
//! Take the field that says what the event is about:
//!
//! ```yaml
//! event: PriceChanged
//! domain: catalogue
//! owner: catalogue-team
//! doc: An article has a new price.
//! key: sku
//! fields: { sku: string, price: "decimal(12, 2)" }
//! ```

use crate::{
    lint::{
        Finding, Index, Place,
        keys::{describe, why_not_a_key},
    },
    model::{Message, Model, Type, TypeKind},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    findings.extend(index.messages().filter_map(|m| finding(index, m)));
}

fn finding(index: &Index<'_>, message: &Message) -> Option<Finding> {
    let field = message.key_field()?;
    let reason = why_not_a_key(index.model, &field.ty)?;
    let (key, name) = (&field.name, &message.name);
    let text = format!("`{key}` cannot be the key of `{name}`: {reason}");
    let finding = Finding::new(Place::new(&message.source, ["key:", key]), text)
        .label(what(index.model, &field.ty))
        .also(Place::field(&message.source, field), "the field")
        .help("take a field of type string, uuid, int, long, date, timestamp or of an enum");
    Some(finding.about(name))
}

/// The type with an article; the name of a field's own union is nowhere in the catalog.
fn what(model: &Model, ty: &Type) -> String {
    if let Type::Named(name) = ty.unboxed()
        && let Some(TypeKind::Union(_)) = model.types.get(name).map(|def| &def.kind)
    {
        return "a union".to_owned();
    }
    format!("a `{}`", describe(ty))
}
