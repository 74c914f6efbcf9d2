//! A page per flow: its sequence diagram, and the same in words.

use serde_json::{Value, json};

use super::each;
use crate::{
    emit::EmitError,
    model::{Flow, Step, StepKind},
    site::{
        File, Site,
        links::Kind,
        render::{At, Page},
        svg::sequence,
        words,
    },
};

/// Steps that are drawn.
const MOST: usize = 120;

/// Pages of all flows.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let flows: Vec<&Flow> = site.model.flows.values().collect();
    each(&flows, |flow| page(site, flow))
}

fn page(site: &Site<'_>, flow: &Flow) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Flow, &flow.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let mut shown = flow.clone();
    shown.steps.truncate(MOST);
    let steps: Vec<Value> = shown.steps.iter().map(|step| in_words(&at, step)).collect();
    let values = json!({
        "name": flow.name,
        "doc": at.doc(flow.doc.as_deref()),
        "drawing": sequence::draw(&at, &shown),
        "steps": steps,
        "more": flow.steps.len() - shown.steps.len(),
        "source": flow.source.to_string(),
    });
    let about = words::first_sentence(flow.doc.as_deref().unwrap_or_default(), 160);
    Ok(vec![site.page(&Page {
        url,
        template: "flow",
        title: &flow.name,
        about: &about,
        section: Kind::Flow.folder(),
        toc: vec![("sequence", "Sequence"), ("steps", "In words")],
        values,
    })?])
}

/// A service, or somebody outside.
fn actor(at: &At<'_, '_>, name: &str) -> Value {
    match at.href(Kind::Service, name) {
        Some(_) => at.reference(Kind::Service, name),
        None => json!({ "kind": "outside", "name": name, "href": null }),
    }
}

fn in_words(at: &At<'_, '_>, step: &Step) -> Value {
    let (verb, what) = match &step.what {
        StepKind::Event(name) => ("publishes", at.reference(Kind::Event, name)),
        StepKind::Command(name) => ("sends", at.reference(Kind::Command, name)),
        StepKind::Request(name) => {
            let service = step.to.first().map(String::as_str).unwrap_or_default();
            ("asks", at.request(service, name))
        }
        StepKind::Timer(name) => (
            "is woken by",
            json!({ "kind": "timer", "name": name, "href": null }),
        ),
        StepKind::Words(text) => ("", json!({ "kind": "words", "name": text, "href": null })),
    };
    let to = step.to.iter().filter(|to| **to != step.from);
    json!({
        "from": actor(at, &step.from),
        "verb": verb,
        "what": what,
        "to": to.map(|to| actor(at, to)).collect::<Vec<_>>(),
        "note": step.note,
    })
}
