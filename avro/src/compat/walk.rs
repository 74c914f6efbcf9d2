//! The walk over all places, in the order of the reader's fields.

use super::FieldRef;
use super::draft::Draft;
use super::place::Place;
use super::rules::{RULES, SchemaRule};
use super::trail::{Hop, Into, Trail, branch_part};
use crate::resolve::{Action, ActionId, Exploration, Fields, Graph, Rule};
use crate::schema::{Kind, Record, Schema, TypeId};
use std::collections::HashSet;

/// A type that several fields share is looked at in each, as long as that does not
/// make the walk longer than this; then once only.
const REPEATED_VISITS: u32 = 4096;

/// Everything that the rules find.
pub(super) fn walk<'a>(
    writer: &'a Schema,
    reader: &'a Schema,
    exploration: &Exploration<'a>,
) -> Vec<Draft> {
    let Some(graph) = &exploration.graph else {
        let fatal = exploration.fatal.as_ref();
        let message = fatal.map_or_else(String::new, |mismatch| mismatch.message.clone());
        return vec![
            Draft::new(SchemaRule::NestingTooDeep, String::new(), message)
                .kind(super::Kind::Unreadable),
        ];
    };
    let mut walk = Walk {
        original: writer,
        reader,
        graph,
        is_fatal: exploration.fatal.is_some(),
        trail: Trail::default(),
        open: HashSet::new(),
        seen: HashSet::new(),
        visits: 0,
        found: Vec::new(),
    };
    walk.visit(At {
        w: writer.root(),
        r: reader.root(),
        action: Some(graph.root),
        branch_of: None,
        taken_by: None,
        is_refused: false,
    });
    walk.found
}

struct Walk<'p, 'a> {
    original: &'a Schema,
    reader: &'a Schema,
    graph: &'p Graph<'a>,
    is_fatal: bool,
    trail: Trail,
    /// Pairs of records around the present place, where recursion ends.
    open: HashSet<(TypeId, TypeId, bool)>,
    seen: HashSet<(TypeId, TypeId, bool)>,
    visits: u32,
    found: Vec<Draft>,
}

#[derive(Clone, Copy)]
struct At {
    w: TypeId,
    r: TypeId,
    action: Option<ActionId>,
    branch_of: Option<TypeId>,
    taken_by: Option<TypeId>,
    is_refused: bool,
}

impl Walk<'_, '_> {
    fn visit(&mut self, at: At) {
        self.visits += 1;
        // Only records recur; all else is bounded by them.
        let records = (at.w, at.r, at.is_refused);
        let is_record = matches!(self.reader.kind(at.r), Kind::Record(_))
            && matches!(self.graph.writer.kind(at.w), Kind::Record(_));
        if is_record {
            let again = !self.seen.insert(records);
            if again && self.visits > REPEATED_VISITS || !self.open.insert(records) {
                return;
            }
        }
        let place = Place {
            original: self.original,
            writer: &self.graph.writer,
            reader: self.reader,
            graph: self.graph,
            w: at.w,
            r: at.r,
            action: at.action,
            branch_of: at.branch_of,
            taken_by: at.taken_by,
            is_refused: at.is_refused,
            is_fatal: self.is_fatal,
            trail: &self.trail,
        };
        for rule in RULES {
            (rule.check)(&place, &mut self.found);
        }
        let candidate = place.candidate(at.w, at.branch_of);
        self.descend(at, candidate);
        if is_record {
            self.open.remove(&records);
        }
    }

    fn descend(&mut self, at: At, candidate: Option<TypeId>) {
        let graph = self.graph;
        match at.action.map(|id| &graph.nodes[id].action) {
            None | Some(Action::Copy) => self.copied(at),
            Some(Action::Promote(_) | Action::Symbols(_)) => {}
            Some(Action::Array(items)) => self.part(at, Into::Item, "[]", Some(*items)),
            Some(Action::Map(values)) => self.part(at, Into::Value, "{}", Some(*values)),
            Some(Action::Record(fields)) => self.fields(at, Some(fields)),
            Some(Action::Branches(actions)) => self.branches(at, actions),
            Some(Action::Into(chosen, inner)) => {
                if let Kind::Union(branches) = self.reader.kind(at.r) {
                    let (r, action, taken_by) = (branches[*chosen], Some(*inner), Some(at.r));
                    self.visit(At {
                        r,
                        action,
                        taken_by,
                        ..at
                    });
                }
            }
            Some(Action::Fail(mismatch)) => {
                if let Some(r) = candidate.filter(|_| mismatch.rule == Rule::Branch) {
                    let action = graph.records.get(&(at.w, r)).copied();
                    let is_refused = true;
                    self.visit(At {
                        r,
                        action,
                        is_refused,
                        ..at
                    });
                }
            }
        }
    }

