//! What a document says that a catalog has no place for: said once for each kind and document.

use std::collections::BTreeMap;

use super::{
    context::Context,
    extensions,
    plan::{App, Plan, Use},
    protocols,
};
use crate::source::Span;

/// Why the terms of an interface are left out, and tags that group operations and addresses.
const TERMS: &str = "left out: a catalog describes messages, not on which terms they are had";
const TAGS: &str = "left out; domains group what a catalog has, and messages keep their tags";
const UNUSED: &str = "nothing comes of them; a message on a channel has its payload as a type";
const EXAMPLES: &str = "left out; an example is a payload here";
const LOGIN: &str = "it is left out; how a service logs in is among its settings";

/// Where each kind is said, by what it is and what becomes of it.
#[derive(Default)]
struct Found {
    kinds: BTreeMap<(&'static str, &'static str), Vec<Span>>,
}

impl Found {
    fn add(&mut self, what: &'static str, becomes: &'static str, at: Option<Span>) {
        self.kinds.entry((what, becomes)).or_default().extend(at);
    }
}

/// Says what is left out of each document.
pub(super) fn report<'t>(cx: &Context<'t>, plan: &Plan<'t>) {
    for (index, app) in plan.apps.iter().enumerate() {
        if extensions::is_exported(app) {
            continue;
        }
        for ((what, becomes), places) in found(cx, plan, index, app).kinds {
            let Some((first, others)) = places.split_first() else {
                continue;
            };
            let more = match others.len() {
                0 => String::new(),
                count => format!("; so it is with {count} more"),
            };
            cx.changed(
                *first,
                format!("{what} no part of the catalog{more}"),
                becomes,
            );
        }
    }
}

fn found<'t>(cx: &Context<'t>, plan: &Plan<'t>, index: usize, app: &App<'t>) -> Found {
    let mut found = Found::default();
    let info = |key| app.info(key).map(|n| n.span);
    found.add("the licence is", TERMS, info("license"));
    found.add("the terms of service are", TERMS, info("termsOfService"));
    found.add("the tags of the document are", TAGS, info("tags"));
    if plan.uses.is_empty() {
        let schemas = app.root.get("components").and_then(|c| c.get("schemas"));
        let schemas = schemas.filter(|s| !s.entries().is_empty());
        found.add(
            "schemas that no message uses are",
            UNUSED,
            schemas.map(|n| n.span),
        );
    }
    for entry in cx.entries(app.root, "servers") {
        let Some(node) = cx.follow(&entry.value).map(|t| t.node) else {
            continue;
        };
        let at = |key| node.get(key).map(|n| n.span);
        found.add("the tags of a server are", TAGS, at("tags"));
        if !protocols::is_spoken(node) {
            found.add("the security of a server is", LOGIN, at("security"));
        }
    }
    for channel in plan.channels.iter().filter(|c| c.app == index) {
        let tags = channel.layers().get(cx, "tags");
        found.add("the tags of a channel are", TAGS, tags.map(|n| n.span));
    }
    let own = |u: &&Use<'t>| plan.channels.get(u.channel).is_some_and(|c| c.app == index);
    for message in plan.uses.iter().filter(own).filter(|u| !u.repeated) {
        let examples = cx.items(message.node, "examples").iter();
        for headers in examples.filter_map(|example| example.get("headers")) {
            let at = Some(headers.span);
            found.add("the headers of an example are", EXAMPLES, at);
        }
    }
    let operations = plan.operations.iter().filter(|o| o.app == index);
    for operation in operations.filter(|o| !o.is_reply) {
        let tags = operation.layers.get(cx, "tags");
        found.add("the tags of an operation are", TAGS, tags.map(|n| n.span));
    }
    found
}
