//! A quick hash for pairs of ids: those of [`std`] withstand keys that an attacker
//! chooses, and ids are counted by us.

use std::hash::{BuildHasher, Hasher};

/// Builds [`Mixer`]s.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quick;

impl BuildHasher for Quick {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer(0)
    }
}

/// Multiplies and turns, as `FxHash` does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mixer(u64);

impl Mixer {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(26) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.add(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, id: u32) {
        self.add(u64::from(id));
    }

    fn write_usize(&mut self, id: usize) {
        self.add(id as u64);
    }

    fn finish(&self) -> u64 {
        // The table takes its place from the low bits, a product is mixed best in the high.
        self.0 ^ (self.0 >> 32)
    }
}
