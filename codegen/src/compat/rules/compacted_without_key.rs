//! # What it does
//!
//! Finds topics that become compacted while an event in them has no key, and events without a key
//! that come into a compacted topic.
//!
//! # Why is this bad
//!
//! Kafka refuses a record without a key on a compacted topic, so every publication fails from the
//! moment the setting is applied.
//!
//! # What to do
//!
//! Add `key:` to the event, with the field whose last record is to be kept.

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        scene::writers,
        topics::{Once, about_events},
    },
    lint::Place,
    model::{Cleanup, Deployment, Model},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    let model = &judged.now.model;
    for (setting, before, now) in judged.scene.deployments() {
        for (topic, event) in refused(model, now) {
            let was = judged
                .scene
                .before()
                .is_some_and(|model| refused(model, before).contains(&(topic, event)));
            if was || !once.first(format!("{topic} {event}")) {
                continue;
            }
            let words = setting.words();
            let text = format!("the topic `{topic}` is compacted and `{event}` has no key{words}");
            let Some(message) = model.message(event) else {
                continue;
            };
            let why = "the broker refuses what it publishes";
            let producers = writers(model, event).into_iter();
            findings.push(
                about_events(Finding::new(text), &[event.to_owned()], "key")
                    .now(Place::new(&message.source, [event]), "has no key")
                    .impact(producers.map(|s| (s.name.as_str(), Ok(why.to_owned()))))
                    .help("add `key:` with the field whose last record is to be kept"),
            );
        }
    }
}

/// Topics and events that the broker refuses.
fn refused<'a>(model: &'a Model, deployment: &'a Deployment) -> Vec<(&'a str, &'a str)> {
    let topics = deployment.topics.values();
    let compacted = topics.filter(|t| t.cleanup == Cleanup::Compact);
    compacted
        .flat_map(|topic| {
            let events = topic.events.iter();
            let keyless = events.filter(|e| model.message(e).is_some_and(|m| m.key.is_none()));
            keyless.map(|e| (topic.name.as_str(), e.as_str()))
        })
        .collect()
}
