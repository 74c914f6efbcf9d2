//! Giving letters up for good.

use jiff::Timestamp;

use crate::letter::Letter;
use crate::letters::{Brokers, Lot};
use crate::redrive::Outcome;
use crate::topics::Act;

/// Letters that go in one batch.
const BATCH: usize = 256;

/// Discards the letters of all lots, and releases what waits behind them; `tell` hears of each.
pub async fn discard(
    brokers: &Brokers,
    lots: &[Lot],
    now: Timestamp,
    mut tell: impl FnMut(&Letter),
) -> Outcome {
    let mut outcome = Outcome::default();
    for lot in lots {
        for batch in lot.letters.chunks(BATCH) {
            let outcomes = brokers.act(lot, batch, Act::Discard, now).await;
            if !outcome.take(batch, outcomes, &mut tell) {
                return outcome;
            }
        }
    }
    outcome
}
