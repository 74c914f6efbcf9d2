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

use crate::lint::{Finding, Index, Place, entries};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (scene, deployment) in index.deployments() {
        for entry in entries(deployment) {
            let (service, message) = (&entry.service.name, entry.message);
            let attempts = entry.policy.attempts;
            let drops = attempts > 1 && !entry.policy.dead_letter;
            if !drops || !reported.insert((service, message)) {
                continue;
            }
            let text = format!(
                "`{service}` tries `{message}` {attempts} times and then drops it{}",
                scene.words()
            );
            let at = Place::new(entry.source, [message, "dead_letter:"]);
            let help = "remove `dead_letter: false`, or write `retry: { attempts: 1 }` if the loss is fine";
            let finding = Finding::new(at, text).label("nothing is left to look at");
            findings.push(finding.help(help).about(message));
        }
    }
}
