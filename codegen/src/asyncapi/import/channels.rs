//! Channels: what they are called, and what carries their messages: a topic, or the queue of the one
//! service that receives from it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    bindings,
    context::{Context, id},
    extensions,
    layers::Layers,
    names,
    native::{self, Documents, Draft},
    plan::{Plan, Use},
    protocols::{self, Transport},
    refs,
};
use crate::{source::Span, syntax::Node};

/// A channel of one or several documents.
pub(super) struct Channel<'t> {
    pub(super) node: &'t Node<'t>,
    /// Its key under `channels`.
    pub(super) key: String,
    pub(super) key_span: Span,
    /// Application whose document has it.
    pub(super) app: usize,
    /// Name of the topic or queue.
    pub(super) name: String,
    /// What carries it where it is described.
    pub(super) transport: Transport,
    /// The one service that receives from it, for a queue.
    pub(super) receiver: Option<String>,
}

impl<'t> Channel<'t> {
    pub(super) fn layers(&self) -> Layers<'t> {
        Layers(vec![self.node])
    }
}

/// Finds the channels of all documents and their messages.
pub(super) fn find<'t>(cx: &Context<'t>, plan: &mut Plan<'t>) {
    for app in 0..plan.apps.len() {
        let root = plan.apps[app].root;
        for entry in cx.entries(root, "channels") {
            if let Some(target) = cx.follow(&entry.value) {
                add(cx, plan, app, &entry.key, entry.key_span, target.node);
            }
        }
    }
}

/// The channel that a reference leads to.
pub(super) fn of<'t>(
    cx: &Context<'t>,
    plan: &mut Plan<'t>,
    app: usize,
    reference: &'t Node<'t>,
) -> Option<usize> {
    let target = cx.follow(reference)?;
    let known = plan.channels.iter();
    let known = known
        .enumerate()
        .find(|(_, c)| id(c.node) == id(target.node));
    if let Some((i, _)) = known {
        return Some(i);
    }
    let key = target.last.and_then(|r| r.text()).unwrap_or_default();
    let key = refs::tokens(key).pop().unwrap_or_else(|| "channel".into());
    add(cx, plan, app, &key, reference.span, target.node);
    plan.channels.len().checked_sub(1)
}

fn add<'t>(
    cx: &Context<'t>,
    plan: &mut Plan<'t>,
    app: usize,
    key: &str,
    key_span: Span,
    node: &'t Node<'t>,
) {
    let home = plan.apps.iter().position(|a| a.file == node.span.file);
    let known = plan.channels.iter_mut().find(|c| id(c.node) == id(node));
    if let Some(known) = known {
        known.app = home.unwrap_or(known.app);
        return;
    }
    if node.map().is_none() {
        let message = format!("the channel `{key}` is a mapping, not {}", node.what());
        cx.wrong(node.span, message, "write `address` and `messages`");
        return;
    }
    let channel = plan.channels.len();
    plan.channels.push(Channel {
        node,
        key: key.to_owned(),
        key_span,
        app: home.unwrap_or(app),
        name: String::new(),
        transport: protocols::of(cx, &plan.apps[app], node),
        receiver: None,
    });
    for entry in cx.entries(node, "messages") {
        let Some(target) = cx.follow(&entry.value) else {
            continue;
        };
        if target.node.map().is_none() {
            let what = target.node.what();
            let message = format!("the message `{}` is a mapping, not {what}", entry.key);
            cx.wrong(
                target.node.span,
                message,
                "write `payload` and what else describes it",
            );
            continue;
        }
        plan.uses.push(Use {
            channel,
            key: entry.key.to_string(),
            key_span: entry.key_span,
            raw: &entry.value,
            node: target.node,
            name: String::new(),
            repeated: false,
        });
    }
}

/// Names topics and queues, and decides which is which.
pub(super) fn name<'t>(cx: &Context<'t>, plan: &mut Plan<'t>) {
    let names: Vec<String> = plan.channels.iter().map(|c| one_name(cx, c)).collect();
    for (channel, name) in plan.channels.iter_mut().zip(&names) {
        channel.name.clone_from(name);
    }
    let mut receivers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for operation in plan.operations.iter().filter(|o| !o.send) {
        for use_index in &operation.uses {
            let name = &names[plan.uses[*use_index].channel];
            let services = receivers.entry(name).or_default();
            services.insert(operation.service.clone());
        }
    }
    let carried: BTreeSet<usize> = plan.uses.iter().map(|u| u.channel).collect();
    for (i, channel) in plan.channels.iter_mut().enumerate() {
        if channel.transport != Transport::Queue || !carried.contains(&i) {
            continue;
        }
        let mut carried = plan.uses.iter().filter(|u| u.channel == i);
        if let Some(to) = carried.find_map(|u| extensions::receiver(u.node)) {
            channel.receiver = Some(to.to_owned());
            continue;
        }
        let services = receivers.get(channel.name.as_str());
        let services = services.map(|s| s.iter().collect::<Vec<_>>());
        if let Some([only]) = services.as_deref() {
            channel.receiver = Some((*only).clone());
            continue;
        }
        let message = format!("the queue `{}` has not one known receiver", channel.name);
        let becomes = "its messages are events on a topic; as commands they come from the document \
                       of the service that receives them";
        cx.changed(channel.key_span, message, becomes);
    }
    distinct(cx, plan);
}

