//! Which failures a value can come to.

use super::graph::{Action, ActionId, Graph};
use super::path::{Path, Step};
use super::{Mismatch, Rule};
use crate::schema::{Kind, Schema, TypeId};
use std::collections::HashSet;

/// Everything in the graph that some value of the writer cannot get past.
pub(super) fn unreadable(graph: &Graph<'_>) -> Vec<Mismatch> {
    let mut walk = Walk {
        graph,
        inhabited: inhabited(&graph.writer),
        seen: HashSet::new(),
        path: Path::default(),
        reasons: Vec::new(),
    };
    walk.visit(graph.root);
    walk.reasons
}

/// Whether there is a finite value of each type, by id.
fn inhabited(schema: &Schema) -> Vec<bool> {
    let mut known = vec![false; schema.types.len()];
    loop {
        let mut changed = false;
        for at in 0..known.len() {
            let has = |id: &TypeId| known[id.0 as usize];
            let value = known[at]
                || match &schema.types[at].kind {
                    Kind::Union(branches) => branches.iter().any(has),
                    Kind::Record(record) => record.fields.iter().all(|field| has(&field.schema)),
                    Kind::Enum(symbols) => !symbols.symbols.is_empty(),
                    _ => true,
                };
            changed |= value != known[at];
            known[at] = value;
        }
        if !changed {
            return known;
        }
    }
}

struct Walk<'a> {
    graph: &'a Graph<'a>,
    inhabited: Vec<bool>,
    seen: HashSet<ActionId>,
    path: Path,
    reasons: Vec<Mismatch>,
}

impl Walk<'_> {
    fn step(&mut self, step: Step<'_>, id: ActionId) {
        self.path.push(step);
        self.visit(id);
        self.path.pop();
    }

    fn visit(&mut self, id: ActionId) {
        let graph = self.graph;
        let node = &graph.nodes[id];
        if !self.inhabited[node.writer.0 as usize] || !self.seen.insert(id) {
            return;
        }
        match &node.action {
            Action::Copy | Action::Promote(_) => {}
            Action::Symbols(symbols) => self.symbols(node.writer, symbols),
            Action::Array(items) => self.step(Step::Items, *items),
            Action::Map(values) => self.step(Step::Values, *values),
            Action::Into(_, action) => self.visit(*action),
            Action::Branches(actions) => {
                let Kind::Union(branches) = graph.writer.kind(node.writer) else {
                    return;
                };
                for (branch, action) in branches.iter().zip(actions) {
                    self.step(Step::Branch(graph.writer.type_name(*branch)), *action);
                }
            }
            Action::Record(fields) => {
                let Kind::Record(record) = graph.writer.kind(node.writer) else {
                    return;
                };
                fields.lacking.iter().for_each(|one| self.report(one));
                for (field, written) in record.fields.iter().zip(&fields.written) {
                    if let Some((_, action)) = written {
                        self.step(Step::Field(&field.name), *action);
                    }
                }
            }
            Action::Fail(mismatch) => self.report(mismatch),
        }
    }

    fn report(&mut self, mismatch: &Mismatch) {
        let path = if mismatch.path.is_empty() {
            self.path.to_string()
        } else {
            self.path.join(Step::Field(&mismatch.path))
        };
        self.reasons.push(mismatch.clone().at(path));
    }

    fn symbols(&mut self, w: TypeId, symbols: &[Option<usize>]) {
        let Kind::Enum(writer) = self.graph.writer.kind(w) else {
            return;
        };
        let lost: Vec<&str> = writer
            .symbols
            .iter()
            .zip(symbols)
            .filter(|(_, found)| found.is_none())
            .map(|(symbol, _)| symbol.as_str())
            .collect();
        if !lost.is_empty() {
            self.reasons.push(Mismatch {
                path: self.path.to_string(),
                rule: Rule::Symbols,
                message: format!(
                    "the reader's enum {} lacks {} and has no default",
                    writer.name,
                    lost.join(", ")
                ),
                writer: writer.name.to_string(),
                reader: writer.name.to_string(),
            });
        }
    }
}
