//! # What it does
//!
//! Finds entries with `dead_letter: false` that retry, in any environment.
//!
//! # Why is this bad
//!
//! Somebody who asks for several attempts wants the message to be worked off. After the last one
//! it is dropped: nobody can look at it, and nobody can redrive it once the cause is mended. If
//! losing it is fine, one attempt is enough, and `attempts: 1` silences the rule.
//!
//! # Example
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { retry: { attempts: 5, backoff: 200ms..30s }, dead_letter: false }
//! ```
//!
//! Keep what fails for good:
//!
//! ```yaml
//! service: payment
//! owner: payments-team
//! doc: Takes money.
//! store: postgres
//! consumes:
//!   OrderPlaced: { retry: { attempts: 5, backoff: 200ms..30s } }
//! ```

use std::collections::HashSet;

use crate::{
    lint::{Finding, Index, Place},
    model::{Policy, Service, Source},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (of, deployment) in index.deployments() {
        for service in deployment.services.values() {
            let consumes = service.consumes.iter().map(|c| (&c.event, &c.policy, &c.source));
            let receives = service.receives.iter().map(|r| (&r.command, &r.policy, &r.source));
            for (name, policy, source) in consumes.chain(receives) {
                let lossy = policy.attempts > 1 && !policy.dead_letter;
                if lossy && reported.insert((&service.name, name)) {
                    findings.push(finding(service, name, policy, source, &of));
                }
            }
        }
    }
}

fn finding(service: &Service, name: &str, policy: &Policy, source: &Source, of: &str) -> Finding {
    let message = format!(
        "`{}` tries `{name}` {} times and then drops it{of}",
        service.name, policy.attempts
    );
    Finding::new(Place::new(source, [name, "dead_letter:"]), message)
        .label("nothing is left to look at")
        .help("remove `dead_letter: false`, or write `retry: { attempts: 1 }` if the loss is fine")
        .about(name)
}
