//! Entries under `consumes` and `receives` as rules compare them, in each environment.

use super::{
    finding::Finding,
    judged::Judged,
    scene::{Setting, consume, receive},
    topics::{Once, about_events},
};
use crate::{
    lint::{Place, entries},
    model::{Policy, Source},
};

/// An entry that both catalogs have.
pub(crate) struct Pair<'a> {
    pub(crate) setting: Setting<'a>,
    pub(crate) service: &'a str,
    pub(crate) message: &'a str,
    pub(crate) before: &'a Policy,
    pub(crate) now: &'a Policy,
    source_before: &'a Source,
    source_now: &'a Source,
}

/// Entries that both catalogs have, by environment.
pub(crate) fn pairs<'a>(judged: &Judged<'a>) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for (setting, before, now) in judged.scene.deployments() {
        for entry in entries(now) {
            let Some(old) = before.services.get(&entry.service.name) else {
                continue;
            };
            let event = consume(old, entry.message).map(|c| (&c.policy, &c.source));
            let command = || receive(old, entry.message).map(|r| (&r.policy, &r.source));
            if let Some((policy, source)) = event.or_else(command) {
                pairs.push(Pair {
                    setting,
                    service: &entry.service.name,
                    message: entry.message,
                    before: policy,
                    now: entry.policy,
                    source_before: source,
                    source_now: entry.source,
                });
            }
        }
    }
    pairs
}

/// Entries that had something and have it no more; one that shows in several environments is given
/// in the first.
pub(crate) fn lost<'a>(judged: &Judged<'a>, has: impl Fn(&Policy) -> bool) -> Vec<Pair<'a>> {
    let mut once = Once::default();
    let mut pairs = pairs(judged);
    pairs.retain(|pair| {
        has(pair.before)
            && !has(pair.now)
            && once.first(format!("{} {}", pair.service, pair.message))
    });
    pairs
}

impl<'a> Pair<'a> {
    /// The service itself hurt, and nobody else who reads the message.
    pub(crate) fn alone(
        &self,
        judged: &Judged<'a>,
        why: &str,
    ) -> Vec<(&'a str, Result<String, String>)> {
        let readers = judged.scene.readers(self.message).into_iter();
        let verdict = |service: &'a str| {
            let own = service == self.service;
            let other = || format!("the change is of `{}` alone", self.service);
            (
                service,
                if own {
                    Ok(why.to_owned())
                } else {
                    Err(other())
                },
            )
        };
        readers.map(|r| verdict(r.service)).collect()
    }
}

/// A finding about a key of an entry, on both sides.
pub(crate) fn finding(judged: &Judged<'_>, pair: &Pair<'_>, key: &str, message: String) -> Finding {
    let word = format!("{key}:");
    let environment = judged.now.model.environments.get(pair.setting.0);
    let now = match environment {
        Some(e) => Place::new(
            &e.source,
            [e.name.as_str(), pair.service, pair.message, &word],
        ),
        None => Place::new(pair.source_now, [pair.message, &word]),
    };
    let before = Place::new(pair.source_before, [pair.message, &word]);
    about_events(Finding::new(message), &[pair.message.to_owned()], key)
        .now(now, "now")
        .before(before, "before")
}
