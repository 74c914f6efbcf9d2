//! A partition that is this instance's for now.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::at_work::AtWork;
use super::watermark::Watermark;
use crate::transport::TopicPartition;

/// A partition from its assignment to its revocation.
#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) at: TopicPartition,
    watermark: Mutex<Watermark>,
    pub(crate) work: AtWork,
    paused: AtomicBool,
}

impl Partition {
    pub(crate) fn new(at: TopicPartition) -> Self {
        Self {
            at,
            watermark: Mutex::default(),
            work: AtWork::default(),
            paused: AtomicBool::new(false),
        }
    }

    pub(crate) fn watermark(&self) -> MutexGuard<'_, Watermark> {
        self.watermark
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether fetching from it was stopped. Only the consumer's own task asks.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    pub(crate) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Release);
    }
}
