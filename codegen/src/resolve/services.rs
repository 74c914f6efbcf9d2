//! Services: what they publish, send, consume and receive.

use std::collections::BTreeMap;

use super::{
    Messages, Reads,
    deployment::View,
    policy::{Layers, policy},
    records::{text, texts},
    requests, timers,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    ident,
    model::{Consume, Message, Receive, Service, Store, TypeDef},
    source::Span,
    syntax::{Document, Entry, Node},
};

/// What services are resolved against.
#[derive(Clone, Copy)]
pub(super) struct Around<'n, 'a> {
    pub(super) view: View<'n, 'a>,
    pub(super) messages: &'n Messages,
    pub(super) types: &'n BTreeMap<String, TypeDef>,
    pub(super) reads: Reads,
}

/// All services by name.
pub(super) fn services(
    around: Around<'_, '_>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Service> {
    let mut received: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for command in around.messages.commands.values() {
        received
            .entry(&command.to)
            .or_default()
            .push(&command.message.name);
    }
    let of = |name: &str| received.get(name).map_or(&[][..], Vec::as_slice);
    let documents = around.view.index.services.iter();
    documents
        .map(|(name, document)| ((*name).to_owned(), service(around, document, of(name), out)))
        .collect()
}

fn service(
    around: Around<'_, '_>,
    document: &Document<'_>,
    received: &[&str],
    out: &mut Vec<Diagnostic>,
) -> Service {
    let root = &document.root;
    let mut service = Service {
        name: document.name.clone(),
        rust: ident::rust_type(&document.name),
        module: ident::rust_module(&document.name),
        owner: text(root, "owner"),
        doc: text(root, "doc"),
        store: match text(root, "store").as_deref() {
            Some("postgres") => Store::Postgres,
            Some("mongodb") => Store::Mongodb,
            _ => Store::None,
        },
        tier: text(root, "tier"),
        publishes: sorted(root, "publishes"),
        sends: sorted(root, "sends"),
        consumes: consumes(around, document, out),
        receives: receives(around, document, received, out),
        requests: Vec::new(),
        timers: Vec::new(),
        source: around.view.index.sources.source(document.name_span),
    };
    service.requests = requests::requests(around, document, &service, out);
    service.timers = timers::timers(around, document, &service, out);
    one_handler_each(document, &service, out);
    service
}

fn sorted(root: &Node<'_>, key: &str) -> Vec<String> {
    let mut names = texts(root, key);
    names.sort();
    names.dedup();
    names
}

/// The entries of `consumes` or `receives`: a list of names, or a mapping from names to keys.
fn entries<'n>(root: &'n Node<'_>, key: &str) -> Vec<(&'n str, Span)> {
    let Some(node) = root.get(key) else {
        return Vec::new();
    };
    let listed = node
        .items()
        .iter()
        .filter_map(|n| Some((n.text()?, n.span)));
    let mut entries: Vec<_> = listed
        .chain(node.entries().iter().map(|e| (&*e.key, e.key_span)))
        .collect();
    entries.sort_by_key(|(name, _)| *name);
    entries.dedup_by_key(|(name, _)| *name);
    entries
}

