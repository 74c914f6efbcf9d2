//! What both in-memory stores keep beside the services' own data.

mod inbox;
mod outbox;
mod parking;
mod timers;

use std::sync::Arc;

use crate::store::{Effects, Unit};

pub(super) use inbox::{Inbox, Seen};
use outbox::Outbox;
use parking::Parking;
use timers::Timers;

#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) inbox: Inbox,
    pub(super) outbox: Outbox,
    pub(super) timers: Timers,
    pub(super) parking: Parking,
}

impl Ledger {
    /// Adds what a unit of work leaves behind, its inbox row included.
    pub(super) fn add(&mut self, unit: &Unit, document: Option<&Arc<str>>, effects: Effects) {
        if let Some(key) = &unit.inbox {
            self.inbox.add(key, effects.answer.clone(), unit.now);
        }
        self.add_effects(document, effects);
    }

    /// Adds messages and timers only.
    pub(super) fn add_effects(&mut self, document: Option<&Arc<str>>, effects: Effects) {
        self.outbox.add(document, effects.outbox);
        self.timers.apply(
            effects.fired.as_ref(),
            &effects.cancelled,
            effects.set_timers,
        );
    }
}
