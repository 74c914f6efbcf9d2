//! What a document says that a catalog has no place for: said once for each kind and document.

use std::collections::BTreeMap;

use super::{context::Context, extensions, plan::Plan, protocols};
use crate::source::Span;

/// Why the terms of an interface are left out, and tags that group operations and addresses.
const TERMS: &str = "left out: a catalog describes messages, not on which terms they are had";
const TAGS: &str = "left out; domains group what a catalog has, and messages keep their tags";
const LOGIN: &str = "left out; how a service logs in is among its settings";

/// The first place of each kind, and how many there are.
#[derive(Default)]
struct Found {
    kinds: BTreeMap<(&'static str, &'static str), (Option<Span>, usize)>,
}

impl Found {
    fn add(&mut self, what: &'static str, becomes: &'static str, at: Option<Span>) {
        if let Some(at) = at {
            let (first, count) = self.kinds.entry((what, becomes)).or_default();
            first.get_or_insert(at);
            *count += 1;
        }
    }
}

/// Says what is left out of each document.
pub(super) fn report<'t>(cx: &Context<'t>, plan: &Plan<'t>) {
    for (index, app) in plan.apps.iter().enumerate() {
        if extensions::is_exported(app) {
            continue;
        }
        let mut found = Found::default();
        let info = |key| app.info(key).map(|n| n.span);
        found.add("the licence", TERMS, info("license"));
        found.add("the terms of service", TERMS, info("termsOfService"));
        found.add("the tags of the document", TAGS, info("tags"));
        for entry in cx.entries(app.root, "servers") {
            let Some(node) = cx.follow(&entry.value).map(|t| t.node) else {
                continue;
            };
            let at = |key| node.get(key).map(|n| n.span);
            found.add("the tags of a server", TAGS, at("tags"));
            if !protocols::is_spoken(node) {
                found.add("the security of a server", LOGIN, at("security"));
            }
        }
        for channel in plan.channels.iter().filter(|c| c.app == index) {
            let tags = channel.layers().get(cx, "tags");
            found.add("the tags of a channel", TAGS, tags.map(|n| n.span));
        }
        let operations = plan.operations.iter().filter(|o| o.app == index);
        for operation in operations.filter(|o| !o.is_reply) {
            let tags = operation.layers.get(cx, "tags");
            found.add("the tags of an operation", TAGS, tags.map(|n| n.span));
        }
        for ((what, becomes), (at, count)) in found.kinds {
            let more = match count {
                0 | 1 => String::new(),
                _ => format!("; so it is with {} more", count - 1),
            };
            let verb = if what.starts_with("the tags") || what.starts_with("the terms") {
                "are"
            } else {
                "is"
            };
            if let Some(at) = at {
                cx.changed(
                    at,
                    format!("{what} {verb} no part of the catalog{more}"),
                    becomes,
                );
            }
        }
    }
}
