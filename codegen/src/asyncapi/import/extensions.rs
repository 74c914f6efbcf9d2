//! `x-herald-…`: what AsyncAPI has no words for, in the catalog's own language, as an exported
//! document carries it.

use super::{
    context::Context,
    layers::Layers,
    native::{self, Documents, Draft, Mapping},
    plan::{App, Plan, Use},
};
use crate::syntax::Node;

/// Documents of the catalog inside an AsyncAPI document.
const DOCUMENTS: &str = "x-herald-catalog";

/// Whether a document was exported, so that it says itself which services there are.
pub(super) fn is_exported(app: &App<'_>) -> bool {
    app.root.get(DOCUMENTS).is_some()
}

/// Puts the documents that stand in others; the system is put where there is none.
pub(super) fn documents<'t>(cx: &Context<'t>, plan: &Plan<'t>, out: &mut Documents) {
    for app in &plan.apps {
        for node in cx.items(app.root, DOCUMENTS) {
            match Draft::copied(node) {
                Some(draft) if draft.declares().0 == "system" => {}
                Some(draft) => out.add(draft),
                None => {
                    let message = format!("`{DOCUMENTS}` holds documents of the catalog");
                    cx.wrong(node.span, message, "begin each with its kind and name");
                }
            }
        }
    }
}

/// The system that an exported document names.
pub(super) fn system<'t>(cx: &Context<'t>, plan: &Plan<'t>) -> Option<Draft> {
    let items = plan
        .apps
        .iter()
        .flat_map(|app| cx.items(app.root, DOCUMENTS));
    let mut drafts = items.filter_map(Draft::copied);
    drafts.find(|d| d.declares().0 == "system")
}

/// The name of an exported message, exactly as it is.
pub(super) fn name<'t>(message: &'t Node<'t>) -> Option<&'t str> {
    message.get("x-herald-message")?;
    message.get("name")?.text()
}

/// The service that a command goes to.
pub(super) fn receiver<'t>(message: &'t Node<'t>) -> Option<&'t str> {
    message.get("x-herald-message")?.get("to")?.text()
}

/// Whether a stream's document declares the event.
pub(super) fn is_emitted(message: &Use<'_>, out: &mut Documents) -> bool {
    let stream = message
        .node
        .get("x-herald-message")
        .and_then(|m| m.get("stream"));
    let name = stream.and_then(Node::text);
    name.is_some_and(|name| out.get_mut("stream", name).is_some())
}

/// Puts what an exported message says of itself in place of what AsyncAPI says.
pub(super) fn message(message: &Use<'_>, body: &mut Mapping) {
    let Some(own) = message.node.get("x-herald-message") else {
        return;
    };
    for entry in own.entries().iter().filter(|e| e.key != "stream") {
        if entry.key == "fields" {
            body.take("schema");
            body.take("record");
        }
        body.set_at(&entry.key, entry.key_span, native::copied(&entry.value));
    }
}

/// Puts what an exported channel says of its topic.
pub(super) fn topic<'t>(cx: &Context<'t>, channel: &Layers<'t>, body: &mut Mapping) {
    for entry in channel.inside(cx, "x-herald-topic").entries() {
        body.set_at(&entry.key, entry.key_span, native::copied(&entry.value));
    }
}
