//! How an order comes to its end: the rules, and nothing else.
//!
//! Stock and payment answer in any order, the timer may run out between them,
//! the customer may withdraw, and each may be heard again. The first answer of
//! each kind counts; once an order is confirmed or cancelled, late answers
//! change nothing. A confirmed order can be refunded once.

use generated::events::OrderCancelledCause as Cause;
use generated::types::{
    DeclineReason, OrderState, OutOfStock, PaymentRefused, PaymentUnanswered, WithdrawnByCustomer,
};
use herald::avro::codec::TimestampMillis;

use crate::document::{PaymentAnswer, Placed, StockAnswer};

/// Something that the order waits for, or that ends the waiting.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Inventory set the goods aside, or could not.
    Stock(StockAnswer),
    /// The provider holds the money, or refused.
    Payment(PaymentAnswer),
    /// The time to answer about the payment is over.
    PaymentOverdue,
    /// The customer does not want the order any more.
    Withdrawn(Option<String>),
}

/// What the service has to tell the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing: the order waits on, or had ended before.
    Nothing,
    /// The order is confirmed.
    Confirmed,
    /// The order is cancelled.
    Cancelled(Cause),
}

impl Placed {
    /// Takes in what was heard and says what follows from it.
    pub fn hear(&mut self, heard: Heard, now: TimestampMillis) -> Outcome {
        if self.state != OrderState::Placed {
            return Outcome::Nothing;
        }
        let ended = match heard {
            Heard::Stock(answer) => {
                self.stock.get_or_insert(answer);
                None
            }
            Heard::Payment(answer) => {
                self.payment.get_or_insert(answer);
                None
            }
            Heard::PaymentOverdue if self.payment.is_some() => None,
            Heard::PaymentOverdue => Some(Cause::PaymentUnanswered(PaymentUnanswered {
                waited_ms: now.0 - self.accepted_at.0,
            })),
            Heard::Withdrawn(note) => {
                Some(Cause::WithdrawnByCustomer(WithdrawnByCustomer { note }))
            }
        };
        match ended.or_else(|| self.refusal()) {
            Some(cause) => self.cancel(cause, now),
            None if self.both_agreed() => self.confirm(now),
            None => Outcome::Nothing,
        }
    }

    /// Whether a refund may start, and the state that says it did.
    pub fn request_refund(&mut self) -> bool {
        let confirmed = self.state == OrderState::Confirmed;
        if confirmed {
            self.state = OrderState::Refunding;
        }
        confirmed
    }

    /// The money went back. Says whether that is news.
    pub fn refunded(&mut self) -> bool {
        let news = self.state == OrderState::Refunding;
        if news {
            self.state = OrderState::Refunded;
        }
        news
    }

    fn refusal(&self) -> Option<Cause> {
        match (&self.stock, &self.payment) {
            (Some(StockAnswer::Rejected(short)), _) => Some(Cause::OutOfStock(short.clone())),
            (_, Some(PaymentAnswer::Declined(reason))) => {
                let reason = *reason;
                Some(Cause::PaymentRefused(PaymentRefused { reason }))
            }
            _ => None,
        }
    }

    fn both_agreed(&self) -> bool {
        self.stock == Some(StockAnswer::Reserved) && self.payment == Some(PaymentAnswer::Authorized)
    }

    fn confirm(&mut self, now: TimestampMillis) -> Outcome {
        self.state = OrderState::Confirmed;
        self.decided_at = Some(now);
        Outcome::Confirmed
    }

    fn cancel(&mut self, cause: Cause, now: TimestampMillis) -> Outcome {
        self.state = OrderState::Cancelled;
        self.decided_at = Some(now);
        self.cause = Some(cause.clone());
        Outcome::Cancelled(cause)
    }
}

/// One sentence about why an order was cancelled, fit for the customer.
pub fn in_words(cause: &Cause) -> String {
    match cause {
        Cause::OutOfStock(OutOfStock {
            sku,
            requested,
            available,
        }) => format!("Only {available} of {requested} pieces of {sku} are left."),
        Cause::PaymentRefused(PaymentRefused { reason }) => match reason {
            DeclineReason::LimitExceeded => "The payment exceeds the card's limit.".into(),
            DeclineReason::InsufficientFunds => "The account does not cover the payment.".into(),
            DeclineReason::SuspectedFraud | DeclineReason::Other => {
                "The payment was declined.".into()
            }
        },
        Cause::PaymentUnanswered(_) => "The payment was not answered in time.".into(),
        Cause::WithdrawnByCustomer(_) => "The order was withdrawn.".into(),
    }
}

#[cfg(test)]
mod tests;
