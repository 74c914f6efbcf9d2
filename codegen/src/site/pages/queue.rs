//! A page per queue, with its wait queues and dead-letter queue.

use serde_json::{Value, json};

use super::{each, fact, leads};
use crate::{
    emit::{EmitError, levels},
    model::Queue,
    site::{
        File, Site, elsewhere,
        links::Kind,
        policy,
        render::{At, Page},
        svg::route,
        words,
    },
};

/// Pages of all queues.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let queues: Vec<&Queue> = site.model.queues().values().collect();
    each(&queues, |queue| page(site, queue))
}

/// What a command's page says of its queue.
pub(super) fn about(at: &At<'_, '_>, queue: &Queue) -> Value {
    json!({
        "ref": at.reference(Kind::Queue, &queue.name),
        "exchange": at.site.model.deployment.exchange,
        "routing_key": queue.name,
        "ttl": queue.ttl_ms.map(words::duration),
        "priority": queue.priority,
        "dead_letter": queue.dead_letter,
        "single": queue.single_active_consumer,
        "elsewhere": elsewhere::of_queue(at.site, queue),
    })
}

fn page(site: &Site<'_>, queue: &Queue) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Queue, &queue.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let stop = |name: &str| route::Stop {
        class: Kind::Service.word(),
        name: name.to_owned(),
        below: None,
        href: at.href(Kind::Service, name),
    };
    let carrier = route::Stop {
        class: Kind::Queue.word(),
        name: queue.name.clone(),
        below: Some(queue.command.clone()),
        href: None,
    };
    let senders = site.index.senders(&queue.command).iter();
    let drawing = route::draw(
        [
            senders.map(|s| stop(&s.name)).collect(),
            vec![carrier],
            vec![stop(&queue.service)],
        ],
        &format!("The way through {}", queue.name),
    );
    let receiver = site.model.services().get(&queue.service);
    let entry = receiver.and_then(|s| policy::receive(s, &queue.command));
    let policy = entry.map(|receive| policy::of_queue(site, &queue.service, Some(queue), receive));
    let waits: Vec<Value> = queue
        .tiers_ms
        .iter()
        .map(|ms| json!({ "name": queue.wait_queue(*ms), "wait": words::duration(*ms) }))
        .collect();
    let levels: Vec<String> = levels(queue).into_iter().map(|(_, q)| q.name).collect();
    let mut facts = vec![
        leads("Command", at.reference(Kind::Command, &queue.command)),
        leads("Worked off by", at.reference(Kind::Service, &queue.service)),
        super::code("Exchange", &site.model.deployment.exchange),
        super::code("Routing key", &queue.name),
        fact("Kind", "quorum, durable"),
    ];
    if let Some(ttl) = queue.ttl_ms {
        facts.push(fact("Messages expire after", words::duration(ttl)));
    }
    if queue.single_active_consumer {
        facts.push(fact("Consumers", "one active at a time"));
    }
    let mut toc = vec![("way", "Who sends and reads")];
    if policy.is_some() {
        toc.push(("failure", "When it fails"));
    }
    toc.push(("queues", "Queues on the broker"));
    let elsewhere = elsewhere::of_queue(site, queue);
    if !elsewhere.is_null() {
        toc.push(("environments", "By environment"));
    }
    let doc = site.model.commands.get(&queue.command);
    let doc = doc
        .and_then(|c| c.message.doc.as_deref())
        .unwrap_or_default();
    let values = json!({
        "name": queue.name,
        "facts": facts,
        "route": drawing,
        "policy": policy,
        "waits": waits,
        "levels": levels,
        "dead": queue.dead_letter,
        "elsewhere": elsewhere,
        "source": queue.source.to_string(),
    });
    let about = words::first_sentence(doc, 160);
    Ok(vec![site.page(&Page {
        url,
        template: "queue",
        title: &queue.name,
        about: &about,
        section: Kind::Queue.folder(),
        toc,
        values,
    })?])
}
