//! What an event's page has of its own.

use serde_json::{Value, json};

use super::{About, drawing::draw, page, snippet};
use crate::{
    emit::{
        EmitError,
        sample::{Sampler, Way},
    },
    model::{Event, Service, Topic},
    site::{
        File, Site, elsewhere,
        links::Kind,
        pages::{code, fact, leads},
        policy,
        render::At,
        svg::route,
        words,
    },
};

/// Readers that are described one by one, each with its timeline.
const MOST_READERS: usize = 30;

/// The page of an event.
pub(super) fn of_event(site: &Site<'_>, event: &Event) -> Result<Vec<File>, EmitError> {
    let message = &event.message;
    let Some(url) = site.links.url(Kind::Event, &message.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let producers = site.index.producers(&message.name);
    let consumers = site.index.consumers(&message.name);
    let topic = site.model.topics().get(&event.topic);
    let readers = consumers.iter().take(MOST_READERS).map(|(service, consume)| {
        json!({
            "service": at.reference(Kind::Service, &service.name),
            "reads": consume.reads,
            "group": consume.group,
            "pinned": consume.pinned,
            "replay": consume.replay_ms.map(|ms| words::retention(Some(ms).filter(|ms| *ms < u64::MAX))),
            "policy": policy::of_topic(site, &service.name, consume),
        })
    });
    let consuming: Vec<&Service> = consumers.iter().map(|(s, _)| *s).collect();
    let carrier = route::Stop {
        class: Kind::Topic.word(),
        name: event.topic.clone(),
        below: topic.map(|t| words::count(t.partitions as usize, "partition")),
        href: at.href(Kind::Topic, &event.topic),
    };
    let mut snippets = Vec::new();
    if let Some(service) = producers.first() {
        snippets.extend(snippet(
            "Publish it",
            &site.sampler.hand_out(Way::Publish, message, service),
        ));
    }
    if let Some((service, consume)) = consumers.first() {
        let text = Sampler::handle(
            Way::Publish,
            message,
            service,
            &consume.handler,
            &consume.reads,
        );
        snippets.extend(snippet("Handle it", &text));
    }
    let about = About {
        kind: Kind::Event,
        domain: Some(event.domain.as_str()),
        owner: event.owner.as_deref(),
        deprecated: event.deprecated.as_deref(),
        tags: &event.tags,
        facts: facts_of_event(&at, event, topic),
        route: draw(&at, producers, carrier, &consuming, &message.name),
        producers,
        readers: readers.collect(),
        more: consumers.len().saturating_sub(MOST_READERS),
        snippets,
        topic: topic.map_or(Value::Null, |t| about_topic(&at, t)),
        queue: Value::Null,
    };
    page(&at, url, message, about)
}

fn facts_of_event(at: &At<'_, '_>, event: &Event, topic: Option<&Topic>) -> Vec<Value> {
    let mut facts = vec![
        leads("Topic", at.reference(Kind::Topic, &event.topic)),
        match &event.message.key {
            Some(key) => code("Key", key),
            None => fact("Key", "none: in no order"),
        },
    ];
    if let Some(topic) = topic {
        facts.push(fact("Kept", words::retention(topic.retention_ms)));
    }
    facts
}

/// What a message's page says of its topic.
fn about_topic(at: &At<'_, '_>, topic: &Topic) -> Value {
    json!({
        "ref": at.reference(Kind::Topic, &topic.name),
        "partitions": topic.partitions,
        "replication": topic.replication,
        "retention": words::retention(topic.retention_ms),
        "cleanup": topic.cleanup.as_str(),
        "elsewhere": elsewhere::of_topic(at.site, topic),
    })
}
