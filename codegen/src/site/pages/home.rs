//! The first page: what the system is, its map, its size, what changed last.

use serde_json::{Value, json};

use super::pager;
use crate::{
    emit::EmitError,
    site::{
        File, Site, html,
        links::Kind,
        render::{Page, title},
        svg::map,
        versions, words,
    },
};

/// Changes and flows that the first page names.
const MOST: usize = 12;

/// The page `index.html`.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let url = "index.html";
    let at = site.at(url);
    let model = site.model;
    let recent = versions::recent(&at);
    let (recent, more) = pager::first(&recent, MOST);
    let flows = model.flows.values().take(MOST).map(|f| {
        json!({
            "ref": at.reference(Kind::Flow, &f.name),
            "about": f.doc.as_deref().map(|d| words::first_sentence(d, 130)),
        })
    });
    let flows: Vec<Value> = flows.collect();
    let drawing = map::whole(&at);
    let values = json!({
        "name": model.system.name,
        "doc": at.doc(model.system.doc.as_deref()),
        "counts": counts(site),
        "map": drawing,
        "flows": flows,
        "more_flows": model.flows.len() - flows.len(),
        "recent": recent,
        "more": more,
    });
    let about = words::first_sentence(model.system.doc.as_deref().unwrap_or_default(), 160);
    let home = site.page(&Page {
        url,
        template: "home",
        title: "Overview",
        about: &about,
        section: "home",
        toc: Vec::new(),
        values,
    })?;
    Ok(vec![home])
}

fn counts(site: &Site<'_>) -> Value {
    let model = site.model;
    let topics = model.topics().values();
    let topics = topics
        .filter(|t| t.role == crate::model::TopicRole::Events)
        .count();
    let requests = model.services().values().map(|s| s.requests.len()).sum();
    let counts = [
        (Kind::Domain, model.domains.len()),
        (Kind::Service, model.services().len()),
        (Kind::Event, model.events.len()),
        (Kind::Command, model.commands.len()),
        (Kind::Topic, topics),
        (Kind::Queue, model.queues().len()),
        (Kind::Stream, model.streams.len()),
        (Kind::Request, requests),
    ];
    let counts = counts.into_iter().filter(|(_, n)| *n > 0).map(|(kind, n)| {
        json!({
            "kind": kind.word(),
            "label": title(kind),
            "number": html::grouped(n),
            "href": format!("{}/index.html", kind.folder()),
        })
    });
    counts.collect::<Vec<_>>().into()
}
