//! Environments: what they override must be there to be overridden.

use std::collections::BTreeMap;

use super::{
    Messages, Reads,
    deployment::{View, deployment},
    index::Index,
    records::text,
    services::{Around, services},
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    model::{Environment, Service, Stream, TypeDef},
    syntax::{Document, Entry, Node},
};

/// An environment with its overrides applied.
pub(super) fn environment(
    index: &Index<'_>,
    messages: &Messages,
    types: &BTreeMap<String, TypeDef>,
    base: &BTreeMap<String, Service>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Environment {
    let root = &document.root;
    overridable(index, base, root, out);
    with_windows(messages, root, out);
    if document.name == "default" {
        let message = "the name `default` stands for the catalog without overrides";
        out.push(
            Diagnostic::new(codes::BAD_NAME, message, document.name_span, "taken")
                .help("rename the environment"),
        );
    }
    let view = View {
        index,
        environment: Some(document),
    };
    // What is wrong with services as such was said when they were resolved without overrides.
    let services = services(
        Around {
            view,
            messages,
            types,
            // They were checked without the environment.
            reads: Reads::AsWritten,
        },
        &mut Vec::new(),
    );
    Environment {
        name: document.name.clone(),
        doc: text(root, "doc"),
        brokers: brokers(root),
        principals: mapping(root, "principals")
            .filter_map(|e| Some((e.key.to_string(), e.value.text()?.to_owned())))
            .collect(),
        deployment: deployment(view, messages, services),
        source: index.sources.source(document.name_span),
    }
}

fn mapping<'n, 'a>(node: &'n Node<'a>, key: &str) -> impl Iterator<Item = &'n Entry<'a>> {
    node.get(key).map_or(&[][..], |n| n.entries()).iter()
}

fn brokers(root: &Node<'_>) -> BTreeMap<String, Vec<String>> {
    let addresses = |e: &Entry<'_>| {
        let one = e.value.text().map(str::to_owned);
        let several = e
            .value
            .items()
            .iter()
            .filter_map(|n| n.text().map(str::to_owned));
        (e.key.to_string(), one.into_iter().chain(several).collect())
    };
    mapping(root, "brokers").map(addresses).collect()
}

fn overridable(
    index: &Index<'_>,
    base: &BTreeMap<String, Service>,
    root: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) {
    for entry in mapping(root, "events") {
        if let Some(topic) = index
            .topic_of
            .get(&*entry.key)
            .filter(|t| index.topics.contains_key(t.as_str()))
        {
            let message = format!("the event `{}` shares the topic `{topic}`", entry.key);
            let help = format!("override the topic: `topics: {{ {topic}: … }}`");
            out.push(
                Diagnostic::new(
                    codes::BAD_OVERRIDE,
                    message,
                    entry.key_span,
                    "has no topic of its own",
                )
                .help(help),
            );
        }
    }
    for entry in mapping(root, "services") {
        let Some(service) = base.get(&*entry.key) else {
            continue;
        };
        let consumed: Vec<&str> = service.consumes.iter().map(|c| c.event.as_str()).collect();
        known(
            &entry.value,
            "consumes",
            &consumed,
            &format!("consumed by `{}`", entry.key),
            out,
        );
        let received: Vec<&str> = service
            .receives
            .iter()
            .map(|r| r.command.as_str())
            .collect();
        known(
            &entry.value,
            "receives",
            &received,
            &format!("received by `{}`", entry.key),
            out,
        );
        known(
            &entry.value,
            "timers",
            &timers(service),
            &format!("a timer of `{}`", entry.key),
            out,
        );
    }
    for entry in mapping(root, "timers") {
        let Some(service) = base.get(&*entry.key) else {
            continue;
        };
        known(
            root.get("timers").unwrap_or(root),
            &entry.key,
            &timers(service),
            &format!("a timer of `{}`", entry.key),
            out,
        );
    }
}

/// Silence closes windows: a stream without one has none to override.
fn with_windows(messages: &Messages, root: &Node<'_>, out: &mut Vec<Diagnostic>) {
    for entry in mapping(root, "streams") {
        let stream = messages.streams.get(&*entry.key);
        let windowed = |stream: &Stream| stream.group().is_some_and(|g| g.window.is_some());
        if entry.value.get("idle").is_some() && stream.is_some_and(|s| !windowed(s)) {
            let message = format!("the stream `{}` has no window that could close", entry.key);
            out.push(
                Diagnostic::new(
                    codes::BAD_OVERRIDE,
                    message,
                    entry.key_span,
                    "nothing to override",
                )
                .help("drop `idle`, or give the stream a `window`"),
            );
        }
    }
}

fn timers(service: &Service) -> Vec<&str> {
    service.timers.iter().map(|t| t.name.as_str()).collect()
}

/// Every name under a key is one of those that can be overridden.
fn known(node: &Node<'_>, key: &str, names: &[&str], what: &str, out: &mut Vec<Diagnostic>) {
    for entry in mapping(node, key).filter(|e| !names.contains(&&*e.key)) {
        let message = format!("`{}` is not {what}", entry.key);
        let help = did_you_mean(&entry.key, names.iter().copied());
        let help =
            help.unwrap_or_else(|| "an environment overrides what the catalog declares".into());
        out.push(
            Diagnostic::new(
                codes::BAD_OVERRIDE,
                message,
                entry.key_span,
                "nothing to override",
            )
            .help(help),
        );
    }
}
