//! # What it does
//!
//! Finds changes that cannot be deployed in any order: one message wants its consumers first,
//! another its producers first, and the services wait for each other in a circle.
//!
//! # Why is this bad
//!
//! Whichever service is deployed first meets data that it cannot read, or writes data that others
//! cannot read yet.
//!
//! # What to do
//!
//! Split the pull request: one message at a time, each released and deployed before the next.

use crate::{
    compat::{finding::Finding, judged::Judged, rollout::Turn, topics::about_events},
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let cycle = &judged.rollout.cycle;
    if cycle.is_empty() {
        return;
    }
    let among = |turn: &&Turn| {
        let consumes = turn.consumers.iter().any(|s| cycle.contains(s));
        turn.is_ordered() && consumes && turn.producers.iter().any(|s| cycle.contains(s))
    };
    let turns: Vec<&Turn> = judged.rollout.turns.iter().filter(among).collect();
    let messages: Vec<String> = turns.iter().map(|t| t.message.clone()).collect();
    let next = cycle.iter().cycle().skip(1);
    let pairs = cycle.iter().zip(next);
    let pairs: Vec<String> = pairs.map(|(a, b)| format!("{a} before {b}")).collect();
    let text = format!("no order of deployment works: {}", pairs.join(", and "));
    let mut finding = about_events(Finding::new(text), &messages, "");
    for turn in turns {
        if let Some(message) = judged.now.model.message(&turn.message) {
            let at = Place::new(&message.source, [message.name.as_str()]);
            finding = finding.now(at, turn.order.as_str());
        }
    }
    let why = "whatever the order, it meets data that it cannot read";
    findings.push(
        finding
            .impact(cycle.iter().map(|s| (s.as_str(), Ok(why.to_owned()))))
            .help("split the change: one message at a time, each deployed before the next"),
    );
}
