//! # What it does
//!
//! Finds keys of events, commands and timers whose type cannot be a key. Keys may be `string`,
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
        keys::{Key, describe, why_not_a_key},
    },
    model::Message,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let events = index.model.events.values().map(|e| &e.message);
    let commands = index.model.commands.values().map(|c| &c.message);
    findings.extend(events.chain(commands).filter_map(|message| of_message(index, message)));
    for service in index.model.services().values() {
        for timer in &service.timers {
            let Some(reason) = why_not_a_key(index.model, &timer.key_ty) else { continue };
            let key = Key { name: &timer.key, ty: &timer.key_ty };
            let at = Place::new(&timer.source, ["key:", key.name]);
            findings.push(finding(at, key, &format!("the timer `{}`", timer.name), reason));
        }
    }
}

fn of_message(index: &Index<'_>, message: &Message) -> Option<Finding> {
    let field = message.key_field()?;
    let reason = why_not_a_key(index.model, &field.ty)?;
    let at = Place::new(&message.source, ["key:", field.name.as_str()]);
    let key = Key { name: &field.name, ty: &field.ty };
    let found = finding(at, key, &format!("`{}`", message.name), reason);
    let field = Place::on_line(&message.source, field.line, &field.name);
    Some(found.also(field, "the field").about(&message.name))
}

fn finding(at: Place, key: Key<'_>, of: &str, reason: &str) -> Finding {
    let Key { name, ty } = key;
    let message = format!("`{name}` cannot be the key of {of}: {reason}");
    Finding::new(at, message)
        .label(format!("a `{}`", describe(ty)))
        .help("take a field of type string, uuid, int, long, date, timestamp or of an enum")
}
