//! Messages → events and commands.

use super::{
    bindings,
    context::Context,
    extensions, headers,
    json_schema::Schemas,
    layers::Layers,
    native::{self, Documents, Draft, Mapping},
    payload,
    plan::{Plan, Use},
    replies,
};
use crate::syntax::Node;

/// Writes every event and command, and the types that they use.
pub(super) fn messages<'t>(cx: &Context<'t>, plan: &Plan<'t>, out: &mut Documents) {
    payload::report(cx, plan);
    let mut schemas = Schemas::new(cx, plan);
    headers::reserve(cx, plan, &mut schemas);
    let mut drafts = Vec::new();
    for message in plan
        .uses
        .iter()
        .filter(|u| !u.repeated && !u.name.is_empty())
    {
        if !extensions::is_emitted(message, out) {
            drafts.push(one(cx, plan, message, &mut schemas));
        }
    }
    let types = schemas.finish();
    drafts.into_iter().chain(types).for_each(|d| out.add(d));
}

fn one<'t>(
    cx: &Context<'t>,
    plan: &Plan<'t>,
    message: &Use<'t>,
    schemas: &mut Schemas<'_, 't>,
) -> Draft {
    let layers = Layers::with_traits(cx, message.node);
    let at = message.key_span;
    let receiver = plan.receiver(message);
    let kind = if receiver.is_some() {
        "command"
    } else {
        "event"
    };
    let mut draft = Draft::new(kind, &message.name, at);
    let app = plan.channels.get(message.channel).map(|c| c.app);
    let app = app.and_then(|a| plan.apps.get(a));
    let domain = app.map_or("", |a| a.name.as_str());
    draft.body.put("domain", native::text(at, domain));
    if let Some(to) = receiver {
        draft.body.put("to", native::text(at, to));
        bindings::queue(cx, plan, message, &mut draft.body);
        let operations = plan.operations.iter();
        let uses = |o: &&super::operations::Operation<'t>| {
            o.uses
                .iter()
                .any(|i| plan.uses.get(*i).is_some_and(|u| u.name == message.name))
        };
        let nodes = operations.filter(uses).flat_map(|o| o.layers.0.clone());
        bindings::operation(cx, &Layers(nodes.collect()), &mut draft.body);
    }
    let mut payload = Mapping::new(at);
    payload::payload(cx, message, &layers, schemas, &mut payload);
    let words = headers::headers(cx, message, &layers, schemas, &mut payload);
    let exported = extensions::name(message.node).is_some();
    let description = || layers.text(cx, "description").map(str::to_owned);
    let doc = if exported {
        description()
    } else {
        doc(cx, &layers)
    };
    let mut docs: Vec<String> = doc.into_iter().collect();
    if let Some(own) = payload.take("doc")
        && let Some(own) = own.text()
        && !exported
        && !docs.iter().any(|d| d.contains(own.trim_end_matches('.')))
    {
        docs.push(own.to_owned());
    }
    docs.extend(words);
    docs.extend(replies::words(plan, message));
    draft.body.put_text("doc", at, Some(docs.join("\n\n")));
    draft.body.append(payload);
    if kind == "event" {
        tags(cx, plan, message, &layers, &mut draft);
    }
    bindings::message(cx, &layers);
    extensions::message(message, &mut draft.body);
    draft
}

/// Summary and description, else the title; and where more is written.
pub(super) fn doc<'t>(cx: &Context<'t>, layers: &Layers<'t>) -> Option<String> {
    let text = |key: &str| {
        let text = layers.text(cx, key).map(str::trim);
        text.filter(|t| !t.is_empty())
    };
    let (summary, description) = (text("summary"), text("description"));
    let mut parts: Vec<String> = Vec::new();
    parts.extend(summary.map(str::to_owned));
    parts.extend(
        description
            .filter(|d| Some(*d) != summary)
            .map(str::to_owned),
    );
    if parts.is_empty() {
        // A title that is one word is the name again.
        let title = text("title").filter(|t| t.contains(' '));
        parts.extend(title.map(|t| format!("{}.", t.trim_end_matches('.'))));
    }
    let docs = layers.inside(cx, "externalDocs");
    parts.extend(link(cx, &docs));
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// An external documentation object in words.
pub(super) fn link<'t>(cx: &Context<'t>, docs: &Layers<'t>) -> Option<String> {
    let url = docs.text(cx, "url")?;
    Some(match docs.text(cx, "description") {
        Some(words) => format!("{} See <{url}>.", words.trim()),
        None => format!("See <{url}>."),
    })
}

/// The tags of the message and of its channel.
fn tags<'t>(
    cx: &Context<'t>,
    plan: &Plan<'t>,
    message: &Use<'t>,
    layers: &Layers<'t>,
    draft: &mut Draft,
) {
    let channel = plan.channels.get(message.channel).map(|c| c.node);
    let mut tags: Vec<Node<'static>> = Vec::new();
    let nodes = layers.0.iter().copied().chain(channel);
    for item in nodes.flat_map(|n| cx.items(n, "tags")) {
        let node = cx.follow(item).map(|t| t.node);
        let name = node.and_then(|n| n.get("name"));
        if let Some(name) = name
            && let Some(text) = name.text()
            && !tags.iter().any(|t| t.text() == Some(text))
        {
            tags.push(native::text(name.span, text));
        }
    }
    if !tags.is_empty() {
        let at = message.key_span;
        draft.body.put("tags", native::list(at, tags));
    }
}