fn consumes(
    around: Around<'_, '_>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Consume> {
    let root = &document.root;
    let resolve = |(name, span): (&str, Span)| {
        let event = around.messages.events.get(name)?;
        let node = root.get("consumes").and_then(|n| n.get(name));
        let of_environment =
            around
                .view
                .overridden(&["services", &document.name, "consumes", name]);
        let layers = Layers::new(
            around
                .view
                .defaults()
                .into_iter()
                .chain([node, of_environment]),
        );
        Some(Consume {
            event: name.to_owned(),
            topic: event.topic.clone(),
            group: node
                .and_then(|n| text(n, "group"))
                .unwrap_or_else(|| document.name.clone()),
            policy: policy(&layers, true),
            reads: reads(around, node, &event.message, out),
            replay_ms: node.filter(|n| n.get("replay").is_some()).map(|n| {
                Layers::new([Some(n)])
                    .retention("replay", 0)
                    .unwrap_or(u64::MAX)
            }),
            pinned: node
                .and_then(|n| n.get("pinned")?.whole())
                .map(|version| version as u32),
            handler: format!("on_{}", event.message.module.trim_end_matches('_')),
            source: around.view.index.sources.source(span),
        })
    };
    entries(root, "consumes")
        .into_iter()
        .filter_map(resolve)
        .collect()
}

fn receives(
    around: Around<'_, '_>,
    document: &Document<'_>,
    received: &[&str],
    out: &mut Vec<Diagnostic>,
) -> Vec<Receive> {
    let root = &document.root;
    let listed = entries(root, "receives");
    for (name, span) in &listed {
        if let Some(command) = around.messages.commands.get(*name)
            && command.to != document.name
        {
            let message = format!("the command `{name}` is received by `{}`", command.to);
            let to = around
                .view
                .index
                .commands
                .get(name)
                .and_then(|d| d.root.get("to"));
            let help = format!(
                "remove it here, or write `to: {}` in the command",
                document.name
            );
            let diagnostic = Diagnostic::new(
                codes::NOT_RECEIVER,
                message,
                *span,
                "cannot be received here",
            )
            .help(help);
            out.push(match to {
                Some(to) => diagnostic.with(to.span, "it goes here"),
                None => diagnostic,
            });
        }
    }
    let resolve = |name: &&str| {
        let command = around.messages.commands.get(*name)?;
        let node = root.get("receives").and_then(|n| n.get(name));
        let of_environment =
            around
                .view
                .overridden(&["services", &document.name, "receives", name]);
        let layers = Layers::new(
            around
                .view
                .defaults()
                .into_iter()
                .chain([node, of_environment]),
        );
        let at = listed
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, span)| around.view.index.sources.source(*span));
        Some(Receive {
            command: (*name).to_owned(),
            queue: command.queue.clone(),
            policy: policy(&layers, false),
            reads: reads(around, node, &command.message, out),
            handler: format!("handle_{}", command.message.module.trim_end_matches('_')),
            source: at.unwrap_or_else(|| command.message.source.clone()),
        })
    };
    received.iter().filter_map(resolve).collect()
}

/// Fields that an entry depends on: each is a field of the payload, or a path that begins with one.
fn reads(
    around: Around<'_, '_>,
    entry: Option<&Node<'_>>,
    message: &Message,
    out: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let items = entry
        .and_then(|n| n.get("reads"))
        .map_or(&[][..], |n| n.items());
    for node in items {
        let field = node
            .text()
            .unwrap_or_default()
            .split('.')
            .next()
            .unwrap_or_default();
        if around.reads == Reads::Checked
            && message.record.field(field).is_none()
            && !around.view.index.has_field(&message.name, field)
        {
            let text = format!("`{}` has no field `{field}`", message.name);
            let fields = message.record.fields.iter().map(|f| f.name.as_str());
            let help = did_you_mean(field, fields);
            out.push(
                Diagnostic::new(codes::DANGLING, text, node.span, "not a field").maybe_help(help),
            );
        }
    }
    items
        .iter()
        .filter_map(|n| n.text().map(str::to_owned))
        .collect()
}

/// Handlers are methods of one trait: no two may have one name.
fn one_handler_each(document: &Document<'_>, service: &Service, out: &mut Vec<Diagnostic>) {
    let consumes = service
        .consumes
        .iter()
        .map(|c| (&c.handler, &c.event, "consumes"));
    let receives = service
        .receives
        .iter()
        .map(|r| (&r.handler, &r.command, "receives"));
    let requests = service
        .requests
        .iter()
        .map(|r| (&r.handler, &r.name, "requests"));
    let timers = service
        .timers
        .iter()
        .map(|t| (&t.handler, &t.name, "timers"));
    let mut seen: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (handler, name, key) in consumes.chain(receives).chain(requests).chain(timers) {
        let Some((other, other_key)) = seen.insert(handler, (name, key)) else {
            continue;
        };
        let place = |key: &str, name: &str| place(document, key, name);
        let message = format!(
            "`{other}` under `{other_key}` and `{name}` under `{key}` would both be handled by `{handler}`"
        );
        out.push(
            Diagnostic::new(codes::DUPLICATE, message, place(key, name), "this one")
                .with(place(other_key, other), "and this one")
                .help("rename one of them"),
        );
    }
}

/// Where an entry of a service stands.
fn place(document: &Document<'_>, key: &str, name: &str) -> Span {
    let node = document.root.get(key);
    let entry: Option<&Entry<'_>> = node.and_then(|n| n.map()?.entry(name));
    let listed = node.and_then(|n| n.items().iter().find(|n| n.text() == Some(name)));
    entry
        .map(|e| e.key_span)
        .or_else(|| listed.map(|n| n.span))
        .unwrap_or(document.name_span)
}
