//! Applications → services and domains: who publishes, sends, consumes and receives what.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    bindings,
    context::Context,
    extensions,
    layers::Layers,
    native::{self, Documents, Draft, Mapping},
    operations::Operation,
    plan::{App, Plan},
    security,
};
use crate::source::Span;

/// What a service does, each with the place that says so.
#[derive(Default)]
struct Deeds {
    publishes: BTreeMap<String, Span>,
    sends: BTreeMap<String, Span>,
    consumes: BTreeMap<String, (Span, Option<(String, Span)>)>,
    /// Commands, which name their receiver themselves.
    docs: Vec<String>,
}

/// Writes a service and a domain for each application.
pub(super) fn services<'t>(cx: &Context<'t>, plan: &Plan<'t>, out: &mut Documents) {
    let mut deeds: BTreeMap<&str, Deeds> = BTreeMap::new();
    for operation in &plan.operations {
        if operation.layers.text(cx, "x-herald-stream").is_some() {
            continue;
        }
        let of = deeds.entry(&operation.service).or_default();
        note(cx, plan, operation, of);
    }
    for app in plan.apps.iter().filter(|a| !extensions::is_exported(a)) {
        domain(plan, app, out);
        deeds.entry(&app.name).or_default();
    }
    // Who receives a command is a service, described or not.
    for message in &plan.uses {
        if let Some(receiver) = plan.receiver(message) {
            deeds.entry(receiver).or_default();
        }
    }
    for (name, deeds) in deeds {
        match out.get_mut("service", name) {
            Some(draft) => does(&mut draft.body, name, deeds),
            None => service(cx, plan, name, deeds, out),
        }
    }
}

fn note<'t>(cx: &Context<'t>, plan: &Plan<'t>, operation: &Operation<'t>, deeds: &mut Deeds) {
    let group = bindings::group(cx, &operation.layers);
    for message in operation.uses.iter().filter_map(|i| plan.uses.get(*i)) {
        let name = message.name.clone();
        if name.is_empty() {
            continue;
        }
        match (plan.receiver(message).is_some(), operation.send) {
            (true, true) => drop(deeds.sends.insert(name, operation.at)),
            (true, false) => {}
            (false, true) => drop(deeds.publishes.insert(name, operation.at)),
            (false, false) => {
                let entry = deeds.consumes.entry(name);
                let (_, known) = entry.or_insert((operation.at, None));
                if known.is_none() {
                    known.clone_from(&group);
                }
            }
        }
    }
    deeds.docs.extend(line(cx, operation));
}

/// What an operation is for and how it is secured, as an item of a list.
fn line<'t>(cx: &Context<'t>, operation: &Operation<'t>) -> Option<String> {
    if operation.is_reply {
        return None;
    }
    let doc = super::messages::doc(cx, &operation.layers).map(|doc| {
        // The first paragraph: a list is not the place for more.
        let first = doc.split("\n\n").next().unwrap_or_default();
        first.lines().collect::<Vec<_>>().join(" ")
    });
    let security = security::words(cx, operation.layers.get(cx, "security"));
    let words: Vec<String> = doc.into_iter().chain(security).collect();
    (!words.is_empty()).then(|| format!("- {}: {}", operation.key, words.join(" ")))
}

fn domain<'t>(plan: &Plan<'t>, app: &App<'t>, out: &mut Documents) {
    let events = |c: &usize| plan.channels[*c].app;
    let mut channels = plan.uses.iter().map(|u| u.channel);
    let has_events = channels.any(|c| plan.apps[events(&c)].name == app.name);
    if !has_events {
        return;
    }
    let mut draft = Draft::new("domain", &app.name, app.at);
    draft.body.put_text("owner", app.at, app.owner());
    draft
        .body
        .put_text("doc", app.at, Some(format!("Messages of {}.", title(app))));
    out.add(draft);
}

fn title(app: &App<'_>) -> String {
    let title = app.info("title").and_then(|n| n.text());
    title
        .unwrap_or(&app.name)
        .trim()
        .trim_end_matches('.')
        .to_owned()
}

