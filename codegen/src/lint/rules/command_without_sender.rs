//! # What it does
//!
//! Finds commands that no service sends.
//!
//! # Why is this bad
//!
//! A queue with its wait and dead-letter queues is declared, a handler has to be written, and no
//! message ever arrives. Often the line under `sends` was forgotten, so that the sender will not
//! compile either.
//!
//! # Example
//!
//! ```yaml
//! command: PrintLabel
//! to: shipping
//! doc: Print the label of a parcel.
//! fields: { parcel_id: uuid }
//! ---
//! service: warehouse
//! owner: warehouse-team
//! doc: Packs parcels.
//! store: postgres
//! ```
//!
//! Name the sender:
//!
//! ```yaml
//! service: warehouse
//! owner: warehouse-team
//! doc: Packs parcels.
//! store: postgres
//! sends: [PrintLabel]
//! ```

use crate::lint::{Finding, Index, Place};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (name, command) in &index.model.commands {
        if index.senders(name).is_empty() {
            let at = Place::new(&command.message.source, [name.as_str()]);
            let message = format!("no service sends the command `{name}`");
            let finding = Finding::new(at, message)
                .label(format!("`{}` waits for it in vain", command.to))
                .help(format!(
                    "list `{name}` under `sends` of the service that gives it, or remove it"
                ));
            findings.push(finding.about(name));
        }
    }
}
