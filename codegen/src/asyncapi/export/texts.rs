//! Parts of a document as YAML: one entry after the other, so that no document exists as a tree, and
//! what several documents say once for all of them.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::{super::catalog, Scope, by_channel, channels, headers, messages, operations};

/// Below this many items a list may fit on one line.
const FEW: usize = 8;

/// What several documents say in the same words.
pub(super) struct Shared<'m> {
    /// Entries of `components/messages` by name.
    messages: BTreeMap<&'m str, Arc<str>>,
    /// Entries of `channels` by name, with all of their messages.
    channels: BTreeMap<&'m str, (Vec<&'m str>, Arc<str>)>,
    /// Entries of `operations` by service and by stream.
    services: BTreeMap<&'m str, Arc<str>>,
    streams: BTreeMap<&'m str, Arc<str>>,
}

impl<'m> Shared<'m> {
    /// Of the whole system.
    pub(super) fn new(system: &Scope<'m>) -> Self {
        let model = system.model;
        let names: Vec<&str> = model.messages().map(|m| m.name.as_str()).collect();
        let messages = names.into_par_iter().filter_map(|name| {
            let message = messages::message(model, name)?;
            Some((name, entry_at(4, name, &message)))
        });
        let channels: Vec<_> = by_channel(system).into_iter().collect();
        let channels = channels.into_par_iter().filter_map(|(name, messages)| {
            let channel = channels::channel(system, name, &messages)?;
            Some((name, (messages, entry_at(2, name, &channel))))
        });
        let services: Vec<_> = model.services().values().collect();
        let services = services.into_par_iter().map(|service| {
            let text = entries(|each| operations::of_service(model, service, each));
            (service.name.as_str(), text)
        });
        let streams = model.streams.values().map(|stream| {
            let text = entries(|each| operations::of_stream(model, stream, each));
            (stream.name.as_str(), text)
        });
        Self {
            messages: messages.collect(),
            channels: channels.collect(),
            services: services.collect(),
            streams: streams.collect(),
        }
    }

    /// The channels of a scope.
    pub(super) fn channels(&self, scope: &Scope<'_>) -> Vec<Arc<str>> {
        let mut parts = Vec::new();
        for (name, messages) in by_channel(scope) {
            match self.channels.get(name) {
                Some((all, text)) if *all == messages => parts.push(text.clone()),
                _ => {
                    let channel = channels::channel(scope, name, &messages);
                    parts.extend(channel.map(|channel| entry_at(2, name, &channel)));
                }
            }
        }
        under("channels", parts)
    }

    /// The operations of a scope.
    pub(super) fn operations(&self, scope: &Scope<'_>) -> Vec<Arc<str>> {
        let applications = self.services.iter().chain(&self.streams);
        let mine = applications.filter(|(name, text)| scope.speaks_of(name) && !text.is_empty());
        under("operations", mine.map(|(_, text)| text.clone()).collect())
    }

    /// The components of a scope.
    pub(super) fn components(&self, scope: &Scope<'_>) -> Vec<Arc<str>> {
        let traits = json!({ headers::TRAIT: headers::message_trait() });
        let messages = scope.messages.iter();
        let mut parts: Vec<_> = messages
            .filter_map(|name| self.messages.get(name).cloned())
            .collect();
        if parts.is_empty() {
            let components = json!({ "messages": {}, "messageTraits": traits });
            return vec![entry_at(0, "components", &components)];
        }
        parts.insert(0, "components:\n  messages:\n".into());
        parts.push(entry_at(2, "messageTraits", &traits));
        parts
    }
}

/// A mapping of the document, none of whose entries is short enough for a line with others.
fn under(key: &str, mut entries: Vec<Arc<str>>) -> Vec<Arc<str>> {
    if entries.is_empty() {
        return vec![entry_at(0, key, &json!({}))];
    }
    entries.insert(0, format!("{key}:\n").into());
    entries
}

fn entry_at(indent: usize, key: &str, value: &Value) -> Arc<str> {
    let mut text = String::new();
    catalog::yaml_entry(key, value, indent, &mut text);
    text.into()
}

fn entries(of: impl FnOnce(&mut dyn FnMut(String, Value))) -> Arc<str> {
    let mut text = String::new();
    of(&mut |key, value| catalog::yaml_entry(&key, &value, 2, &mut text));
    text.into()
}

/// An entry of the document.
pub(super) fn entry(key: &str, value: &Value, out: &mut String) {
    catalog::yaml_entry(key, value, 0, out);
}

/// A list of the document, whose items are written as they come.
pub(super) fn list(key: &str, out: &mut String, items: impl FnOnce(&mut dyn FnMut(Value))) {
    let mut few = Vec::new();
    let mut many = false;
    items(&mut |item| {
        few.push(item);
        if many || few.len() == FEW {
            if !std::mem::replace(&mut many, true) {
                out.push_str(key);
                out.push_str(":\n");
            }
            for item in few.drain(..) {
                catalog::yaml_item(&item, 2, out);
            }
        }
    });
    if !many {
        entry(key, &few.into(), out);
    }
}
