//! Which offset may be committed: that of the lowest record not finished.

use std::collections::VecDeque;

/// The records of one partition between the committed offset and the last one
/// that was read.
#[derive(Debug, Default)]
pub(crate) struct Watermark {
    records: VecDeque<(u64, bool)>,
    /// The next offset to read, once everything before it is finished.
    finished: Option<u64>,
    committed: Option<u64>,
}

impl Watermark {
    /// A record was read. Offsets rise; they may leave gaps.
    pub(crate) fn begin(&mut self, offset: u64) {
        self.records.push_back((offset, false));
    }

    /// A record is finished.
    pub(crate) fn finish(&mut self, offset: u64) {
        let place = self.records.binary_search_by_key(&offset, |(at, _)| *at);
        if let Some((_, done)) = place.ok().and_then(|at| self.records.get_mut(at)) {
            *done = true;
        }
        while let Some((offset, _)) = self.records.pop_front_if(|(_, done)| *done) {
            self.finished = Some(offset + 1);
        }
    }

    /// Records read and not passed by the watermark.
    pub(crate) fn in_hand(&self) -> usize {
        self.records.len()
    }

    /// The offset to commit, if it moved since the last commit.
    pub(crate) fn to_commit(&self) -> Option<u64> {
        self.finished.filter(|_| self.finished != self.committed)
    }

    /// That offset was committed.
    pub(crate) fn committed(&mut self, offset: u64) {
        self.committed = Some(offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_unfinished_record_holds_the_watermark() {
        let mut watermark = Watermark::default();
        for offset in [4, 5, 9, 10] {
            watermark.begin(offset);
        }
        watermark.finish(5);
        watermark.finish(9);
        assert_eq!((watermark.to_commit(), watermark.in_hand()), (None, 4));
        watermark.finish(4);
        assert_eq!((watermark.to_commit(), watermark.in_hand()), (Some(10), 1));
        watermark.committed(10);
        assert_eq!(watermark.to_commit(), None);
        watermark.finish(10);
        assert_eq!(watermark.to_commit(), Some(11));
    }

    #[test]
    fn a_record_that_is_not_there_changes_nothing() {
        let mut watermark = Watermark::default();
        watermark.begin(3);
        watermark.finish(2);
        watermark.finish(7);
        assert_eq!((watermark.to_commit(), watermark.in_hand()), (None, 1));
    }
}
