//! Services × events: who says and who hears what. A small system has one table; a larger one a
//! table a domain, with the services that have a part in it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::pager;
use crate::{
    emit::EmitError,
    model::{Event, Stream},
    site::{
        File, Site,
        links::Kind,
        render::{At, Page},
        words,
    },
};

/// A table of more columns or rows than this is no table any more.
const MOST_COLUMNS: usize = 26;
const MOST_ROWS: usize = 120;
/// Rows of a page, and names of a row.
const ROWS: usize = 60;
const NAMES: usize = 12;
/// Domains on one page of the list.
const DOMAINS: usize = 200;

/// All pages.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let events: Vec<&Event> = site.model.events.values().collect();
    let about = "Which service publishes and which reads each event.";
    if fits(site, &events) {
        let at = site.at("matrix.html");
        let groups = site.graph.domains().filter(|(_, m)| !m.events.is_empty());
        let groups: Vec<(&str, &[&Event])> = groups.map(|(n, m)| (n, &m.events[..])).collect();
        let values = table(&at, &groups);
        return Ok(vec![page(
            site,
            "matrix.html",
            "Services × events",
            about,
            values,
        )?]);
    }
    let mut files = Vec::new();
    let mut domains = Vec::new();
    for (name, members) in site.graph.domains().filter(|(_, m)| !m.events.is_empty()) {
        let Some(url) = site.links.url(Kind::Domain, name) else {
            continue;
        };
        let base = url.replace("domains/", "matrix/");
        for part in pager::parts(&base, &members.events, ROWS) {
            let at = site.at(&part.url);
            let mut values = if fits(site, part.items) {
                table(&at, &[(name, part.items)])
            } else {
                lists(&at, part.items)
            };
            values["pager"] = part.pager;
            values["domain"] = at.reference(Kind::Domain, name);
            let title = format!("Services × events: {name}{}", part.suffix);
            files.push(page(site, &part.url, &title, about, values)?);
        }
        domains.push((name, base, members.events.len()));
    }
    for part in pager::parts("matrix.html", &domains, DOMAINS) {
        let at = site.at(&part.url);
        let rows = part.items.iter().map(|(name, url, events)| {
            json!({
                "ref": at.reference(Kind::Domain, name),
                "href": url,
                "size": words::count(*events, "event"),
            })
        });
        let mut values = empty();
        values["domains"] = rows.collect::<Vec<_>>().into();
        values["pager"] = part.pager;
        let title = format!("Services × events{}", part.suffix);
        files.push(page(site, &part.url, &title, about, values)?);
    }
    Ok(files)
}

fn page(
    site: &Site<'_>,
    url: &str,
    title: &str,
    about: &str,
    values: Value,
) -> Result<File, EmitError> {
    site.page(&Page {
        url,
        template: "matrix",
        title,
        about,
        section: "matrix",
        toc: Vec::new(),
        values,
    })
}

/// Every key that the template asks for.
fn empty() -> Value {
    json!({
        "columns": null, "groups": null, "rows": null, "domains": null, "pager": null, "domain": null,
    })
}

fn services<'a>(site: &Site<'a>, events: &[&Event]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for event in events {
        let name = &event.message.name;
        names.extend(site.index.producers(name).iter().map(|s| s.name.as_str()));
        names.extend(
            site.index
                .consumers(name)
                .iter()
                .map(|(s, _)| s.name.as_str()),
        );
    }
    names
}

fn fits(site: &Site<'_>, events: &[&Event]) -> bool {
    events.len() <= MOST_ROWS && services(site, events).len() <= MOST_COLUMNS
}

fn table(at: &At<'_, '_>, groups: &[(&str, &[&Event])]) -> Value {
    let all: Vec<&Event> = groups
        .iter()
        .flat_map(|(_, events)| events.iter().copied())
        .collect();
    let services: Vec<&str> = services(at.site, &all).into_iter().collect();
    let graph = &at.site.graph;
    let mut streams: BTreeSet<&str> = BTreeSet::new();
    for event in &all {
        let name = &event.message.name;
        let all = graph
            .streams_emitting(name)
            .iter()
            .chain(graph.streams_reading(name));
        streams.extend(all.map(|s| s.name.as_str()));
    }
    let rows = |events: &[&Event]| -> Vec<Value> {
        let row = |event: &&Event| {
            let name = &event.message.name;
            let says: Vec<&str> = at
                .site
                .index
                .producers(name)
                .iter()
                .map(|s| s.name.as_str())
                .collect();
            let hears: Vec<&str> = at
                .site
                .index
                .consumers(name)
                .iter()
                .map(|(s, _)| s.name.as_str())
                .collect();
            let cells: Vec<&str> = services
                .iter()
                .map(|s| match (says.contains(s), hears.contains(s)) {
                    (true, true) => "both",
                    (true, false) => "says",
                    (false, true) => "hears",
                    (false, false) => "",
                })
                .collect();
            let of_streams = streams.iter().map(|stream| {
                let is = |all: &[&Stream]| all.iter().any(|s| s.name == *stream);
                match (
                    is(graph.streams_emitting(name)),
                    is(graph.streams_reading(name)),
                ) {
                    (true, _) => "says",
                    (false, true) => "hears",
                    (false, false) => "",
                }
            });
            let cells: Vec<&str> = cells.into_iter().chain(of_streams).collect();
            json!({ "ref": at.reference(Kind::Event, name), "cells": cells })
        };
        events.iter().map(row).collect()
    };
    let groups: Vec<Value> = groups
        .iter()
        .map(|(name, events)| {
            json!({ "ref": at.reference(Kind::Domain, name), "rows": rows(events) })
        })
        .collect();
    let mut values = empty();
    let of_streams = streams.iter().map(|s| at.reference(Kind::Stream, s));
    let columns = services.iter().map(|s| at.reference(Kind::Service, s));
    values["columns"] = columns.chain(of_streams).collect::<Vec<_>>().into();
    values["groups"] = groups.into();
    values
}

/// A row an event, with the names of the services.
fn lists(at: &At<'_, '_>, events: &[&Event]) -> Value {
    let row = |event: &&Event| {
        let name = &event.message.name;
        let names = |names: Vec<&str>| {
            let refs: Vec<Value> = names
                .iter()
                .map(|s| at.reference(Kind::Service, s))
                .collect();
            let (refs, more) = pager::first(&refs, NAMES);
            json!({ "refs": refs, "more": more })
        };
        let says = at
            .site
            .index
            .producers(name)
            .iter()
            .map(|s| s.name.as_str());
        let hears = at
            .site
            .index
            .consumers(name)
            .iter()
            .map(|(s, _)| s.name.as_str());
        json!({
            "ref": at.reference(Kind::Event, name),
            "says": names(says.collect()),
            "hears": names(hears.collect()),
        })
    };
    let mut values = empty();
    values["rows"] = events.iter().map(row).collect::<Vec<_>>().into();
    values
}
