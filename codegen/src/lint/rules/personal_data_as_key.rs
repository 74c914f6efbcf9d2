//! # What it does
//!
//! Finds events and commands whose key is a field marked `pii: true`.
//!
//! # Why is this bad
//!
//! Keys go where payloads do not: into logs, traces, metrics, file names of dead letters, ids of
//! documents, and they outlive the record in a compacted topic. What was personal is then spread
//! over places that nobody deletes from, and a person who changes the address becomes another key.
//!
//! # Example
//!
//! ```yaml
//! event: CustomerRegistered
//! domain: customers
//! owner: customer-care-team
//! doc: A customer has an account now.
//! key: email
//! fields:
//!   customer_id: uuid
//!   email: { type: string, pii: true }
//! ```
//!
//! Take an id that says nothing by itself:
//!
//! ```yaml
//! event: CustomerRegistered
//! domain: customers
//! owner: customer-care-team
//! doc: A customer has an account now.
//! key: customer_id
//! fields:
//!   customer_id: uuid
//!   email: { type: string, pii: true }
//! ```

use crate::lint::{Finding, Index, Place};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for message in index.messages() {
        let Some(field) = message.key_field().filter(|field| field.pii) else {
            continue;
        };
        let name = &message.name;
        let at = Place::new(&message.source, ["key:", field.name.as_str()]);
        let text = format!("the key `{}` of `{name}` is personal data", field.name);
        let finding = Finding::new(at, text)
            .label("goes into logs, traces and document ids")
            .also(Place::field(&message.source, field), "marked `pii` here")
            .help("take an id that means nothing outside the system")
            .about(name);
        findings.push(finding);
    }
}