/// Kafka takes two names for one that differ in `.` and `_` alone.
fn distinct<'t>(cx: &Context<'t>, plan: &mut Plan<'t>) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for channel in plan.channels.iter_mut().filter(|c| c.receiver.is_none()) {
        let folded = channel.name.replace('.', "_");
        let known = first.entry(folded).or_insert_with(|| channel.name.clone());
        if *known != channel.name {
            let other = channel.name.replace(['.', '_'], "-");
            let message = format!(
                "Kafka takes the topics `{known}` and `{}` for one",
                channel.name
            );
            let help = format!("this one is called `{other}`");
            cx.renamed(channel.key_span, message, &help);
            channel.name = other;
        }
    }
}

/// The address without parameters, else the key.
fn one_name<'t>(cx: &Context<'t>, channel: &Channel<'t>) -> String {
    let key = || names::topic_name(&channel.key).unwrap_or_else(|| "channel".to_owned());
    let bound = bindings::carrier_name(cx, &channel.layers());
    let address = channel.node.get("address");
    let Some(node) = bound.or(address).filter(|a| a.text().is_some()) else {
        let name = key();
        if address.is_some() {
            let message = format!("the address of `{}` is known at run time only", channel.key);
            cx.changed(
                channel.key_span,
                message,
                &format!("the topic is called `{name}`"),
            );
        }
        return name;
    };
    let written = node.text().unwrap_or_default();
    let filled = parameters(cx, channel, written);
    let Some(name) = names::topic_name(&filled) else {
        let name = key();
        let message = format!("`{written}` cannot be the name of a topic");
        cx.renamed(
            node.span,
            message,
            &format!("it is called `{name}`, after the channel"),
        );
        return name;
    };
    if filled != written {
        let message = format!("the address `{written}` has parameters, and a topic has one name");
        let becomes = format!(
            "it is called `{name}`; what a parameter says belongs into the payload, as its key"
        );
        cx.changed(node.span, message, &becomes);
    } else if name != written {
        let message = format!("`{written}` cannot be the name of a topic");
        cx.renamed(node.span, message, &format!("it is called `{name}`"));
    }
    name
}

/// The address with each parameter's default, only value or name in its place.
fn parameters<'t>(cx: &Context<'t>, channel: &Channel<'t>, address: &str) -> String {
    let declared = channel.node.get("parameters");
    let value = |name: &str| {
        let node = cx.follow(declared?.get(name)?)?.node;
        let only = match cx.items(node, "enum") {
            [only] => only.text(),
            _ => None,
        };
        node.get("default").and_then(|d| d.text()).or(only)
    };
    let mut filled = String::new();
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        filled.push_str(value(name).unwrap_or(name));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// Writes the topics.
pub(super) fn topics<'t>(cx: &Context<'t>, plan: &Plan<'t>, out: &mut Documents) {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, channel) in plan.channels.iter().enumerate() {
        if channel.receiver.is_none() {
            by_name.entry(&channel.name).or_default().push(i);
        }
    }
    for (name, channels) in by_name {
        let Some(first) = channels.first().and_then(|i| plan.channels.get(*i)) else {
            continue;
        };
        let mut events = Vec::new();
        for message in channels.iter().flat_map(|i| plan.uses_of(*i)) {
            if !message.1.repeated {
                events.push(native::text(message.1.key_span, &message.1.name));
            }
        }
        if events.is_empty() {
            let message = format!("the channel `{}` carries no message", first.key);
            cx.changed(first.key_span, message, "no topic comes of it");
            continue;
        }
        let at = first.key_span;
        let mut draft = Draft::new("topic", name, at);
        let mut docs = channels.iter().filter_map(|i| plan.channels.get(*i));
        let doc = docs.find_map(|c| super::messages::doc(cx, &c.layers()));
        draft.body.put_text("doc", at, doc);
        draft.body.put("events", native::list(at, events));
        bindings::topic(cx, plan, &channels, &mut draft.body);
        extensions::topic(cx, &first.layers(), &mut draft.body);
        out.add(draft);
    }
}
