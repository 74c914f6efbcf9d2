//! The Message-IDs of e-mails that have left.

use std::collections::{HashSet, VecDeque};

/// Remembers the latest of what it was given.
pub(super) struct Memory {
    known: HashSet<String>,
    order: VecDeque<String>,
    capacity: usize,
}

impl Memory {
    /// Remembers that many.
    pub(super) fn of(capacity: usize) -> Self {
        Self {
            known: HashSet::new(),
            order: VecDeque::new(),
            capacity,
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// Remembers one, and forgets the oldest beyond the capacity.
    pub(super) fn keep(&mut self, id: String) {
        if self.known.insert(id.clone()) {
            self.order.push_back(id);
        }
        while self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let mut memory = Memory::of(2);
        for id in ["a", "b", "b", "c"] {
            memory.keep(id.to_owned());
        }
        let known: Vec<_> = ["a", "b", "c"].map(|id| memory.has(id)).into();
        assert_eq!(known, [false, true, true]);
    }
}