/// The title and the description of a document.
fn about(app: &App<'_>) -> String {
    let text = |key: &str| app.info(key).and_then(|n| n.text()).unwrap_or_default();
    let (title, doc) = (text("title").trim(), text("description").trim());
    match doc {
        "" if title.contains(' ') => format!("{title}."),
        // One word is the name again.
        "" => String::new(),
        doc => doc.to_owned(),
    }
}

fn service<'t>(cx: &Context<'t>, plan: &Plan<'t>, name: &str, deeds: Deeds, out: &mut Documents) {
    let app = plan.apps.iter().find(|a| a.name == name);
    let own = plan.operations.iter().find(|o| o.service == name);
    let received = plan.uses.iter().find(|u| plan.receiver(u) == Some(name));
    let at = app.map(|a| a.at).or(own.map(|o| o.at));
    let Some(at) = at.or(received.map(|u| u.key_span)) else {
        return;
    };
    let mut draft = Draft::new("service", name, at);
    let body = &mut draft.body;
    body.put_text("owner", at, app.and_then(App::owner));
    let links = app.and_then(|a| a.info("externalDocs"));
    let links = links.and_then(|n| super::messages::link(cx, &Layers(vec![n])));
    let operations = (!deeds.docs.is_empty()).then(|| deeds.docs.join("\n"));
    let docs = app.map(about).into_iter().chain(operations).chain(links);
    let mut seen = BTreeSet::new();
    let new = |d: &String| !d.is_empty() && seen.insert(d.clone());
    let docs: Vec<String> = docs.filter(new).collect();
    body.put_text("doc", at, Some(docs.join("\n\n")));
    does(body, name, deeds);
    out.add(draft);
}

/// Puts what operations say.
fn does(body: &mut Mapping, name: &str, deeds: Deeds) {
    for (key, names) in [("publishes", deeds.publishes), ("sends", deeds.sends)] {
        if let Some(at) = names.values().next().copied().filter(|_| !body.has(key)) {
            let items = names.iter().map(|(name, at)| native::text(*at, name));
            body.put(key, native::list(at, items.collect()));
        }
    }
    if let Some((at, _)) = deeds.consumes.values().next()
        && !body.has("consumes")
    {
        consumes(*at, name, deeds.consumes, body);
    }
}

fn consumes(
    at: Span,
    service: &str,
    events: BTreeMap<String, (Span, Option<(String, Span)>)>,
    body: &mut Mapping,
) {
    if events.is_empty() {
        return;
    }
    let own = |group: &Option<(String, Span)>| {
        let valid = group
            .as_ref()
            .filter(|(g, _)| crate::syntax::is_dotted_name(g));
        valid.filter(|(g, _)| g != service).cloned()
    };
    let grouped = events.values().any(|(_, group)| own(group).is_some());
    if !grouped {
        let items = events.iter().map(|(name, (at, _))| native::text(*at, name));
        body.put("consumes", native::list(at, items.collect()));
        return;
    }
    let mut map = Mapping::new(at);
    for (name, (at, group)) in events {
        let mut entry = Mapping::new(at);
        if let Some((group, at)) = own(&group) {
            entry.put("group", native::text(at, group));
        }
        map.put(name, entry.node());
    }
    body.put("consumes", map.node());
}

/// The system of a catalog that declares none: named after the only document, or the first.
pub(super) fn system<'t>(cx: &Context<'t>, plan: &Plan<'t>) -> Option<Draft> {
    if let Some(exported) = extensions::system(cx, plan) {
        return Some(exported);
    }
    let app = plan.apps.first()?;
    if plan.apps.iter().any(|other| other.name != app.name) {
        let message = format!(
            "the catalog has no `system:` document, so it is called `{}`",
            app.name
        );
        cx.renamed(
            app.at,
            message,
            "write a file `system.yaml` that begins with `system: name`",
        );
    }
    let mut draft = Draft::new("system", &app.name, app.at);
    draft
        .body
        .put_text("doc", app.at, Some(format!("{}.", title(app))));
    Some(draft)
}
