//! # What it does
//!
//! Finds services without an `owner`, and domains without one that have events which name no
//! owner of their own.
//!
//! # Why is this bad
//!
//! When a dead letter has to be judged, or a field changed, somebody must be asked. A catalog that
//! does not say whom is asked is read by nobody in an incident.
//!
//! # Example
//!
//! ```yaml
//! event: OrderPlaced
//! domain: ordering
//! doc: A customer's order was accepted.
//! key: order_id
//! fields: { order_id: uuid }
//! ---
//! service: order
//! doc: Accepts orders.
//! store: postgres
//! publishes: [OrderPlaced]
//! ```
//!
//! The domain answers for its events:
//!
//! ```yaml
//! domain: ordering
//! owner: ordering-team
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: postgres
//! publishes: [OrderPlaced]
//! ```

use std::collections::BTreeMap;

use crate::{
    lint::{Finding, Index, Place},
    model::Event,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (name, service) in index.model.services() {
        if service.owner.is_none() {
            let at = Place::new(&service.source, [name.as_str()]);
            let message = format!("the service `{name}` has no owner");
            findings
                .push(Finding::new(at, message).help("add `owner:` with the team that runs it"));
        }
    }
    let mut unowned: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in index.model.events.values().filter(|e| e.owner.is_none()) {
        unowned.entry(&event.domain).or_default().push(event);
    }
    findings.extend(
        unowned
            .into_iter()
            .filter_map(|(domain, events)| of_domain(domain, &events)),
    );
}

/// One finding a domain: the domain's owner is what is missing, not fifty events'.
fn of_domain(domain: &str, events: &[&Event]) -> Option<Finding> {
    let first = &events.first()?.message;
    let message = match events.len() {
        _ if domain.is_empty() => {
            format!("the event `{}` has neither owner nor domain", first.name)
        }
        1 => format!(
            "the event `{}` has no owner, nor has its domain `{domain}`",
            first.name
        ),
        n => format!("{n} events of the domain `{domain}` have no owner, nor has the domain"),
    };
    let finding = Finding::new(Place::new(&first.source, [first.name.as_str()]), message).help(
        format!("add `owner:` to a document `domain: {domain}`, or to the event"),
    );
    Some(if events.len() == 1 {
        finding.about(&first.name)
    } else {
        finding.label("the first of them")
    })
}
