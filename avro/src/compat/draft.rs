//! A finding whose witness has yet to be made.

use super::trail::{Hop, Trail};
use super::{FieldRef, Finding, Kind, SchemaRule, Severity};
use crate::resolve::ActionId;
use crate::schema::TypeId;
use crate::value::Value;

/// A finding, and what its witness must hold.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) finding: Finding,
    pub(super) hops: Vec<Hop>,
    /// The type at the end of the hops, and what the reader does with it.
    pub(super) end: Option<(TypeId, Option<ActionId>)>,
    pub(super) leaf: Leaf,
}

/// The value at the end of the hops.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    /// Whatever takes the least space.
    Blank,
    /// That one.
    Value(Value),
    /// A branch of the union there, with whatever takes the least space.
    Branch(usize),
}

impl Draft {
    pub(super) fn new(rule: SchemaRule, path: String, message: String) -> Self {
        Self {
            finding: Finding {
                rule,
                path,
                message,
                severity: rule.severity(),
                kind: Kind::Advice,
                writer: None,
                reader: None,
                witness: None,
                no_witness: None,
                field: None,
            },
            hops: Vec::new(),
            end: None,
            leaf: Leaf::Blank,
        }
    }

    pub(super) fn kind(mut self, kind: Kind) -> Self {
        self.finding.kind = kind;
        self
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    pub(super) fn path(mut self, path: String) -> Self {
        self.finding.path = path;
        self
    }

    pub(super) fn sides(mut self, writer: Option<String>, reader: Option<String>) -> Self {
        (self.finding.writer, self.finding.reader) = (writer, reader);
        self
    }

    pub(super) fn field(mut self, field: Option<FieldRef>) -> Self {
        self.finding.field = field;
        self
    }

    pub(super) fn leaf(mut self, leaf: Leaf) -> Self {
        self.leaf = leaf;
        self
    }

    pub(super) fn witnessed_by(
        mut self,
        trail: &Trail,
        end: (TypeId, Option<ActionId>),
        leaf: Leaf,
    ) -> Self {
        self.hops.clone_from(&trail.hops);
        self.end = Some(end);
        self.leaf = leaf;
        self
    }
}
