//! What a reader does with every type of the writer, as a graph, so that recursive
//! types need no special case. What cannot be read is an action too: it fails only
//! if a value comes to it.

use super::Mismatch;
use crate::schema::{Schema, TypeId};
use std::borrow::Cow;

/// An action of a [`Graph`].
pub(super) type ActionId = usize;

/// What to do with every type of the writer.
pub(super) struct Graph<'a> {
    /// The writer's schema under the reader's names.
    pub(super) writer: Cow<'a, Schema>,
    pub(super) nodes: Vec<Node>,
    pub(super) root: ActionId,
}

/// What to do with one type of the writer.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) writer: TypeId,
    pub(super) action: Action,
}

#[derive(Clone, Debug)]
pub(super) enum Action {
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
pub(super) struct Fields {
    /// For each of the writer's fields: the reader's field and how to read it, or
    /// nothing if the reader has no such field.
    pub(super) written: Vec<Option<(usize, ActionId)>>,
    /// The reader's fields that the writer lacks, with their encoded defaults.
    pub(super) defaults: Vec<(usize, Box<[u8]>)>,
}

/// Conversions that change bytes. (An int is a long already, a string is bytes.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promotion {
    IntToFloat,
    IntToDouble,
    LongToFloat,
    LongToDouble,
    FloatToDouble,
    BytesToString,
}
