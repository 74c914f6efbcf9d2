//! From the graph of actions to a plan that runs fast: what is unchanged becomes
//! copies of whole stretches of bytes.

use super::Mismatch;
use super::graph::{Action, ActionId, Fields, Graph};
use super::plan::{Op, OpId, Part, Plan, Step};
use super::shape::Shapes;
use crate::codec::DecodeError;
use crate::schema::{Kind, Record, TypeId, min_sizes};

pub(super) fn lower(graph: &Graph<'_>) -> Plan {
    let sizes = min_sizes(&graph.writer);
    let mut lowering = Lowering {
        graph,
        identity: identity(graph),
        sizes,
        reasons: Vec::new(),
    };
    let ops = (0..graph.nodes.len()).map(|id| lowering.op(id)).collect();
    Plan {
        ops,
        shapes: Shapes::of(&graph.writer),
        root: graph.root,
        is_identity: lowering.identity[graph.root],
        reasons: lowering.reasons,
    }
}

/// Which actions leave all bytes as they are: all, until shown otherwise.
fn identity(graph: &Graph<'_>) -> Vec<bool> {
    let mut identity = vec![true; graph.nodes.len()];
    loop {
        let mut changed = false;
        for (at, node) in graph.nodes.iter().enumerate() {
            let same = |id: &ActionId| identity[*id];
            let unchanged = identity[at]
                && match &node.action {
                    Action::Copy => true,
                    Action::Promote(_) | Action::Into(..) | Action::Fail(_) => false,
                    Action::Symbols(symbols) => (0..).map(Some).zip(symbols).all(|(a, b)| a == *b),
                    Action::Array(part) | Action::Map(part) => same(part),
                    Action::Branches(parts) => parts.iter().enumerate().all(|(at, part)| {
                        matches!(&graph.nodes[*part].action, Action::Into(to, inner)
                            if *to == at && same(inner))
                    }),
                    Action::Record(fields) => {
                        fields.defaults.is_empty()
                            && fields.lacking.is_empty()
                            && fields.written.iter().enumerate().all(|(at, written)| {
                                written.is_some_and(|(to, id)| to == at && same(&id))
                            })
                    }
                };
            changed |= unchanged != identity[at];
            identity[at] = unchanged;
        }
        if !changed {
            return identity;
        }
    }
}

struct Lowering<'a> {
    graph: &'a Graph<'a>,
    identity: Vec<bool>,
    sizes: Vec<usize>,
    reasons: Vec<Mismatch>,
}

impl Lowering<'_> {
    fn op(&mut self, id: ActionId) -> Op {
        let graph = self.graph;
        let node = &graph.nodes[id];
        if self.identity[id] {
            return Op::Copy(node.writer);
        }
        match &node.action {
            Action::Copy => Op::Copy(node.writer),
            Action::Promote(promotion) => Op::Promote(*promotion),
            Action::Symbols(symbols) => {
                let lost = |index| DecodeError::UnknownSymbol { index };
                Op::Symbols(
                    (0..)
                        .zip(symbols)
                        .map(|(at, to)| to.ok_or(lost(at)))
                        .collect(),
                )
            }
            Action::Array(item) => Op::Items {
                item: *item,
                min_size: self.size(*item),
                keyed: false,
            },
            Action::Map(item) => Op::Items {
                item: *item,
                min_size: 1 + self.size(*item),
                keyed: true,
            },
            Action::Branches(actions) => Op::Branches(actions.clone().into()),
            Action::Into(branch, action) => Op::Into {
                branch: *branch,
                action: *action,
            },
            Action::Record(fields) => {
                let Kind::Record(record) = graph.writer.kind(node.writer) else {
                    return Op::Copy(node.writer);
                };
                match fields.lacking.first() {
                    Some(mismatch) => self.fail(mismatch),
                    None => self.record(record, fields),
                }
            }
            Action::Fail(mismatch) => self.fail(mismatch),
        }
    }

    fn fail(&mut self, mismatch: &Mismatch) -> Op {
        let reason = self.reasons.len() as u32;
        self.reasons.push(mismatch.clone());
        Op::Fail(DecodeError::Unreadable { reason })
    }

    fn size(&self, id: ActionId) -> usize {
        self.sizes[self.graph.nodes[id].writer.0 as usize]
    }

    fn record(&self, record: &Record, fields: &Fields) -> Op {
        let in_order = fields
            .written
            .iter()
            .flatten()
            .map(|(to, _)| to)
            .is_sorted();
        if in_order {
            self.streamed(record, fields)
        } else {
            reordered(record, fields)
        }
    }

    /// The reader's fields come in the order of the writer's: one pass.
    fn streamed(&self, record: &Record, fields: &Fields) -> Op {
        let mut steps = Steps::default();
        let mut defaults = fields.defaults.iter().peekable();
        let mut next = 0;
        for (field, written) in record.fields.iter().zip(&fields.written) {
            let Some((to, action)) = written else {
                steps.drop(field.schema);
                continue;
            };
            while let Some((_, bytes)) = defaults.next_if(|(at, _)| at < to) {
                steps.emit(bytes);
            }
            next = next.max(*to);
            if self.identity[*action] {
                steps.copy(field.schema);
            } else {
                steps.run(*action);
            }
        }
        for (_, bytes) in defaults {
            steps.emit(bytes);
        }
        Op::Record(steps.finish())
    }
}

/// The reader's order differs: the writer's fields are found first, then taken.
fn reordered(record: &Record, fields: &Fields) -> Op {
    let mut parts: Vec<(usize, Part)> = Vec::new();
    for (at, written) in fields.written.iter().enumerate() {
        if let Some((to, action)) = written {
            parts.push((
                *to,
                Part::Field {
                    at,
                    action: *action,
                },
            ));
        }
    }
    let defaults = fields.defaults.iter();
    parts.extend(defaults.map(|(to, bytes)| (*to, Part::Default(bytes.clone()))));
    parts.sort_by_key(|(to, _)| *to);
    Op::Reordered {
        fields: record.fields.iter().map(|field| field.schema).collect(),
        parts: parts.into_iter().map(|(_, part)| part).collect(),
    }
}
/// Collects the steps of a record, joining equal neighbours.
#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
}

impl Steps {
    fn copy(&mut self, id: TypeId) {
        match self.steps.last_mut() {
            Some(Step::Copy(ids)) => ids.push(id),
            _ => self.steps.push(Step::Copy(vec![id])),
        }
    }

    fn drop(&mut self, id: TypeId) {
        match self.steps.last_mut() {
            Some(Step::Drop(ids)) => ids.push(id),
            _ => self.steps.push(Step::Drop(vec![id])),
        }
    }

    fn emit(&mut self, bytes: &[u8]) {
        match self.steps.last_mut() {
            Some(Step::Emit(all)) => all.extend_from_slice(bytes),
            _ => self.steps.push(Step::Emit(bytes.to_vec())),
        }
    }

    fn run(&mut self, action: OpId) {
        self.steps.push(Step::Run(action));
    }

    fn finish(self) -> Box<[Step]> {
        self.steps.into()
    }
}
