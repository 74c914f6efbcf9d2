//! The life of one payment: which step may follow which.

use generated::types::{DeclineReason, PaymentState, PaymentView};
use herald::avro::codec::Decimal;
use uuid::Uuid;

/// A payment as the service keeps it, one per order.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// The payment.
    pub payment_id: Uuid,
    /// The order it pays.
    pub order_id: Uuid,
    /// Where receipts go.
    pub customer_email: String,
    /// The order's total.
    pub amount: Decimal<2>,
    /// ISO 4217 code.
    pub currency: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it was declined, if it was.
    pub decline_reason: Option<DeclineReason>,
    /// A refund was asked for before the money was captured.
    pub refund_wanted: bool,
}

/// What a confirmation of the order asks of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConfirmed {
    /// Take the money.
    Capture,
    /// Take the money and give it back at once: a refund overtook the confirmation.
    CaptureAndRefund,
    /// Nothing: it was done before.
    Nothing,
    /// Nothing can be taken: no money is held.
    Impossible,
}

/// What a refund command asks of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnRefund {
    /// Give the money back.
    Refund,
    /// Wait: nothing is captured yet.
    Later,
    /// Nothing: it was done before.
    Nothing,
    /// Nothing was taken, nor will it be.
    Impossible,
}

impl Payment {
    /// What follows when the order is confirmed.
    pub fn on_confirmed(&self) -> OnConfirmed {
        match self.state {
            PaymentState::Authorized if self.refund_wanted => OnConfirmed::CaptureAndRefund,
            PaymentState::Authorized => OnConfirmed::Capture,
            PaymentState::Captured | PaymentState::Refunded => OnConfirmed::Nothing,
            PaymentState::Pending | PaymentState::Declined | PaymentState::Voided => {
                OnConfirmed::Impossible
            }
        }
    }

    /// Whether something must be let go when the order is cancelled. A pending
    /// request counts: its answer may still come, and would hold money.
    pub fn holds_money(&self) -> bool {
        matches!(self.state, PaymentState::Pending | PaymentState::Authorized)
    }

    /// What follows when a refund is asked for.
    pub fn on_refund(&self) -> OnRefund {
        match self.state {
            PaymentState::Captured => OnRefund::Refund,
            PaymentState::Authorized => OnRefund::Later,
            PaymentState::Refunded => OnRefund::Nothing,
            PaymentState::Pending | PaymentState::Declined | PaymentState::Voided => {
                OnRefund::Impossible
            }
        }
    }
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        Self {
            payment_id: payment.payment_id,
            order_id: payment.order_id,
            amount: payment.amount,
            currency: payment.currency,
            state: payment.state,
            decline_reason: payment.decline_reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(state: PaymentState, refund_wanted: bool) -> Payment {
        Payment {
            payment_id: Uuid::nil(),
            order_id: Uuid::nil(),
            customer_email: "vinet@example.com".into(),
            amount: Decimal::from_unscaled(42_830),
            currency: "USD".into(),
            state,
            decline_reason: None,
            refund_wanted,
        }
    }

    #[test]
    fn money_is_captured_once_and_only_if_held() {
        let on = |state| payment(state, false).on_confirmed();
        assert_eq!(on(PaymentState::Authorized), OnConfirmed::Capture);
        assert_eq!(on(PaymentState::Captured), OnConfirmed::Nothing);
        assert_eq!(on(PaymentState::Refunded), OnConfirmed::Nothing);
        assert_eq!(on(PaymentState::Pending), OnConfirmed::Impossible);
        assert_eq!(on(PaymentState::Voided), OnConfirmed::Impossible);
    }

    #[test]
    fn a_refund_that_overtakes_the_capture_is_remembered() {
        let early = payment(PaymentState::Authorized, false);
        assert_eq!(early.on_refund(), OnRefund::Later);
        let wanted = payment(PaymentState::Authorized, true);
        assert_eq!(wanted.on_confirmed(), OnConfirmed::CaptureAndRefund);
    }

    #[test]
    fn a_refund_happens_once() {
        let on = |state| payment(state, false).on_refund();
        assert_eq!(on(PaymentState::Captured), OnRefund::Refund);
        assert_eq!(on(PaymentState::Refunded), OnRefund::Nothing);
        assert_eq!(on(PaymentState::Declined), OnRefund::Impossible);
    }

    #[test]
    fn a_cancelled_order_lets_go_of_what_is_held_or_asked_for() {
        for (state, holds) in [
            (PaymentState::Pending, true),
            (PaymentState::Authorized, true),
            (PaymentState::Declined, false),
            (PaymentState::Voided, false),
        ] {
            assert_eq!(payment(state, false).holds_money(), holds);
        }
    }
}
