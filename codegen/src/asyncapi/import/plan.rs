//! What there is in all documents together: applications, channels, the messages that each channel
//! carries, operations; and what all of them are called.

use std::collections::HashMap;

use super::{
    avro_types::InnerTypes,
    channels::{self, Channel},
    context::Context,
    layers::Layers,
    names::{self, Names},
    operations::{self, Operation},
    protocols,
    replies::Reply,
};
use crate::{
    diagnostic::{Diagnostic, Severity, codes},
    source::{FileId, Span},
    syntax::Node,
};

/// An application: one document.
pub(super) struct App<'t> {
    pub(super) file: FileId,
    pub(super) root: &'t Node<'t>,
    /// Name of its service, and of the domain of its messages.
    pub(super) name: String,
    /// Where the name comes from.
    pub(super) at: Span,
}

impl<'t> App<'t> {
    /// A value of `info`.
    pub(super) fn info(&self, key: &str) -> Option<&'t Node<'t>> {
        self.root.get("info")?.get(key)
    }

    /// The team that answers for it: its contact.
    pub(super) fn owner(&self) -> Option<String> {
        let contact = self.info("contact")?;
        let named = contact.get("name").or_else(|| contact.get("email"))?;
        named.text().map(str::to_owned)
    }
}

/// A message on a channel.
pub(super) struct Use<'t> {
    pub(super) channel: usize,
    /// The channel's own name of the message.
    pub(super) key: String,
    pub(super) key_span: Span,
    /// The node under the key, often a reference.
    pub(super) raw: &'t Node<'t>,
    /// The message.
    pub(super) node: &'t Node<'t>,
    /// Name of the event or command.
    pub(super) name: String,
    /// Whether another use is the same event.
    pub(super) repeated: bool,
}

/// Everything, named.
pub(super) struct Plan<'t> {
    pub(super) apps: Vec<App<'t>>,
    pub(super) channels: Vec<Channel<'t>>,
    pub(super) uses: Vec<Use<'t>>,
    pub(super) operations: Vec<Operation<'t>>,
    /// Replies with an address in the request.
    pub(super) replies: Vec<Reply<'t>>,
    /// Names of events and commands.
    pub(super) names: Names,
}

impl<'t> Plan<'t> {
    pub(super) fn new(cx: &Context<'t>) -> Self {
        let mut plan = Self {
            apps: apps(cx),
            channels: Vec::new(),
            uses: Vec::new(),
            operations: Vec::new(),
            replies: Vec::new(),
            names: Names::default(),
        };
        channels::find(cx, &mut plan);
        operations::find(cx, &mut plan);
        unused_messages(cx, &plan);
        channels::name(cx, &mut plan);
        protocols::report(cx, &plan);
        plan.name_messages(cx);
        plan
    }

    /// The channel's uses.
    pub(super) fn uses_of(&self, channel: usize) -> impl Iterator<Item = (usize, &Use<'t>)> {
        let uses = self.uses.iter().enumerate();
        uses.filter(move |(_, u)| u.channel == channel)
    }

    /// The service that receives a command; nothing for an event.
    pub(super) fn receiver(&self, message: &Use<'t>) -> Option<&str> {
        self.channels.get(message.channel)?.receiver.as_deref()
    }

    /// The topic or queue of a use.
    fn carrier(&self, message: &Use<'t>) -> &str {
        self.channels
            .get(message.channel)
            .map_or("", |c| c.name.as_str())
    }

