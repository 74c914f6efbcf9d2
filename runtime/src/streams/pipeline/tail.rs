//! What stands behind the selection of a stream.

use crate::avro::codec::Codec;
use crate::streams::state::Part;
use crate::streams::{Change, Logic, Origin, Outbox};
use crate::transport::partitioner;

/// Where an item comes from.
pub(in crate::streams) struct At<'a> {
    /// The partition of the record.
    pub(in crate::streams) source_partition: u32,
    /// Event time.
    pub(in crate::streams) time: i64,
    /// The messages it comes from.
    pub(in crate::streams) origin: &'a Origin,
    /// Which of the items of its record it is.
    pub(in crate::streams) index: usize,
    /// How many partitions groups are spread over.
    pub(in crate::streams) partitions: u32,
}

impl At<'_> {
    /// The partition of a group: that of its key, as the default partitioner has it.
    pub(in crate::streams) fn partition_of(&self, key: &impl Codec) -> u32 {
        if self.partitions <= 1 {
            return 0;
        }
        partitioner::partition_of(&key.to_bytes(), self.partitions)
    }
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::streams) enum Taken {
    /// It counts.
    In,
    /// All its windows are closed.
    Late,
    /// A number has no room.
    Overflow,
}

/// What stands behind the selection: a group of some kind, or nothing.
pub(in crate::streams) trait Tail<L: Logic>: Send {
    /// Takes an item in.
    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken;

    /// Whether ids are made of the messages that items come from.
    fn names_origins(&self) -> bool {
        false
    }

    /// Takes a row of a table in; `None` removes it.
    fn row(
        &mut self,
        _at: &At<'_>,
        _key: &[u8],
        _event: Option<L::Event>,
        _out: &mut Outbox<L>,
    ) -> Taken {
        Taken::In
    }

    /// Closes all windows of a partition.
    fn idle(&mut self, _partition: u32, _out: &mut Outbox<L>) {}

    /// The partitions that took something in since this was last asked.
    fn stirred(&mut self) -> Vec<u32> {
        Vec::new()
    }

    /// Writes what changed since the last time.
    fn save(&mut self, _changes: &mut Vec<Change>) {}

    /// Takes an entry back that was saved.
    fn load(&mut self, _part: Part, _partition: u32, _key: &[u8], _value: &[u8]) {}
}

/// Emits every item.
pub(in crate::streams) struct Mapped;

impl<L: Logic<Item = <L as Logic>::Output>> Tail<L> for Mapped {
    fn names_origins(&self) -> bool {
        true
    }

    fn take(&mut self, at: &At<'_>, item: L::Item, out: &mut Outbox<L>) -> Taken {
        out.mapped(item, at.time, at.origin, at.index);
        Taken::In
    }
}
