//! What a reader does with every type of the writer, as a graph, so that recursive
//! types need no special case. What cannot be read is an action too: it fails only
//! if a value comes to it.

use super::Mismatch;
use crate::schema::{Schema, TypeId};
use std::borrow::Cow;
use std::collections::HashMap;

/// An action of a [`Graph`].
pub(crate) type ActionId = usize;

/// What to do with every type of the writer.
pub(crate) struct Graph<'a> {
    /// The writer's schema under the reader's names.
    pub(crate) writer: Cow<'a, Schema>,
    pub(crate) nodes: Vec<Node>,
    /// The action for each pair of records, the writer's first, that was looked at.
    pub(crate) records: HashMap<(TypeId, TypeId), ActionId>,
    pub(crate) root: ActionId,
}

/// What to do with one type of the writer.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) writer: TypeId,
    pub(crate) action: Action,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// The bytes are the same.
    Copy,
    Promote(Promotion),
    /// The reader's symbol for each of the writer's.
    Symbols(Vec<Option<usize>>),
    Array(ActionId),
    Map(ActionId),
    Record(Fields),
    /// An action for each branch of the writer's union.
    Branches(Vec<ActionId>),
    /// The value becomes that branch of the reader's union.
    Into(usize, ActionId),
    /// No value can be read.
    Fail(Box<Mismatch>),
}

/// What to do with a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// For each of the writer's fields: the reader's field and how to read it, or
    /// nothing if the reader has no such field.
    pub(crate) written: Vec<Option<(usize, ActionId)>>,
    /// The reader's fields that the writer lacks, with their encoded defaults.
    pub(crate) defaults: Vec<(usize, Box<[u8]>)>,
    /// The reader's fields that have neither a writer nor a default: if there are
    /// any, no value can be read.
    pub(crate) lacking: Vec<Mismatch>,
}

impl Action {
    /// Why no value can be read, as far as the action itself says.
    pub(crate) fn failure(&self) -> Option<&Mismatch> {
        match self {
            Self::Fail(mismatch) => Some(mismatch),
            Self::Record(fields) => fields.lacking.first(),
            _ => None,
        }
    }
}

/// Conversions that change bytes. (An int is a long already, a string is bytes.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promotion {
    IntToFloat,
    IntToDouble,
    LongToFloat,
    LongToDouble,
    FloatToDouble,
    BytesToString,
}
