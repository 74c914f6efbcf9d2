//! Where small byte strings are copied to.

use bytes::{Bytes, BytesMut};
use rdkafka::message::Header;

use crate::transport::{Headers, headers};

/// Bytes of a board. Whoever keeps one string keeps its board.
const SIZE: usize = 32 * 1024;
/// Longer strings have memory of their own.
const SMALL: usize = SIZE / 8;

/// One block of memory for many strings: what is allocated by one thread and freed by another, one
/// by one, makes the two wait for each other.
#[derive(Default)]
pub(super) struct Board {
    free: BytesMut,
    /// Where headers are put together.
    draft: Vec<u8>,
}

impl Board {
    /// A copy.
    pub(super) fn copy(&mut self, bytes: &[u8]) -> Bytes {
        if bytes.len() > SMALL {
            return Bytes::copy_from_slice(bytes);
        }
        if self.free.capacity() < bytes.len() {
            self.free = BytesMut::with_capacity(SIZE);
        }
        self.free.extend_from_slice(bytes);
        self.free.split().freeze()
    }

    /// Copies of those headers; a value that is null counts as empty.
    pub(super) fn headers<'a>(
        &mut self,
        headers: impl Iterator<Item = Header<'a, &'a [u8]>>,
    ) -> Headers {
        let mut draft = std::mem::take(&mut self.draft);
        draft.clear();
        for Header { key, value } in headers {
            headers::append(key, value.unwrap_or_default(), &mut draft);
        }
        let copied = Headers::appended(self.copy(&draft));
        self.draft = draft;
        copied
    }
}

#[cfg(test)]
mod tests {
    use super::{Board, SIZE, SMALL};

    #[test]
    fn copies_are_equal_and_do_not_touch() {
        let mut board = Board::default();
        let lengths = [0, 1, 500, SMALL, SMALL + 1, SIZE, 3];
        let strings = lengths.iter().cycle().take(200).zip(0_u8..);
        let strings: Vec<Vec<u8>> = strings.map(|(n, byte)| vec![byte; *n]).collect();
        let copies: Vec<_> = strings.iter().map(|it| board.copy(it)).collect();
        assert_eq!(copies, strings);
    }
}