    fn is_sent(&self, use_index: usize) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|o| o.send && o.uses.contains(&use_index))
    }

    fn name_messages(&mut self, cx: &Context<'t>) {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (i, message) in self.uses.iter().enumerate() {
            let base = base_name(cx, message);
            let at = *known.entry(base.clone()).or_insert(groups.len());
            match groups.get_mut(at) {
                Some((_, members)) => members.push(i),
                None => groups.push((base, vec![i])),
            }
        }
        let inner = InnerTypes::find(cx, &self.uses);
        for (base, members) in groups {
            self.name_group(cx, &base, &members, &inner);
        }
    }

    /// Names messages that would have one name: those on one topic are one event, the others get
    /// the channel's own name of the message, or the channel's name behind theirs.
    fn name_group(&mut self, cx: &Context<'t>, base: &str, members: &[usize], inner: &InnerTypes) {
        let mut by_carrier: Vec<Vec<usize>> = Vec::new();
        for i in members {
            let carrier = self.carrier(&self.uses[*i]);
            let same = |group: &&mut Vec<usize>| {
                let first = group.first().and_then(|i| self.uses.get(*i));
                first.is_some_and(|first| self.carrier(first) == carrier)
            };
            match by_carrier.iter_mut().find(same) {
                Some(group) => group.push(*i),
                None => by_carrier.push(vec![*i]),
            }
        }
        let keys: Vec<Option<String>> = by_carrier
            .iter()
            .map(|group| names::type_name(&self.uses[group[0]].key))
            .collect();
        let distinct = by_carrier.len() > 1
            && keys.iter().all(Option::is_some)
            && (0..keys.len()).all(|i| !keys[..i].contains(&keys[i]));
        let mut named: Vec<(Span, String)> = Vec::new();
        for (group, key) in by_carrier.iter().zip(keys) {
            let first = group
                .iter()
                .copied()
                .find(|i| self.is_sent(*i))
                .unwrap_or(group[0]);
            let channel = self.uses[first].channel;
            let channel = names::type_name(&self.channels[channel].key).unwrap_or_default();
            let mut wanted = vec![base.to_owned(), format!("{base}On{channel}")];
            if by_carrier.len() == 1 {
                wanted.insert(1, format!("{base}Message"));
            }
            if distinct {
                wanted.splice(0..0, key);
            }
            wanted.push(format!("{base}On{channel}Message"));
            wanted.retain(|name| !group.iter().any(|i| inner.has(*i, name)));
            let Some(name) = self.names.claim(&wanted) else {
                let at = self.uses[first].key_span;
                let message = format!("there are too many messages called `{base}`");
                cx.wrong(at, message, "give this one another `name`");
                for i in group {
                    self.uses[*i].repeated = true;
                }
                continue;
            };
            if name != base && by_carrier.len() == 1 {
                let message = format!("`{base}` is a type inside a payload too");
                let help = format!(
                    "two things need two names, so this one is the event `{name}`; `name:` in the \
                     message says otherwise"
                );
                cx.renamed(self.uses[first].key_span, message, &help);
            }
            named.push((self.uses[first].key_span, name.clone()));
            self.merge(cx, first, group);
            for i in group {
                self.uses[*i].name.clone_from(&name);
                self.uses[*i].repeated = *i != first;
            }
        }
        on_several_channels(cx, base, &named);
    }

    /// Says so where one event is described twice and differently.
    fn merge(&self, cx: &Context<'t>, first: usize, group: &[usize]) {
        let described = |i: usize| self.uses[i].node.json();
        for other in group.iter().copied().filter(|i| *i != first) {
            let (a, b) = (&self.uses[first], &self.uses[other]);
            let differs =
                !super::refs::same(a.node, b.node) && described(first) != described(other);
            if differs {
                let place = cx.sources.source(a.node.span);
                let message = format!("`{}` is described here and at {place}, differently", b.key);
                let help = "the other description is used; give one of them another `name`";
                cx.changed(b.key_span, message, help);
            }
        }
    }
}

/// Says which events a message becomes that several channels carry.
fn on_several_channels(cx: &Context<'_>, base: &str, named: &[(Span, String)]) {
    let [(at, first), others @ ..] = named else {
        return;
    };
    if others.is_empty() {
        return;
    }
    let message = format!("the message `{base}` is on {} channels", named.len());
    let label = format!("`{first}`");
    let mut found = Diagnostic::new(codes::ASYNCAPI_NAME, message, *at, label);
    found.severity = Severity::Warning;
    for (at, name) in others {
        found = found.with(*at, format!("`{name}`"));
    }
    cx.push(found.help(
        "an event has one topic, so each is an event of its own; where each channel has another \
         key for it under `messages`, that is its name",
    ));
}

/// Modules of the generated crate, and crates that its code names.
const TAKEN: [&str; 9] = [
    "types", "events", "commands", "topology", "streams", "herald", "std", "core", "alloc",
];

fn apps<'t>(cx: &Context<'t>) -> Vec<App<'t>> {
    let documents = cx.trees.documents.iter();
    documents
        .filter_map(|file| {
            let root = cx.trees.root(*file)?;
            let title = root.get("info").and_then(|i| i.get("title"));
            let path = cx.sources.get(*file).map_or("", |f| f.path.as_str());
            let stem = path.rsplit('/').next().unwrap_or_default();
            let stem = stem.split('.').next().unwrap_or_default();
            let named = title.and_then(|t| names::dotted_name(t.text()?));
            let at = title.or_else(|| root.get("asyncapi")).unwrap_or(root);
            let name = named
                .or_else(|| names::dotted_name(stem))
                .unwrap_or_else(|| "application".to_owned());
            let taken = TAKEN.contains(&name.as_str());
            Some(App {
                file: *file,
                root,
                name: if taken {
                    format!("{name}-service")
                } else {
                    name
                },
                at: at.span,
            })
        })
        .collect()
}

/// A message's name, else what refers to it calls it, else what its channel calls it.
fn base_name<'t>(cx: &Context<'t>, message: &Use<'t>) -> String {
    if let Some(name) = super::extensions::name(message.node) {
        return name.to_owned();
    }
    let layers = Layers::with_traits(cx, message.node);
    let own = layers.text(cx, "name").and_then(names::type_name);
    let referred = || {
        let reference = cx.follow(message.raw)?.last?.text()?;
        let pointer = reference.split_once('#').map_or("", |(_, p)| p);
        names::type_name(super::refs::tokens(pointer).last()?)
    };
    own.or_else(referred)
        .or_else(|| names::type_name(&message.key))
        .unwrap_or_else(|| "Message".to_owned())
}

/// Says which messages no channel carries.
fn unused_messages<'t>(cx: &Context<'t>, plan: &Plan<'t>) {
    for app in &plan.apps {
        let Some(components) = app.root.get("components") else {
            continue;
        };
        for entry in cx.entries(components, "messages") {
            let Some(target) = cx.follow(&entry.value) else {
                continue;
            };
            let used = plan
                .uses
                .iter()
                .any(|u| super::refs::same(u.node, target.node));
            if !used {
                let message = format!("no channel carries the message `{}`", entry.key);
                let becomes = "no event comes of it; list it under `messages` of a channel";
                cx.changed(entry.key_span, message, becomes);
            }
        }
    }
}
