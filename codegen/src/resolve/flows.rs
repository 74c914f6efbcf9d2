//! Flows: who acts and who is reached follows from the rest of the catalog where a step does not
//! say it.

use std::collections::BTreeMap;

use super::{
    Messages,
    index::Index,
    records::{text, texts},
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    model::{Flow, Service, Step, StepKind},
    source::Span,
    syntax::{Document, Node},
};

/// Who asks a service from outside, where a flow does not say it.
const OUTSIDE: &str = "client";

/// A flow.
pub(super) fn flow(
    index: &Index<'_>,
    messages: &Messages,
    services: &BTreeMap<String, Service>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Flow {
    let steps = document.root.get("steps").map_or(&[][..], |n| n.items());
    let known = Known { messages, services };
    Flow {
        name: document.name.clone(),
        doc: text(&document.root, "doc"),
        steps: steps
            .iter()
            .filter_map(|node| step(known, node, out))
            .collect(),
        source: index.sources.source(document.name_span),
    }
}

#[derive(Clone, Copy)]
struct Known<'a> {
    messages: &'a Messages,
    services: &'a BTreeMap<String, Service>,
}

fn step(known: Known<'_>, node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Option<Step> {
    let what = match node.text() {
        Some(name) => known.by_name(name, node.span, out)?,
        None => stated(known, node, out)?,
    };
    let mut to = texts(node, "to");
    to.extend(node.get("to").and_then(|n| n.text().map(str::to_owned)));
    let (from_rest, to_rest) = known.ends(&what);
    Some(Step {
        from: text(node, "from").unwrap_or(from_rest),
        to: if to.is_empty() { to_rest } else { to },
        note: text(node, "note"),
        what,
    })
}

/// A step written as a mapping: exactly one key says what it carries.
fn stated(known: Known<'_>, node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Option<StepKind> {
    const KEYS: [&str; 5] = ["event", "command", "request", "timer", "step"];
    let given: Vec<_> = node
        .entries()
        .iter()
        .filter(|e| KEYS.contains(&&*e.key))
        .collect();
    let [entry] = given.as_slice() else {
        let message = format!("a step needs exactly one of `{}`", KEYS.join("`, `"));
        let at = given.get(1).map_or(node.span, |e| e.key_span);
        let label = if given.is_empty() {
            "has none of them"
        } else {
            "has this too"
        };
        let help = "write one step for each thing that happens";
        out.push(Diagnostic::new(codes::ONE_OF, message, at, label).help(help));
        return None;
    };
    let name = entry.value.text()?.to_owned();
    let what = match &*entry.key {
        "event" => StepKind::Event(name),
        "command" => StepKind::Command(name),
        "step" => StepKind::Words(name),
        "request" => StepKind::Request(name),
        _ => StepKind::Timer(name),
    };
    let found = match &what {
        StepKind::Request(name) => known
            .services
            .values()
            .any(|s| s.requests.iter().any(|r| r.name == *name)),
        StepKind::Timer(name) => known
            .services
            .values()
            .any(|s| s.timers.iter().any(|t| t.name == *name)),
        _ => true,
    };
    if !found {
        let message = format!(
            "no service has a {} `{}`",
            entry.key,
            entry.value.text().unwrap_or_default()
        );
        out.push(Diagnostic::new(
            codes::DANGLING,
            message,
            entry.value.span,
            "not declared",
        ));
        return None;
    }
    Some(what)
}

impl Known<'_> {
    fn by_name(self, name: &str, at: Span, out: &mut Vec<Diagnostic>) -> Option<StepKind> {
        let owned = name.to_owned();
        if self.messages.events.contains_key(name) {
            return Some(StepKind::Event(owned));
        }
        // A request is often named after the command it leads to; the flow then shows the command.
        if self.messages.commands.contains_key(name) {
            return Some(StepKind::Command(owned));
        }
        if self
            .services
            .values()
            .any(|s| s.requests.iter().any(|r| r.name == name))
        {
            return Some(StepKind::Request(owned));
        }
        if self
            .services
            .values()
            .any(|s| s.timers.iter().any(|t| t.name == name))
        {
            return Some(StepKind::Timer(owned));
        }
        let message = format!("`{name}` is not an event, command, request or timer");
        let messages = self
            .messages
            .events
            .keys()
            .chain(self.messages.commands.keys());
        let requests = self
            .services
            .values()
            .flat_map(|s| s.requests.iter().map(|r| &r.name));
        let timers = self
            .services
            .values()
            .flat_map(|s| s.timers.iter().map(|t| &t.name));
        let help = did_you_mean(
            name,
            messages.chain(requests).chain(timers).map(String::as_str),
        );
        let help =
            help.unwrap_or_else(|| "write `step: …` for something outside the catalog".into());
        out.push(Diagnostic::new(codes::DANGLING, message, at, "not declared").help(help));
        None
    }

    /// Who acts and who is reached.
    fn ends(self, what: &StepKind) -> (String, Vec<String>) {
        let names = |has: &dyn Fn(&Service) -> bool| -> Vec<String> {
            self.services
                .values()
                .filter(|s| has(s))
                .map(|s| s.name.clone())
                .collect()
        };
        let first = |names: Vec<String>| {
            names
                .into_iter()
                .next()
                .unwrap_or_else(|| OUTSIDE.to_owned())
        };
        match what {
            StepKind::Event(name) => {
                let from = names(&|s| s.publishes.contains(name));
                (
                    first(from),
                    names(&|s| s.consumes.iter().any(|c| c.event == *name)),
                )
            }
            StepKind::Command(name) => {
                let to = self.messages.commands.get(name).map(|c| c.to.clone());
                (
                    first(names(&|s| s.sends.contains(name))),
                    to.into_iter().collect(),
                )
            }
            StepKind::Request(name) => (
                OUTSIDE.to_owned(),
                names(&|s| s.requests.iter().any(|r| r.name == *name)),
            ),
            StepKind::Timer(name) => {
                let own = names(&|s| s.timers.iter().any(|t| t.name == *name));
                (first(own.clone()), own)
            }
            StepKind::Words(_) => (OUTSIDE.to_owned(), Vec::new()),
        }
    }
}
