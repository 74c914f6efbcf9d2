//! Sending letters to their group or queue again.

use std::time::Duration;

use jiff::Timestamp;

use crate::Error;
use crate::horizon::{self, Refused};
use crate::letter::Letter;
use crate::letters::{Brokers, Lot};
use crate::pace::{Pace, Rate};
use crate::topics::Act;

/// How letters are redriven.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// How fast at most.
    pub rate: Option<Rate>,
    /// Whether letters go that their service may have forgotten.
    pub accept_duplicate: bool,
    /// Whether nothing is sent.
    pub dry_run: bool,
    /// How long services remember the ids they handled.
    pub memory: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Letters that were acted on, or would have been.
    pub done: usize,
    /// Letters that were not, for their age.
    pub refused: Vec<Refused>,
    /// What failed.
    pub errors: Vec<Error>,
}

/// Redrives the letters of all lots in their order; `tell` hears of each that went, or would have
/// gone. A broker that is down ends it: what went until then is noted.
pub async fn redrive(
    brokers: &Brokers,
    lots: &[Lot],
    wish: &Wish,
    now: Timestamp,
    mut tell: impl FnMut(&Letter),
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut pace = Pace::new(wish.rate);
    for lot in lots {
        let mut going = Vec::new();
        for letter in &lot.letters {
            match horizon::check(letter, wish.memory, now) {
                Err(refused) if !wish.accept_duplicate => outcome.refused.push(refused),
                _ => going.push(letter.clone()),
            }
        }
        for batch in going.chunks(pace.batch()) {
            if wish.dry_run {
                batch.iter().for_each(&mut tell);
                outcome.done += batch.len();
                continue;
            }
            pace.wait_for(batch.len()).await;
            let outcomes = brokers.act(lot, batch, Act::Redrive, now).await;
            if !outcome.take(batch, outcomes, &mut tell) {
                return outcome;
            }
        }
    }
    outcome
}

impl Outcome {
    /// Counts what became of some letters; whether it makes sense to go on.
    pub(crate) fn take(
        &mut self,
        letters: &[Letter],
        outcomes: Vec<Result<(), Error>>,
        tell: &mut impl FnMut(&Letter),
    ) -> bool {
        let mut going_on = true;
        for (letter, outcome) in letters.iter().zip(outcomes) {
            match outcome {
                Ok(()) => {
                    tell(letter);
                    self.done += 1;
                }
                Err(error) => {
                    going_on &= !is_outage(&error);
                    self.errors.push(error);
                }
            }
        }
        going_on
    }
}

fn is_outage(error: &Error) -> bool {
    match error {
        Error::Publish { source, .. } => source.is_transient(),
        Error::NotNoted { .. } => true,
        _ => false,
    }
}
