use std::collections::BTreeMap;

use generated::events::OrderPlaced;
use generated::types::SalesChannel;
use herald::avro::codec::{Decimal, Uuid};

use super::*;

const ACCEPTED: TimestampMillis = TimestampMillis(1_000);
const NOW: TimestampMillis = TimestampMillis(4_500);

fn placed() -> Placed {
    let order = OrderPlaced {
        order_id: Uuid::nil(),
        customer_id: "VINET".into(),
        customer_email: "vinet@example.com".into(),
        country: "France".into(),
        placed_at: ACCEPTED,
        currency: "USD".into(),
        total: Decimal::from_unscaled(42_830),
        lines: Vec::new(),
        attributes: BTreeMap::new(),
        channel: SalesChannel::Web,
        coupon: None,
    };
    Placed::new(order, ACCEPTED)
}

fn short() -> OutOfStock {
    OutOfStock {
        sku: "NW-0011".into(),
        requested: 12,
        available: 3,
    }
}

fn reserved() -> Heard {
    Heard::Stock(StockAnswer::Reserved)
}

fn rejected() -> Heard {
    Heard::Stock(StockAnswer::Rejected(short()))
}

fn authorized() -> Heard {
    Heard::Payment(PaymentAnswer::Authorized)
}

fn declined() -> Heard {
    Heard::Payment(PaymentAnswer::Declined(DeclineReason::LimitExceeded))
}

fn hear_all(heard: impl IntoIterator<Item = Heard>) -> (Placed, Vec<Outcome>) {
    let mut order = placed();
    let outcomes = heard
        .into_iter()
        .map(|heard| order.hear(heard, NOW))
        .collect();
    (order, outcomes)
}

#[test]
fn both_answers_confirm_in_either_order() {
    for heard in [[reserved(), authorized()], [authorized(), reserved()]] {
        let (order, outcomes) = hear_all(heard);
        assert_eq!(outcomes, [Outcome::Nothing, Outcome::Confirmed]);
        assert_eq!(order.state, OrderState::Confirmed);
        assert_eq!(order.decided_at, Some(NOW));
    }
}

#[test]
fn one_refusal_is_enough() {
    let (order, outcomes) = hear_all([rejected(), authorized()]);
    let cause = Cause::OutOfStock(short());
    assert_eq!(outcomes, [Outcome::Cancelled(cause), Outcome::Nothing]);
    assert_eq!(order.state, OrderState::Cancelled);

    let (order, outcomes) = hear_all([reserved(), declined()]);
    let reason = DeclineReason::LimitExceeded;
    let cause = Cause::PaymentRefused(PaymentRefused { reason });
    assert_eq!(outcomes, [Outcome::Nothing, Outcome::Cancelled(cause)]);
    assert_eq!(
        order.cause.as_ref().map(in_words).as_deref(),
        Some("The payment exceeds the card's limit.")
    );
}

#[test]
fn the_timer_ends_only_what_payment_never_answered() {
    let (_, outcomes) = hear_all([reserved(), Heard::PaymentOverdue, authorized()]);
    let cause = Cause::PaymentUnanswered(PaymentUnanswered { waited_ms: 3_500 });
    assert_eq!(
        outcomes,
        [
            Outcome::Nothing,
            Outcome::Cancelled(cause),
            Outcome::Nothing
        ]
    );
    let (order, outcomes) = hear_all([authorized(), Heard::PaymentOverdue, reserved()]);
    assert_eq!(
        outcomes,
        [Outcome::Nothing, Outcome::Nothing, Outcome::Confirmed]
    );
    assert_eq!(order.state, OrderState::Confirmed);
}

/// Every sequence of up to five messages out of all kinds: an order is told to
/// end at most once, and what it says agrees with the state it is in.
#[test]
fn whatever_is_heard_an_order_ends_at_most_once() {
    let kinds = [
        reserved(),
        rejected(),
        authorized(),
        declined(),
        Heard::PaymentOverdue,
        Heard::Withdrawn(None),
    ];
    for number in 0..kinds.len().pow(5) {
        let digit = |place: u32| number / kinds.len().pow(place) % kinds.len();
        let (order, outcomes) = hear_all((0..5).map(|place| kinds[digit(place)].clone()));
        let ended: Vec<_> = outcomes
            .iter()
            .filter(|o| **o != Outcome::Nothing)
            .collect();
        match (order.state, ended.as_slice()) {
            (OrderState::Placed, []) => assert!(order.decided_at.is_none()),
            (OrderState::Confirmed, [Outcome::Confirmed])
            | (OrderState::Cancelled, [Outcome::Cancelled(_)]) => {
                assert!(order.decided_at.is_some());
            }
            other => panic!("sequence {number}: {other:?}"),
        }
    }
}

#[test]
fn only_a_confirmed_order_is_refunded_and_only_once() {
    let mut order = placed();
    assert!(!order.request_refund());
    order.hear(reserved(), NOW);
    order.hear(authorized(), NOW);
    assert!(!order.refunded(), "nobody asked for a refund");
    assert!(order.request_refund());
    assert!(!order.request_refund());
    assert!(order.refunded());
    assert!(!order.refunded());
    assert_eq!(order.state, OrderState::Refunded);
}
