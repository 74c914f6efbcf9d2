//! Topics as rules compare them: as they were and as they are, in each environment.

use std::collections::BTreeSet;

use super::{
    finding::Finding,
    impact,
    judged::Judged,
    scene::{Setting, consume},
};
use crate::{
    lint::Place,
    model::{Deployment, Model, Service, Topic, TopicRole},
};

/// A topic of events that both catalogs have.
pub(crate) struct Pair<'a> {
    pub(crate) setting: Setting<'a>,
    pub(crate) before: &'a Topic,
    pub(crate) now: &'a Topic,
    pub(crate) deployment: &'a Deployment,
}

/// Topics of events that both catalogs have, by environment.
pub(crate) fn pairs<'a>(judged: &Judged<'a>) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for (setting, before, deployment) in judged.scene.deployments() {
        for now in deployment.topics.values() {
            let former = before.topics.get(&now.name);
            if let (TopicRole::Events, Some(before)) = (&now.role, former) {
                pairs.push(Pair {
                    setting,
                    before,
                    now,
                    deployment,
                });
            }
        }
    }
    pairs
}

/// A change that shows in several environments is reported in the first.
#[derive(Default)]
pub(crate) struct Once(BTreeSet<String>);

impl Once {
    /// Whether this is the first time.
    pub(crate) fn first(&mut self, what: String) -> bool {
        self.0.insert(what)
    }
}

impl Pair<'_> {
    /// Whether an event of the topic has a key.
    pub(crate) fn is_keyed(&self, model: &Model) -> bool {
        let events = self.now.events.iter();
        let mut events = events.filter_map(|name| model.events.get(name));
        events.any(|e| e.message.key.is_some())
    }
}

/// A finding about a setting of a topic, at the key that sets it on both sides.
pub(crate) fn finding(judged: &Judged<'_>, pair: &Pair<'_>, key: &str, message: String) -> Finding {
    let word = format!("{key}:");
    // What changes without overrides, too, is said where the topic is declared.
    let everywhere = judged.scene.before().is_some_and(|before| {
        let was = before.topics().get(&pair.now.name);
        let is = judged.now.model.topics().get(&pair.now.name);
        let settings = |t: &Topic| (t.partitions, t.cleanup, t.retention_ms);
        was.map(settings) != is.map(settings)
    });
    let setting = if everywhere {
        Setting("default")
    } else {
        pair.setting
    };
    let now = place(&judged.now.model, setting, pair.now, &word);
    let mut finding = Finding::new(message);
    finding = about_events(finding, &pair.now.events, key).now(now, "now");
    if let Some(before) = judged.scene.before() {
        let at = place(before, setting, pair.before, &word);
        finding = finding.before(at, "before");
    }
    finding
}

/// Names the events of a topic, so that a waiver may name any of them.
pub(crate) fn about_events(mut finding: Finding, events: &[String], path: &str) -> Finding {
    path.clone_into(&mut finding.path);
    finding.event = events.first().cloned();
    finding.also = events.iter().skip(1).cloned().collect();
    finding
}

/// Services that read a topic of the catalog that is judged, all hurt for one reason.
pub(crate) fn readers<'a>(
    judged: &Judged<'a>,
    topic: &Topic,
    why: &str,
) -> Vec<(&'a str, Result<String, String>)> {
    let events = topic.events.iter();
    let mut readers: Vec<(&str, Result<String, String>)> = events
        .flat_map(|event| impact::deployed(judged.scene, event, why))
        .collect();
    readers.sort();
    // Who is hurt by one event of the topic is hurt.
    readers.dedup_by(|b, a| a.0 == b.0);
    readers
}

/// The longest that a consumer of a topic in a deployment may try one record, in milliseconds,
/// with the service and the event.
pub(crate) fn longest_retries<'a>(
    deployment: &'a Deployment,
    topic: &Topic,
) -> Option<(&'a str, &'a str, u64)> {
    let services = deployment.services.values();
    let entries = services.flat_map(|service| {
        let consumed = topic.events.iter().filter_map(|e| consume(service, e));
        consumed.map(|c| {
            (
                service.name.as_str(),
                c.event.as_str(),
                c.policy.budget_ms(),
            )
        })
    });
    entries.max_by_key(|(.., budget)| *budget)
}

/// The longest that one service may try a record of a topic, in milliseconds.
pub(crate) fn retries(service: &Service, topic: &Topic) -> Option<u64> {
    let consumed = topic.events.iter().filter_map(|e| consume(service, e));
    consumed.map(|c| c.policy.budget_ms()).max()
}

/// Where a key of a topic is set: in the environment's document, or at the topic.
fn place(model: &Model, setting: Setting<'_>, topic: &Topic, key: &str) -> Place {
    match model.environments.get(setting.0) {
        Some(e) => Place::new(&e.source, [e.name.as_str(), topic.name.as_str(), key]),
        None => Place::new(&topic.source, [key]),
    }
}
