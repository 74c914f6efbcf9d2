//! Where small byte strings are copied to.

use bytes::{Bytes, BytesMut};

/// Bytes of a board. Whoever keeps one string keeps its board.
const SIZE: usize = 32 * 1024;
/// Longer strings have memory of their own.
const SMALL: usize = SIZE / 8;

/// One block of memory for many strings: what is allocated by one thread and freed by another, one
/// by one, makes the two wait for each other.
#[derive(Default)]
pub(super) struct Board(BytesMut);

impl Board {
    /// A copy.
    pub(super) fn copy(&mut self, bytes: &[u8]) -> Bytes {
        if bytes.len() > SMALL {
            return Bytes::copy_from_slice(bytes);
        }
        if self.0.capacity() < bytes.len() {
            self.0 = BytesMut::with_capacity(SIZE);
        }
        self.0.extend_from_slice(bytes);
        self.0.split().freeze()
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
