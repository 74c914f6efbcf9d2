//! The running instances, and what they and those before them have counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use herald::host::Running;

use crate::report::Row;
use crate::shop::Name;

/// What is shown of what instances count, and its name among their metrics.
const SHOWN: [(&str, &str); 4] = [
    ("retries", "herald_retries_total"),
    ("repeats recognised", "herald_repeats_total"),
    ("pauses, something was down", "herald_unavailable_total"),
    ("dead letters", "herald_dead_letters_total"),
];

/// The running instances. Clones share them.
#[derive(Clone, Default)]
pub struct Crew {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    running: BTreeMap<Name, Running>,
    before: BTreeMap<&'static str, u64>,
    restarts: u64,
}

impl Crew {
    /// An instance begins its work, in place of the one that died, if one did.
    pub fn join(&self, name: Name, running: Running) {
        self.with(|inner| {
            if let Some(died) = inner.running.insert(name, running) {
                inner.restarts += 1;
                for (_, metric) in SHOWN {
                    *inner.before.entry(metric).or_default() += died.metrics().total(metric);
                }
            }
        });
    }

    /// What all instances have counted.
    pub fn counts(&self) -> Vec<Row> {
        self.with(|inner| {
            let count = |metric: &'static str| {
                let now = inner.running.values();
                let now: u64 = now.map(|running| running.metrics().total(metric)).sum();
                now + inner.before.get(metric).copied().unwrap_or_default()
            };
            let shown = SHOWN.into_iter();
            let mut rows: Vec<Row> = shown
                .map(|(what, metric)| (what.to_owned(), count(metric)))
                .collect();
            rows.push(("crashes and restarts".to_owned(), inner.restarts));
            rows
        })
    }

    /// Every instance drains what it has in hand, and ends.
    pub async fn leave(&self, deadline: Duration) {
        let running = self.with(|inner| std::mem::take(&mut inner.running));
        for instance in running.into_values() {
            instance.stop(deadline).await;
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
