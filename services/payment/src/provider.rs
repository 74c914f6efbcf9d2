//! The port to the payment provider.
//!
//! Calls happen at least once: a crash after the provider acted and before the
//! transaction committed repeats the call. Each call therefore carries a key
//! that is the same for every repeat, and a provider answers a key it knows
//! with the answer it gave before, without acting again.

use std::sync::Arc;

use generated::types::DeclineReason;
use herald::HandlerError;
use herald::avro::codec::Decimal;
use uuid::Uuid;

/// What shall be held.
#[derive(Clone, Debug, PartialEq)]
pub struct Authorisation {
    /// Our name for the payment at the provider.
    pub payment_id: Uuid,
    /// How much.
    pub amount: Decimal<2>,
    /// ISO 4217 code.
    pub currency: String,
    /// Where the goods go.
    pub country: String,
}

/// The provider's answer to an authorisation.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The amount is held.
    Authorized,
    /// Nothing is held.
    Declined {
        /// Why, in our words.
        reason: DeclineReason,
        /// Why, in the provider's.
        code: String,
    },
    /// The customer has to agree first. If they do, the provider says so later;
    /// they may never do.
    Pending,
}

/// Why a call to the provider gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The connection broke; whether the provider acted is unknown.
    #[error("the provider's answer was lost")]
    AnswerLost,
    /// The provider answers nobody at present.
    #[error("the provider is down")]
    Down,
    /// The provider does not know the payment, or it is not in the right state.
    #[error("the provider refused to {action} {payment_id}")]
    Refused {
        /// What was asked for.
        action: &'static str,
        /// Of which payment.
        payment_id: Uuid,
    },
}

impl From<ProviderError> for HandlerError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::AnswerLost => Self::transient(error),
            ProviderError::Down => Self::unavailable("payment provider", error),
            ProviderError::Refused { .. } => Self::rejected(error),
        }
    }
}

/// Whoever moves the money. `key` is stable over retries of one call.
pub trait Provider: Send + Sync + 'static {
    /// Asks to hold an amount.
    fn authorise(
        &self,
        key: &str,
        request: &Authorisation,
    ) -> impl Future<Output = Result<Verdict, ProviderError>> + Send;

    /// Takes what is held.
    fn capture(
        &self,
        key: &str,
        payment_id: Uuid,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;

    /// Lets go what is held or asked for.
    fn void(
        &self,
        key: &str,
        payment_id: Uuid,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;

    /// Gives back what was taken.
    fn refund(
        &self,
        key: &str,
        payment_id: Uuid,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;
}

impl<P: Provider> Provider for Arc<P> {
    fn authorise(
        &self,
        key: &str,
        request: &Authorisation,
    ) -> impl Future<Output = Result<Verdict, ProviderError>> + Send {
        (**self).authorise(key, request)
    }

    fn capture(
        &self,
        key: &str,
        payment_id: Uuid,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send {
        (**self).capture(key, payment_id)
    }

    fn void(
        &self,
        key: &str,
        payment_id: Uuid,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send {
        (**self).void(key, payment_id)
    }

    fn refund(
        &self,
        key: &str,
        payment_id: Uuid,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send {
        (**self).refund(key, payment_id)
    }
}