    /// Descends into types whose structure is the same.
    fn copied(&mut self, at: At) {
        let (graph, reader) = (self.graph, self.reader);
        match (graph.writer.kind(at.w), reader.kind(at.r)) {
            (Kind::Array(_), Kind::Array(_)) => self.part(at, Into::Item, "[]", None),
            (Kind::Map(_), Kind::Map(_)) => self.part(at, Into::Value, "{}", None),
            (Kind::Union(ours), Kind::Union(theirs)) if ours.len() == theirs.len() => {
                for (position, (w, r)) in ours.iter().zip(theirs).enumerate() {
                    self.branch(
                        at,
                        (ours, position),
                        At {
                            w: *w,
                            r: *r,
                            action: None,
                            branch_of: Some(at.w),
                            taken_by: None,
                            is_refused: at.is_refused,
                        },
                    );
                }
            }
            (Kind::Record(_), Kind::Record(_)) => self.fields(at, None),
            _ => {}
        }
    }

    fn part(&mut self, at: At, into: Into, name: &str, action: Option<ActionId>) {
        let inside = |kind: &Kind| match kind {
            Kind::Array(part) | Kind::Map(part) => Some(*part),
            _ => None,
        };
        let parts = (
            inside(self.graph.writer.kind(at.w)),
            inside(self.reader.kind(at.r)),
        );
        if let (Some(w), Some(r)) = parts {
            self.trail.push(hop(at, into), name.to_owned());
            self.visit(At {
                w,
                r,
                action,
                branch_of: None,
                taken_by: None,
                is_refused: at.is_refused,
            });
            self.trail.pop();
        }
    }

    fn branches(&mut self, at: At, actions: &[ActionId]) {
        let graph = self.graph;
        if let Kind::Union(branches) = graph.writer.kind(at.w) {
            for (position, action) in actions.iter().enumerate() {
                self.branch(
                    at,
                    (branches, position),
                    At {
                        w: branches[position],
                        action: Some(*action),
                        branch_of: Some(at.w),
                        taken_by: None,
                        ..at
                    },
                );
            }
        }
    }

    fn branch(&mut self, at: At, (branches, position): (&[TypeId], usize), inner: At) {
        let part = branch_part(self.original, branches, branches[position]);
        self.trail.push(hop(at, Into::Branch(position)), part);
        self.visit(inner);
        self.trail.pop();
    }

    fn fields(&mut self, at: At, known: Option<&Fields>) {
        let (graph, original, reader) = (self.graph, self.original, self.reader);
        let (Kind::Record(written), Kind::Record(old), Kind::Record(read)) = (
            graph.writer.kind(at.w),
            original.kind(at.w),
            reader.kind(at.r),
        ) else {
            return;
        };
        for field in &read.fields {
            let Some(position) = written.position(&field.name) else {
                continue;
            };
            let action = known.and_then(|fields| fields.written.get(position).copied().flatten());
            let reference = both(old, position, read, &field.name);
            self.trail
                .push_field(hop(at, Into::Field(position)), reference);
            self.visit(At {
                w: written.fields[position].schema,
                r: field.schema,
                action: action.map(|(_, action)| action),
                branch_of: None,
                taken_by: None,
                is_refused: at.is_refused,
            });
            self.trail.pop();
        }
    }
}

fn hop(at: At, into: Into) -> Hop {
    Hop {
        from: at.w,
        action: at.action,
        into,
    }
}

fn both(writer: &Record, position: usize, reader: &Record, name: &str) -> FieldRef {
    FieldRef {
        record: reader.name.full().to_owned(),
        writer_field: Some(writer.fields[position].name.clone()),
        reader_field: Some(name.to_owned()),
    }
}
