//! Which transport a channel is described for.

use std::collections::BTreeSet;

use super::{
    bindings,
    context::Context,
    layers::Layers,
    plan::{App, Plan},
};
use crate::{source::Span, syntax::Node};

/// What carries a channel's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    /// Kafka, or nothing that is said.
    Topic,
    /// A queue of RabbitMQ.
    Queue,
    /// An exchange of RabbitMQ, which several may listen to.
    Exchange,
    /// Something that Herald does not have.
    Other,
}

/// A protocol, and whether Herald speaks it.
fn is_kafka(protocol: &str) -> bool {
    matches!(protocol, "kafka" | "kafka-secure")
}

fn is_amqp(protocol: &str) -> bool {
    matches!(protocol, "amqp" | "amqps")
}

/// Whether a server is of a protocol that Herald speaks.
pub(super) fn is_spoken(server: &Node<'_>) -> bool {
    let protocol = server.get("protocol").and_then(Node::text);
    protocol.is_some_and(|p| is_kafka(p) || is_amqp(p))
}

/// The transport of a channel: by its bindings, else by its servers.
pub(super) fn of<'t>(cx: &Context<'t>, app: &App<'t>, channel: &'t Node<'t>) -> Transport {
    let layers = Layers(vec![channel]).inside(cx, "bindings");
    let bound: BTreeSet<&str> = layers.entries().iter().map(|e| &*e.key).collect();
    let servers = protocols(cx, app, channel);
    let spoken: BTreeSet<&str> = if bound.is_empty() {
        servers.iter().map(|(p, _)| *p).collect()
    } else {
        bound
    };
    if spoken.is_empty() || spoken.iter().any(|p| is_kafka(p)) {
        return Transport::Topic;
    }
    if spoken.iter().any(|p| is_amqp(p)) {
        return if bindings::is_queue(cx, &layers) {
            Transport::Queue
        } else {
            Transport::Exchange
        };
    }
    Transport::Other
}

/// Protocols of the servers of a channel; of all servers where it names none.
fn protocols<'t>(cx: &Context<'t>, app: &App<'t>, channel: &'t Node<'t>) -> Vec<(&'t str, Span)> {
    let own = channel.get("servers").is_some();
    let servers: Vec<&'t Node<'t>> = if own {
        cx.items(channel, "servers").iter().collect()
    } else {
        let entries = cx.entries(app.root, "servers").iter();
        entries.map(|e| &e.value).collect()
    };
    let protocol = |server: &'t Node<'t>| {
        let protocol = cx.follow(server)?.node.get("protocol")?;
        Some((protocol.text()?, protocol.span))
    };
    servers.into_iter().filter_map(protocol).collect()
}

/// Says once for each document and protocol what is not carried.
pub(super) fn report<'t>(cx: &Context<'t>, plan: &Plan<'t>) {
    for (app_index, app) in plan.apps.iter().enumerate() {
        let mut said: BTreeSet<&str> = BTreeSet::new();
        let mut say = |protocol: &'t str, at: Span| {
            if !is_kafka(protocol) && !is_amqp(protocol) && said.insert(protocol) {
                let message = format!("Herald does not speak `{protocol}`");
                let becomes = "the payloads are read all the same, and the channels become topics \
                               of Kafka";
                cx.transport(at, message, becomes);
            }
        };
        for entry in cx.entries(app.root, "servers") {
            let node = cx.follow(&entry.value).map(|t| t.node);
            if let Some(protocol) = node.and_then(|n| n.get("protocol"))
                && let Some(text) = protocol.text()
            {
                say(text, protocol.span);
            }
        }
        let channels = plan.channels.iter().filter(|c| c.app == app_index);
        let channels = channels.map(super::channels::Channel::layers);
        let operations = plan.operations.iter().filter(|o| o.app == app_index);
        let operations = operations.map(|o| o.layers.clone());
        for layers in channels.chain(operations) {
            for entry in layers.inside(cx, "bindings").entries() {
                if !entry.key.starts_with("x-") {
                    say(&entry.key, entry.key_span);
                }
            }
        }
    }
    for channel in plan
        .channels
        .iter()
        .filter(|c| c.transport == Transport::Exchange)
    {
        let message = format!(
            "`{}` is an exchange, whose messages any number may read",
            channel.key
        );
        let becomes = "its messages are events on a topic of Kafka";
        cx.transport(channel.key_span, message, becomes);
    }
}
