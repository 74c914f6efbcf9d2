//! Values in layers: the system's defaults, the entry's own, the environment's.

use crate::{
    model::{AfterDeadLetter, Policy},
    syntax::{self, Node},
};

/// Mappings that may hold a key, the strongest last.
pub(super) struct Layers<'n, 'a>(pub(super) Vec<&'n Node<'a>>);

impl<'n, 'a> Layers<'n, 'a> {
    pub(super) fn new(layers: impl IntoIterator<Item = Option<&'n Node<'a>>>) -> Self {
        Self(layers.into_iter().flatten().collect())
    }

    /// The strongest value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node<'a>> {
        self.0.iter().rev().find_map(|n| n.get(key))
    }

    /// The layers of a mapping inside.
    pub(super) fn inside(&self, key: &str) -> Self {
        Self(self.0.iter().filter_map(|n| n.get(key)).collect())
    }

    pub(super) fn text(&self, key: &str) -> Option<&'n str> {
        self.get(key)?.text()
    }

    pub(super) fn whole(&self, key: &str) -> Option<u32> {
        self.get(key)?.whole().map(|n| n as u32)
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.flag()
    }

    /// Milliseconds, `None` for ever; `unsaid` where no layer says it.
    pub(super) fn retention(&self, key: &str, unsaid: u64) -> Option<u64> {
        self.text(key).map_or(Some(unsaid), syntax::duration)
    }
}

/// How messages are worked off where nothing is said.
const ATTEMPTS: u32 = 5;
const BACKOFF_MS: (u64, u64) = (200, 30_000);
const CONCURRENCY: u32 = 16;
const PREFETCH: u32 = 32;

/// The policy of an entry. `ordered` says whether messages of a key keep their order where nothing
/// is said: they do on a log, not on a queue.
pub(super) fn policy(layers: &Layers<'_, '_>, ordered: bool) -> Policy {
    let retry = layers.inside("retry");
    let backoff = retry.text("backoff").and_then(syntax::backoff);
    let (backoff_min_ms, backoff_max_ms) = backoff.unwrap_or(BACKOFF_MS);
    Policy {
        attempts: retry.whole("attempts").unwrap_or(ATTEMPTS),
        backoff_min_ms,
        backoff_max_ms,
        concurrency: layers.whole("concurrency").unwrap_or(CONCURRENCY),
        prefetch: layers.whole("prefetch").unwrap_or(PREFETCH),
        dead_letter: layers.flag("dead_letter").unwrap_or(true),
        after_dead_letter: match layers.text("after_dead_letter") {
            Some("park") => AfterDeadLetter::Park,
            _ => AfterDeadLetter::Continue,
        },
        order_by_key: layers.text("order").map_or(ordered, |order| order == "key"),
        instances: layers.whole("instances"),
    }
}
