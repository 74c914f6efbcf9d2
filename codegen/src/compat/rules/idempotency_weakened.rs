//! # What it does
//!
//! Finds services that forget what they have done: another `store`, which starts with an empty
//! inbox, or another `group` for an event, which the inbox and the offsets are kept by.
//!
//! # Why is this bad
//!
//! Messages that were worked off already count as new: with `store: none` every repeat has its
//! effect again, with another group the whole topic is read again or what waits is passed over.
//!
//! # What to do
//!
//! Keep the group. Move a store while the service is stopped, its inbox included.

use crate::{
    compat::{finding::Finding, judged::Judged, scene::consume, topics::about_events},
    lint::Place,
    model::{Service, Store},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((before, now)) = judged.scene.both() else {
        return;
    };
    for service in now.services().values() {
        let Some(old) = before.services().get(&service.name) else {
            continue;
        };
        findings.extend(store(old, service));
        findings.extend(groups(old, service));
    }
}

fn store(old: &Service, now: &Service) -> Option<Finding> {
    let reads_nothing = old.consumes.is_empty() && old.receives.is_empty();
    if old.store == now.store || old.store == Store::None || reads_nothing {
        return None;
    }
    let name = &now.name;
    let (was, is) = (old.store.as_str(), now.store.as_str());
    let why = match now.store {
        Store::None => "every repeat of a message has its effect again",
        _ => "messages from before the move that come again have their effect again",
    };
    let events: Vec<String> = old.consumes.iter().map(|c| c.event.clone()).collect();
    let commands = old.receives.iter().map(|r| r.command.clone());
    let events: Vec<String> = events.into_iter().chain(commands).collect();
    let text = format!("`{name}` goes from `store: {was}` to `{is}`, without its inbox");
    Some(
        about_events(Finding::new(text), &events, "store")
            .now(Place::new(&now.source, ["store:"]), "now")
            .before(Place::new(&old.source, ["store:"]), "before")
            .impact([(name.as_str(), Ok(why.to_owned()))])
            .help(format!(
                "keep `store: {was}`, or move its inbox and outbox with it"
            )),
    )
}

fn groups<'a>(old: &'a Service, now: &'a Service) -> impl Iterator<Item = Finding> + use<'a> {
    now.consumes.iter().filter_map(move |entry| {
        let was = consume(old, &entry.event).filter(|was| was.group != entry.group)?;
        let (name, event) = (&now.name, &entry.event);
        let text = format!(
            "`{name}` reads `{event}` in group `{}` instead of `{}`",
            entry.group, was.group
        );
        let why = "its new group has no offsets and no inbox: it reads everything again, or passes over what waits";
        Some(
            about_events(Finding::new(text), std::slice::from_ref(event), "group")
                .now(Place::new(&entry.source, [event.as_str(), "group:"]), "now")
                .before(Place::new(&was.source, [event.as_str(), "group:"]), "before")
                .impact([(name.as_str(), Ok(why.to_owned()))])
                .help(format!("keep `group: {}`", was.group)),
        )
    })
}
