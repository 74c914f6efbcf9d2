//! What a stream reads: its sources, and what stands beside them.

use super::{
    super::{numbers::nullable, scope::Scope, short, sides::Sides},
    Declared,
};
use crate::{
    diagnostic::Diagnostic,
    model::{Input, Meet, Other, Type, Variable},
    syntax::Node,
};

impl<'s> Declared<'s, '_> {
    pub(super) fn input(&self, out: &mut Vec<Diagnostic>) -> Option<(Input, Scope<'s>)> {
        let from = self.node("from");
        let listed = from.map_or(&[][..], |n| n.items());
        let nodes: Vec<&Node<'_>> = listed.iter().chain(from).collect();
        let mut events: Vec<String> = Vec::new();
        for name in nodes.iter().filter_map(|n| n.text()) {
            // What is not declared was reported where references are.
            self.schemas.messages.events.get(name)?;
            if !events.iter().any(|e| e == name) {
                events.push(name.to_owned());
            }
        }
        let known = |name: &str| self.index.emitted.contains_key(name);
        if let Some(node) = self.node("table").filter(|_| from.is_none()) {
            let side = short::table(node, out)?;
            let mut sides = Sides {
                schemas: self.schemas,
                sources: &[],
                out,
            };
            let event = sides.event(side.event, &known)?;
            sides.keyed(event, side.key)?;
            let events = vec![event.message.name.clone()];
            let scope = Scope::new(self.schemas, &events);
            return Some((input(events, true, None), scope));
        }
        if events.is_empty() {
            return None;
        }
        let side = match (self.node("join"), self.node("table")) {
            (Some(node), _) => Some(short::join(node, out)?),
            (None, Some(node)) => Some(short::table(node, out)?),
            (None, None) => None,
        };
        let mut scope = Scope::new(self.schemas, &events);
        let Some(side) = side else {
            return Some((input(events, false, None), scope));
        };
        let meet = match side.within_ms {
            Some(within_ms) => Meet::Within {
                within_ms,
                grace_ms: side.grace_ms.unwrap_or_default(),
            },
            None => Meet::Latest,
        };
        let mut sides = Sides {
            schemas: self.schemas,
            sources: &events,
            out,
        };
        let other = sides.other(&side, meet, &known)?;
        let record = Type::Named(other.event.clone());
        let ty = if other.left { nullable(record) } else { record };
        scope.add(&other.name, Variable::Other, ty);
        Some((input(events, false, Some(other)), scope))
    }
}

fn input(events: Vec<String>, table: bool, other: Option<Other>) -> Input {
    Input {
        events,
        table,
        shared: Vec::new(),
        time: None,
        other,
    }
}
