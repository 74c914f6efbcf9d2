//! What goes in and out of a service, as a drawing.

use std::collections::BTreeMap;

use crate::{
    model::Service,
    site::{links::Kind, render::At, svg::route, words},
};

/// Topics and queues on both sides of the service, each with its messages.
pub(super) fn drawing(at: &At<'_, '_>, service: &Service) -> String {
    let stop = |kind: Kind, name: &str, messages: Vec<&str>| route::Stop {
        class: kind.word(),
        name: name.to_owned(),
        below: Some(match messages[..] {
            [one] => one.to_owned(),
            _ => words::count(
                messages.len(),
                if kind == Kind::Queue {
                    "command"
                } else {
                    "event"
                },
            ),
        }),
        href: at.href(kind, name),
    };
    let model = at.site.model;
    let incoming = service
        .consumes
        .iter()
        .map(|c| (Kind::Topic, c.topic.as_str(), c.event.as_str()));
    let received = service
        .receives
        .iter()
        .map(|r| (Kind::Queue, r.queue.as_str(), r.command.as_str()));
    let topic = |e: &'_ String| {
        model
            .events
            .get(e)
            .map(|e| (e.topic.as_str(), e.message.name.as_str()))
    };
    let outgoing = service
        .publishes
        .iter()
        .filter_map(topic)
        .map(|(t, e)| (Kind::Topic, t, e));
    let queue = |c: &'_ String| {
        model
            .commands
            .get(c)
            .map(|c| (c.queue.as_str(), c.message.name.as_str()))
    };
    let sent = service
        .sends
        .iter()
        .filter_map(queue)
        .map(|(q, c)| (Kind::Queue, q, c));
    let grouped = |all: Vec<(Kind, &str, &str)>| {
        let mut groups: BTreeMap<(Kind, String), Vec<String>> = BTreeMap::default();
        for (kind, by, message) in all {
            groups
                .entry((kind, by.to_owned()))
                .or_default()
                .push(message.to_owned());
        }
        groups
            .iter()
            .map(|((kind, by), messages)| {
                stop(*kind, by, messages.iter().map(String::as_str).collect())
            })
            .collect::<Vec<_>>()
    };
    let middle = route::Stop {
        class: Kind::Service.word(),
        name: service.name.clone(),
        below: Some(service.store.as_str().to_owned()).filter(|s| s != "none"),
        href: None,
    };
    route::draw(
        [
            grouped(incoming.chain(received).collect()),
            vec![middle],
            grouped(outgoing.chain(sent).collect()),
        ],
        &format!("What goes in and out of {}", service.name),
    )
}
