//! `llms.txt`: the site in Markdown, for readers that are programs.

use super::{
    File, Site,
    links::{Kind, request_name},
    words,
};
use crate::model::TopicRole;

/// The file `llms.txt`.
pub(super) fn pages(site: &Site<'_>) -> Vec<File> {
    let model = site.model;
    let mut text = format!("# {}\n\n", model.system.name);
    if let Some(doc) = &model.system.doc {
        for line in doc.trim().lines() {
            super::html::put(&mut text, format_args!("> {line}\n"));
        }
        text.push('\n');
    }
    text.push_str(
        "Everything below as JSON: [model.json](model.json). Avro schemas: `avro/<name>.avsc`.\n",
    );
    let mut section = |title: &str, kind: Kind, lines: Vec<(String, String, String)>| {
        if lines.is_empty() {
            return;
        }
        super::html::put(&mut text, format_args!("\n## {title}\n\n"));
        for (key, name, about) in lines {
            if let Some(url) = site.links.url(kind, &key) {
                let about = words::first_sentence(&about, 200);
                let about = if about.is_empty() {
                    about
                } else {
                    format!(": {about}")
                };
                super::html::put(&mut text, format_args!("- [{name}]({url}){about}\n"));
            }
        }
    };
    let named = |name: &str, about: String| (name.to_owned(), name.to_owned(), about);
    let doc = |doc: &Option<String>| doc.clone().unwrap_or_default();
    let domains = model.domains.values().map(|d| named(&d.name, doc(&d.doc)));
    section("Domains", Kind::Domain, domains.collect());
    let services = model
        .services()
        .values()
        .map(|s| named(&s.name, doc(&s.doc)));
    section("Services", Kind::Service, services.collect());
    let events = model
        .events
        .values()
        .map(|e| named(&e.message.name, doc(&e.message.doc)));
    section("Events", Kind::Event, events.collect());
    let commands = model
        .commands
        .values()
        .map(|c| named(&c.message.name, doc(&c.message.doc)));
    section("Commands", Kind::Command, commands.collect());
    let types = model.types.values().filter(|t| t.owner.is_none());
    section(
        "Types",
        Kind::Type,
        types.map(|t| named(&t.name, doc(&t.doc))).collect(),
    );
    let topics = model
        .topics()
        .values()
        .filter(|t| t.role == TopicRole::Events);
    let topics = topics.map(|t| {
        let carried = format!("carries {}", t.events.join(", "));
        named(&t.name, t.doc.clone().unwrap_or(carried))
    });
    section("Topics", Kind::Topic, topics.collect());
    let queues = model.queues().values();
    let queues = queues.map(|q| named(&q.name, format!("carries {} to {}", q.command, q.service)));
    section("Queues", Kind::Queue, queues.collect());
    let requests = model.services().values().flat_map(|s| {
        s.requests.iter().map(|r| {
            let about = r.doc.clone().unwrap_or_default();
            let about = format!("`{} {}` {about}", r.method.as_str(), r.path);
            (request_name(&s.name, &r.name), r.name.clone(), about)
        })
    });
    section("HTTP requests", Kind::Request, requests.collect());
    let streams = model.streams.values().map(|s| named(&s.name, doc(&s.doc)));
    section("Streams", Kind::Stream, streams.collect());
    let flows = model.flows.values().map(|f| named(&f.name, doc(&f.doc)));
    section("Flows", Kind::Flow, flows.collect());
    vec![("llms.txt".to_owned(), text.into())]
}
