//! A payment provider in memory that follows fixed rules, for the demo and tests.
//!
//! - It declines what exceeds [`Rules::limit`].
//! - For goods that go to one of [`Rules::silent_countries`] it waits for the
//!   customer's consent, which never comes.
//! - It loses the first answer to every [`Rules::lossy`]th authorisation after
//!   it acted on it, as a broken connection would.
//!
//! A key it has seen gets the answer it got before.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use generated::types::DeclineReason;
use herald::avro::codec::Decimal;
use uuid::Uuid;

use crate::provider::{Authorisation, Provider, ProviderError, Verdict};

/// What the provider decides by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The most one payment may be.
    pub limit: Decimal<2>,
    /// Countries whose customers never give the consent they are asked for.
    pub silent_countries: &'static [&'static str],
    /// One of how many payments loses its first answer.
    pub lossy: u128,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            limit: Decimal::from_unscaled(350_000),
            silent_countries: &["Ireland", "Poland", "Portugal"],
            lossy: 20,
        }
    }
}

/// What the provider holds, took or gave back of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Asked for, not agreed to.
    Pending,
    /// Held.
    Held,
    /// Taken.
    Captured,
    /// Let go.
    Voided,
    /// Taken and given back.
    Refunded,
}

/// The provider's books.
#[derive(Debug, Default)]
struct Books {
    answers: BTreeMap<String, Verdict>,
    done: BTreeMap<String, Result<(), ProviderError>>,
    holdings: BTreeMap<Uuid, (Decimal<2>, Holding)>,
    lost: u64,
}

/// A provider that follows [`Rules`].
#[derive(Debug, Default)]
pub struct Rehearsal {
    rules: Rules,
    books: Mutex<Books>,
}

impl Rehearsal {
    /// A provider that follows `rules`.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            books: Mutex::default(),
        }
    }

    /// Every payment it holds anything of: the amount and what became of it.
    pub fn holdings(&self) -> BTreeMap<Uuid, (Decimal<2>, Holding)> {
        self.books().holdings.clone()
    }

    /// How many answers were lost.
    pub fn answers_lost(&self) -> u64 {
        self.books().lost
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verdict(&self, request: &Authorisation) -> Verdict {
        if request.amount > self.rules.limit {
            let reason = DeclineReason::LimitExceeded;
            let code = "R61".to_owned();
            Verdict::Declined { reason, code }
        } else if self.rules.silent_countries.contains(&&*request.country) {
            Verdict::Pending
        } else {
            Verdict::Authorized
        }
    }

    fn act(
        &self,
        key: &str,
        action: &'static str,
        payment_id: Uuid,
        step: impl FnOnce(Holding) -> Option<Holding>,
    ) -> Result<(), ProviderError> {
        let mut books = self.books();
        if let Some(before) = books.done.get(key) {
            return before.clone();
        }
        let next = books
            .holdings
            .get_mut(&payment_id)
            .and_then(|(_, holding)| {
                *holding = step(*holding)?;
                Some(())
            });
        let answer = next.ok_or(ProviderError::Refused { action, payment_id });
        books.done.insert(key.to_owned(), answer.clone());
        answer
    }
}

impl Provider for Rehearsal {
    async fn authorise(
        &self,
        key: &str,
        request: &Authorisation,
    ) -> Result<Verdict, ProviderError> {
        let mut books = self.books();
        if let Some(before) = books.answers.get(key) {
            return Ok(before.clone());
        }
        let verdict = self.verdict(request);
        let holding = match verdict {
            Verdict::Authorized => Some(Holding::Held),
            Verdict::Pending => Some(Holding::Pending),
            Verdict::Declined { .. } => None,
        };
        if let Some(holding) = holding {
            let entry = (request.amount, holding);
            books.holdings.insert(request.payment_id, entry);
        }
        books.answers.insert(key.to_owned(), verdict.clone());
        if request
            .payment_id
            .as_u128()
            .is_multiple_of(self.rules.lossy)
        {
            books.lost += 1;
            return Err(ProviderError::AnswerLost);
        }
        Ok(verdict)
    }

    async fn capture(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.act(key, "capture", payment_id, |holding| {
            (holding == Holding::Held).then_some(Holding::Captured)
        })
    }

    async fn void(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.act(key, "void", payment_id, |holding| {
            matches!(holding, Holding::Held | Holding::Pending).then_some(Holding::Voided)
        })
    }

    async fn refund(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.act(key, "refund", payment_id, |holding| {
            (holding == Holding::Captured).then_some(Holding::Refunded)
        })
    }
}

#[cfg(test)]
mod tests;
