//! # What it does
//!
//! Finds entries with `after_dead_letter: park` that cannot park: the message has no key, the entry
//! says `order: none`, or it says `dead_letter: false`.
//!
//! # Why is this bad
//!
//! Parking makes the later messages of a key wait behind a dead letter of that key. Without a key
//! there are no later messages of it, without order they need not wait, and without a dead letter
//! there is nothing that they could wait for. The catalog promises an order that does not hold.
//!
//! # Example
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { order: none, after_dead_letter: park }
//! ```
//!
//! Keep the order that parking is for:
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { after_dead_letter: park }
//! ```

use std::collections::HashSet;

use crate::{
    lint::{Finding, Index, Place},
    model::{AfterDeadLetter, Policy},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (of, deployment) in index.deployments() {
        for service in deployment.services.values() {
            let consumes = service.consumes.iter().map(|c| (&c.event, &c.policy, &c.source));
            let receives = service.receives.iter().map(|r| (&r.command, &r.policy, &r.source));
            for (name, policy, source) in consumes.chain(receives) {
                let Some((key, reason, help)) = obstacle(index, name, policy) else { continue };
                if !reported.insert((&service.name, name)) {
                    continue;
                }
                let message = format!("`{}` cannot park `{name}`: {reason}{of}", service.name);
                let mut finding = Finding::new(Place::new(source, [name, "after_dead_letter:"]), message)
                    .help(help)
                    .about(name);
                if let Some(key) = key {
                    finding = finding.also(Place::new(source, [name, key]), "contradicts it");
                }
                findings.push(finding);
            }
        }
    }
}

/// The key of the entry that stands against parking, why, and what to type.
fn obstacle(
    index: &Index<'_>,
    name: &str,
    policy: &Policy,
) -> Option<(Option<&'static str>, &'static str, &'static str)> {
    if policy.after_dead_letter != AfterDeadLetter::Park {
        return None;
    }
    if index.model.message(name)?.key.is_none() {
        return Some((None, "it has no key", "give it a `key:`, or remove `after_dead_letter: park`"));
    }
    if !policy.order_by_key {
        let help = "write `order: key`, or remove `after_dead_letter: park`";
        return Some((Some("order:"), "it is not worked off in order", help));
    }
    if !policy.dead_letter {
        let help = "remove `dead_letter: false`, or `after_dead_letter: park`";
        return Some((Some("dead_letter:"), "it never becomes a dead letter", help));
    }
    None
}
