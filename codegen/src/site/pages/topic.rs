//! A page per topic that carries events; its dead-letter and redrive topics are described on it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{each, fact, leads, pager};
use crate::{
    emit::EmitError,
    model::{Topic, TopicRole},
    site::{
        File, Site, elsewhere,
        links::Kind,
        render::{At, Page},
        svg::route,
        words,
    },
};

const MOST: usize = 200;

/// Pages of all topics.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let topics = site.model.topics().values();
    let topics: Vec<&Topic> = topics.filter(|t| t.role == TopicRole::Events).collect();
    each(&topics, |topic| page(site, topic))
}

fn page(site: &Site<'_>, topic: &Topic) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Topic, &topic.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let mut producers = BTreeSet::new();
    let mut groups = BTreeSet::new();
    for event in &topic.events {
        producers.extend(site.index.producers(event).iter().map(|s| s.name.as_str()));
        for (service, consume) in site.index.consumers(event) {
            groups.insert((service.name.as_str(), consume.group.as_str()));
        }
    }
    let stop = |name: &&str| route::Stop {
        class: Kind::Service.word(),
        name: (*name).to_owned(),
        below: None,
        href: at.href(Kind::Service, name),
    };
    let readers: BTreeSet<&str> = groups.iter().map(|(service, _)| *service).collect();
    let carrier = route::Stop {
        class: Kind::Topic.word(),
        name: topic.name.clone(),
        below: Some(words::count(topic.partitions as usize, "partition")),
        href: None,
    };
    let drawing = route::draw(
        [
            producers.iter().map(stop).collect(),
            vec![carrier],
            readers.iter().map(stop).collect(),
        ],
        &format!("The way through {}", topic.name),
    );
    let events: Vec<Value> = topic.events.iter().map(|e| about_event(&at, e)).collect();
    let (events, more) = pager::first(&events, MOST);
    let groups: Vec<Value> = groups
        .iter()
        .take(MOST)
        .map(|(service, group)| about_group(&at, topic, service, group))
        .collect();
    let mut facts = vec![
        fact("Partitions", topic.partitions.to_string()),
        fact("Replicas", topic.replication.to_string()),
        fact("Kept", words::retention(topic.retention_ms)),
        fact("Cleanup", topic.cleanup.as_str()),
    ];
    if let Some(domain) = site.graph.domain_of_topic(&topic.name) {
        facts.insert(0, leads("Domain", at.reference(Kind::Domain, domain)));
    }
    let mut toc = vec![("events", "Events"), ("way", "Who writes and reads it")];
    let elsewhere = elsewhere::of_topic(site, topic);
    if !groups.is_empty() {
        toc.push(("groups", "Consumer groups"));
    }
    if !elsewhere.is_null() {
        toc.push(("environments", "By environment"));
    }
    let values = json!({
        "name": topic.name,
        "doc": at.doc(topic.doc.as_deref()),
        "facts": facts,
        "events": events,
        "more": more,
        "route": drawing,
        "groups": groups,
        "elsewhere": elsewhere,
        "source": topic.source.to_string(),
    });
    let summary = words::clip(&format!("Carries {}", topic.events.join(", ")), 160);
    Ok(vec![site.page(&Page {
        url,
        template: "topic",
        title: &topic.name,
        about: &summary,
        section: Kind::Topic.folder(),
        toc,
        values,
    })?])
}

fn about_event(at: &At<'_, '_>, name: &str) -> Value {
    let event = at.site.model.events.get(name);
    let message = event.map(|e| &e.message);
    json!({
        "ref": at.reference(Kind::Event, name),
        "key": message.and_then(|m| m.key.as_ref()),
        "version": message.map(|m| m.version),
        "about": message.and_then(|m| m.doc.as_ref()).map(|d| words::first_sentence(d, 120)),
    })
}

fn about_group(at: &At<'_, '_>, topic: &Topic, service: &str, group: &str) -> Value {
    let topics = at.site.model.topics();
    let dead = format!("{}.{group}.dlt", topic.name);
    let redrive = format!("{}.{group}.redrive", topic.name);
    let kept = |name: &String| {
        let topic = topics.get(name)?;
        Some(json!({ "name": name, "retention": words::retention(topic.retention_ms) }))
    };
    json!({
        "service": at.reference(Kind::Service, service),
        "group": group,
        "dead": kept(&dead),
        "redrive": kept(&redrive),
    })
}
