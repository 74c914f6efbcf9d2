//! What happens after an event, computed from the graph: who reads it, and what each of those may
//! publish or send then. Where a flow says which of a reader's messages follows, that one leads on;
//! the rest is named as possible.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{links::Kind, render::At};
use crate::model::{Flow, Service, StepKind};

/// Steps from an event to the last that is shown, and boxes in all.
const DEEPEST: usize = 3;
const MOST: usize = 60;

/// The readers of a message with what follows, and those that say nothing further; null where nobody
/// reads it.
pub(super) fn after(at: &At<'_, '_>, name: &str) -> Value {
    let mut walker = Walker {
        at,
        met: HashSet::from([name.to_owned()]),
        left: MOST,
    };
    let next = walker.readers(name, 0);
    let is_empty = |key: &str| next[key].as_array().is_none_or(Vec::is_empty);
    if is_empty("readers") && is_empty("silent") {
        return Value::Null;
    }
    next
}

struct Walker<'w, 's, 'a> {
    at: &'w At<'s, 'a>,
    /// Messages that are unfolded somewhere already.
    met: HashSet<String>,
    left: usize,
}

impl<'a> Walker<'_, '_, 'a> {
    fn readers(&mut self, name: &str, depth: usize) -> Value {
        let site = self.at.site;
        let mut services: Vec<&'a Service> =
            site.index.consumers(name).iter().map(|(s, _)| *s).collect();
        if let Some(command) = site.model.commands.get(name) {
            services.extend(site.model.services().get(&command.to));
        }
        let mut readers = Vec::new();
        let mut silent = Vec::new();
        for service in services {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            let reader = self.reader(name, service, depth);
            if reader.is_null() {
                silent.push(self.at.reference(Kind::Service, &service.name));
            } else {
                readers.push(reader);
            }
        }
        json!({ "readers": readers, "silent": silent })
    }

    fn reader(&mut self, name: &str, service: &'a Service, depth: usize) -> Value {
        let (at, site) = (*self.at, self.at.site);
        let mut follows = Vec::new();
        let mut possible = Vec::new();
        for (output, kind) in outputs(service) {
            let flows = flows(site.graph.flows(name), name, service, output);
            if flows.is_empty() {
                possible.push(at.reference(kind, output));
                continue;
            }
            let again = !self.met.insert(output.to_owned());
            let then = if again || depth + 1 >= DEEPEST {
                Value::Null
            } else {
                self.readers(output, depth + 1)
            };
            let flows: Vec<Value> = flows
                .iter()
                .map(|flow| at.reference(Kind::Flow, &flow.name))
                .collect();
            follows.push(json!({
                "ref": at.reference(kind, output), "flows": flows, "again": again, "then": then,
            }));
        }
        // Further in, what is merely possible would bury what follows.
        if depth > 0 {
            possible.clear();
        }
        if follows.is_empty() && possible.is_empty() {
            return Value::Null;
        }
        json!({
            "service": at.reference(Kind::Service, &service.name),
            "follows": follows,
            "possible": possible,
        })
    }
}

fn outputs(service: &Service) -> impl Iterator<Item = (&str, Kind)> {
    let events = service.publishes.iter().map(|e| (e.as_str(), Kind::Event));
    events.chain(service.sends.iter().map(|c| (c.as_str(), Kind::Command)))
}

/// The flows in which a service's next step after a message is to hand on `output`.
fn flows<'a>(flows: &[&'a Flow], name: &str, service: &Service, output: &str) -> Vec<&'a Flow> {
    let says = |what: &StepKind, wanted: &str| match what {
        StepKind::Event(name) | StepKind::Command(name) => name == wanted,
        _ => false,
    };
    let follows = |flow: &&&Flow| {
        let heard = flow
            .steps
            .iter()
            .position(|s| says(&s.what, name) && s.to.contains(&service.name));
        let Some(heard) = heard else { return false };
        let next = flow
            .steps
            .iter()
            .skip(heard + 1)
            .find(|s| s.from == service.name);
        next.is_some_and(|step| says(&step.what, output))
    };
    flows.iter().filter(follows).copied().collect()
}
