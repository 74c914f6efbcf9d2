//! What a command's page has of its own.

use serde_json::{Value, json};

use super::{About, drawing::draw, page, snippet};
use crate::{
    emit::{
        EmitError,
        sample::{Sampler, Way},
    },
    model::{Command, Service},
    site::{
        File, Site, graph,
        links::Kind,
        pages::{fact, leads, queue},
        policy,
        svg::route,
        words,
    },
};

/// The page of a command.
pub(super) fn of_command(site: &Site<'_>, command: &Command) -> Result<Vec<File>, EmitError> {
    let message = &command.message;
    let Some(url) = site.links.url(Kind::Command, &message.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let senders = site.index.senders(&message.name);
    let receiver = site.model.services().get(&command.to);
    let queue = site.model.queues().get(&command.queue);
    let entry = receiver.and_then(|s| Some((s, policy::receive(s, &message.name)?)));
    let readers = entry.map(|(service, receive)| {
        json!({
            "service": at.reference(Kind::Service, &service.name),
            "reads": receive.reads,
            "group": null,
            "pinned": null,
            "replay": null,
            "policy": policy::of_queue(site, &service.name, queue, receive),
        })
    });
    let mut snippets = Vec::new();
    if let Some(service) = senders.first() {
        snippets.extend(snippet(
            "Send it",
            &site.sampler.hand_out(Way::Send, message, service),
        ));
    }
    if let Some((service, receive)) = entry {
        let text = Sampler::handle(
            Way::Send,
            message,
            service,
            &receive.handler,
            &receive.reads,
        );
        snippets.extend(snippet("Handle it", &text));
    }
    let carrier = route::Stop {
        class: Kind::Queue.word(),
        name: command.queue.clone(),
        below: None,
        href: at.href(Kind::Queue, &command.queue),
    };
    let receivers: Vec<&Service> = receiver.into_iter().collect();
    let mut facts = vec![
        leads("To", at.reference(Kind::Service, &command.to)),
        leads("Queue", at.reference(Kind::Queue, &command.queue)),
    ];
    if let Some(ttl) = queue.and_then(|q| q.ttl_ms) {
        facts.push(fact("Worth following for", words::duration(ttl)));
    }
    let about = About {
        kind: Kind::Command,
        domain: graph::domain_of_command(site.model, command),
        owner: receiver.and_then(|s| s.owner.as_deref()),
        deprecated: None,
        tags: &[],
        facts,
        route: draw(&at, senders, carrier, &receivers, &message.name),
        producers: senders,
        readers: readers.into_iter().collect(),
        more: 0,
        snippets,
        topic: Value::Null,
        queue: queue.map_or(Value::Null, |q| queue::about(&at, q)),
    };
    page(&at, url, message, about)
}
