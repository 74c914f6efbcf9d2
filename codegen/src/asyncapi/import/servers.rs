//! Servers → environments: where brokers are, in each place where the system runs.

use std::collections::BTreeMap;

use super::{
    context::Context,
    extensions,
    layers::Layers,
    names,
    native::{self, Documents, Draft, Mapping},
    plan::{App, Plan},
    security,
};
use crate::{
    source::Span,
    syntax::{Entry, Node},
};

/// What several documents say of one environment.
struct Environment {
    at: Span,
    docs: Vec<String>,
    /// Addresses by what they are of.
    brokers: BTreeMap<&'static str, Vec<(String, Span)>>,
}

/// Writes an environment for each server of Kafka or RabbitMQ.
pub(super) fn environments<'t>(cx: &Context<'t>, plan: &Plan<'t>, out: &mut Documents) {
    let mut found: BTreeMap<String, Environment> = BTreeMap::new();
    for app in plan.apps.iter().filter(|a| !extensions::is_exported(a)) {
        for entry in cx.entries(app.root, "servers") {
            server(cx, app, entry, &mut found);
        }
    }
    for (name, environment) in found {
        let at = environment.at;
        let mut draft = Draft::new("environment", &name, at);
        let doc = Some(environment.docs.join("\n\n"));
        draft.body.put_text("doc", at, doc);
        let mut brokers = Mapping::new(at);
        for (broker, addresses) in environment.brokers {
            let items = addresses.into_iter().map(|(a, at)| native::text(at, a));
            let mut items: Vec<Node<'static>> = items.collect();
            let value = match (items.len(), items.pop()) {
                (1, Some(only)) => only,
                (_, last) => native::list(at, items.into_iter().chain(last).collect()),
            };
            brokers.put(broker, value);
        }
        draft.body.put("brokers", brokers.node());
        out.add(draft);
    }
}

fn server<'t>(
    cx: &Context<'t>,
    app: &App<'t>,
    entry: &'t Entry<'t>,
    found: &mut BTreeMap<String, Environment>,
) {
    let Some(node) = cx.follow(&entry.value).map(|t| t.node) else {
        return;
    };
    let layers = Layers(vec![node]);
    let broker = match layers.text(cx, "protocol") {
        Some("kafka" | "kafka-secure") => "kafka",
        Some("amqp" | "amqps") => "rabbitmq",
        // Said where protocols are.
        Some(_) => return,
        None => {
            let message = format!("the server `{}` has no protocol", entry.key);
            cx.wrong(entry.key_span, message, "write `protocol: kafka`");
            return;
        }
    };
    let Some(host) = node.get("host").filter(|h| h.text().is_some()) else {
        let message = format!("the server `{}` has no host", entry.key);
        cx.wrong(entry.key_span, message, "write `host: broker:9092`");
        return;
    };
    let named = layers
        .text(cx, "x-herald-environment")
        .unwrap_or(&entry.key);
    let name = names::dotted_name(named).unwrap_or_else(|| app.name.clone());
    // `default` is the catalog without overrides.
    let name = if name == "default" {
        format!("default-{}", app.name)
    } else {
        name
    };
    let environment = found.entry(name).or_insert_with(|| Environment {
        at: entry.key_span,
        docs: Vec::new(),
        brokers: BTreeMap::new(),
    });
    let mut address = variables(cx, node, host.text().unwrap_or_default());
    if let Some(path) = layers.text(cx, "pathname").filter(|p| *p != "/") {
        address.push_str(path);
    }
    let mut add = |broker: &'static str, address: String, at: Span| {
        let known = environment.brokers.entry(broker).or_default();
        if !known.iter().any(|(a, _)| *a == address) {
            known.push((address, at));
        }
    };
    for address in address.split(',').map(str::trim).filter(|a| !a.is_empty()) {
        add(broker, address.to_owned(), host.span);
    }
    let kafka = layers.inside(cx, "bindings").inside(cx, "kafka");
    if let Some(registry) = kafka.get(cx, "schemaRegistryUrl")
        && let Some(url) = registry.text()
    {
        add("registry", url.to_owned(), registry.span);
    }
    let security = security::words(cx, layers.get(cx, "security"));
    for doc in [super::messages::doc(cx, &layers), security] {
        environment
            .docs
            .extend(doc.filter(|d| !environment.docs.contains(d)));
    }
}

/// The host with each variable's default, or first value, in its place.
fn variables<'t>(cx: &Context<'t>, server: &'t Node<'t>, host: &str) -> String {
    let mut host = host.to_owned();
    for entry in cx.entries(server, "variables") {
        let Some(node) = cx.follow(&entry.value).map(|t| t.node) else {
            continue;
        };
        let first = cx.items(node, "enum").first().and_then(Node::text);
        let value = node.get("default").and_then(Node::text).or(first);
        if let Some(value) = value {
            host = host.replace(&format!("{{{}}}", entry.key), value);
        }
    }
    host
}
