//! The event log: what happened, hashed as it grows.

use std::collections::VecDeque;
use std::fmt::{self, Write};

/// Hash and length of an event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// FNV-1a over all entries.
    pub hash: u64,
    /// How many entries there are.
    pub entries: u64,
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x} over {} entries", self.hash, self.entries)
    }
}

pub(super) struct Journal {
    digest: Digest,
    keep: usize,
    last: VecDeque<String>,
    line: String,
}

impl Journal {
    pub(super) fn new(keep: usize) -> Self {
        let digest = Digest {
            hash: 0xcbf2_9ce4_8422_2325,
            entries: 0,
        };
        Self {
            digest,
            keep,
            last: VecDeque::new(),
            line: String::new(),
        }
    }

    /// Adds a line of text.
    pub(super) fn line(&mut self, at_nanos: u64, what: fmt::Arguments<'_>) {
        self.line.clear();
        // Writing to a string cannot fail.
        let _ = self.line.write_fmt(what);
        self.digest.hash = fnv(self.digest.hash, self.line.as_bytes());
        self.mark(at_nanos);
        if self.keep == 0 {
            return;
        }
        if self.last.len() == self.keep {
            self.last.pop_front();
        }
        let seconds = at_nanos as f64 / 1e9;
        self.last.push_back(format!("{seconds:12.6} {}", self.line));
    }

    /// Adds a number, such as which task runs next.
    pub(super) fn mark(&mut self, number: u64) {
        self.digest.hash = fnv(self.digest.hash, &number.to_le_bytes());
        self.digest.entries += 1;
    }

    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    pub(super) fn last_lines(&self) -> Vec<String> {
        self.last.iter().cloned().collect()
    }
}

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
