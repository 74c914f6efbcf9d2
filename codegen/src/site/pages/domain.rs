//! A page per domain.

use serde_json::{Value, json};

use super::{each, fact, pager};
use crate::{
    emit::EmitError,
    model::Domain,
    site::{
        File, Site,
        links::Kind,
        render::{At, Page},
        svg::map,
        words,
    },
};

const MOST: usize = 200;

/// Pages of all domains.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let domains: Vec<&Domain> = site.model.domains.values().collect();
    each(&domains, |domain| page(site, domain))
}

fn page(site: &Site<'_>, domain: &Domain) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Domain, &domain.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let Some(members) = site.graph.members(&domain.name) else {
        return Ok(Vec::new());
    };
    let events = members.events.iter().map(|e| {
        row(
            &at,
            Kind::Event,
            &e.message.name,
            e.message.doc.as_ref(),
            Some(e.message.version),
        )
    });
    let commands = members.commands.iter().map(|c| {
        row(
            &at,
            Kind::Command,
            &c.message.name,
            c.message.doc.as_ref(),
            Some(c.message.version),
        )
    });
    let services = members
        .services
        .iter()
        .map(|s| row(&at, Kind::Service, &s.name, s.doc.as_ref(), None));
    let topics = members.topics.iter().map(|t| {
        let topic = site.model.topics().get(*t);
        row(
            &at,
            Kind::Topic,
            t,
            topic.and_then(|t| t.doc.as_ref()),
            None,
        )
    });
    let groups: Vec<(&'static str, &'static str, Vec<Value>)> = vec![
        ("services", "Services", services.collect()),
        ("events", "Events", events.collect()),
        ("commands", "Commands", commands.collect()),
        ("topics", "Topics", topics.collect()),
    ];
    let drawing = map::around(&at, &domain.name);
    let mut toc = Vec::new();
    if !drawing.is_empty() {
        toc.push(("map", "Map"));
    }
    toc.extend(
        groups
            .iter()
            .filter(|g| !g.2.is_empty())
            .map(|(id, label, _)| (*id, *label)),
    );
    let shown: Vec<Value> = groups
        .iter()
        .filter(|g| !g.2.is_empty())
        .map(|(id, label, rows)| {
            let (rows, more) = pager::first(rows, MOST);
            json!({ "id": id, "label": label, "rows": rows, "more": more })
        })
        .collect();
    let mut facts = Vec::new();
    if let Some(owner) = &domain.owner {
        facts.push(fact("Owner", owner));
    }
    for (label, count) in [
        ("Services", members.services.len()),
        ("Events", members.events.len()),
    ] {
        facts.push(fact(label, count.to_string()));
    }
    let values = json!({
        "name": domain.name,
        "doc": at.doc(domain.doc.as_deref()),
        "facts": facts,
        "map": drawing,
        "groups": shown,
        "source": domain.source.to_string(),
    });
    let about = words::first_sentence(domain.doc.as_deref().unwrap_or_default(), 160);
    Ok(vec![site.page(&Page {
        url,
        template: "domain",
        title: &domain.name,
        about: &about,
        section: Kind::Domain.folder(),
        toc,
        values,
    })?])
}

fn row(
    at: &At<'_, '_>,
    kind: Kind,
    name: &str,
    doc: Option<&String>,
    version: Option<u32>,
) -> Value {
    let about = doc.map(|d| words::first_sentence(d, 130));
    json!({ "ref": at.reference(kind, name), "about": about, "version": version })
}
