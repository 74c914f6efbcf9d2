//! Every order comes back as it was.

use std::collections::BTreeMap;

use generated::events::OrderPlaced;
use generated::types::{OrderLine, SalesChannel};
use herald::avro::codec::{Decimal, TimestampMillis};
use herald::store::mongodb::bson::Bson;

use super::*;

fn order(total: Decimal<2>) -> OrderPlaced {
    let line = OrderLine {
        sku: "22423".into(),
        name: "REGENCY CAKESTAND 3 TIER".into(),
        quantity: 3,
        unit_price: Decimal::from_unscaled(1275),
        discount_percent: 10,
        amount: Decimal::from_unscaled(3443),
    };
    OrderPlaced {
        order_id: Uuid::from_u128(7),
        customer_id: "17850".into(),
        customer_email: "17850@customers.example".into(),
        country: "United Kingdom".into(),
        placed_at: TimestampMillis(1_290_000_000_123),
        currency: "GBP".into(),
        total,
        lines: vec![line],
        attributes: BTreeMap::from([("a.b$".into(), "c".into())]),
        channel: SalesChannel::Partner,
        coupon: None,
    }
}

fn comes_back(placed: Option<Placed>) {
    let document = OrderDocument { placed };
    assert_eq!(OrderDocument::from_bson(document.to_bson()), Ok(document));
}

#[test]
fn an_order_in_every_state_comes_back() {
    let short = || OutOfStock {
        sku: "22423".into(),
        requested: 3,
        available: -1,
    };
    let causes = [
        OrderCancelledCause::OutOfStock(short()),
        OrderCancelledCause::PaymentRefused(PaymentRefused {
            reason: DeclineReason::SuspectedFraud,
        }),
        OrderCancelledCause::PaymentUnanswered(PaymentUnanswered {
            waited_ms: i64::MAX,
        }),
        OrderCancelledCause::WithdrawnByCustomer(WithdrawnByCustomer { note: None }),
        OrderCancelledCause::WithdrawnByCustomer(WithdrawnByCustomer {
            note: Some("changed my mind".into()),
        }),
    ];
    let new = || Placed::new(order(Decimal::from_unscaled(3443)), TimestampMillis(5));
    comes_back(None);
    comes_back(Some(new()));
    for (cause, state) in causes.into_iter().zip(STATES) {
        comes_back(Some(Placed {
            decided_at: Some(TimestampMillis(-1)),
            cause: Some(cause),
            state,
            stock: Some(StockAnswer::Rejected(short())),
            payment: Some(PaymentAnswer::Authorized),
            ..new()
        }));
    }
    for reason in REASONS {
        comes_back(Some(Placed {
            stock: Some(StockAnswer::Reserved),
            payment: Some(PaymentAnswer::Declined(reason)),
            ..new()
        }));
    }
}

#[test]
fn amounts_are_exact_and_numbers_where_they_can_be() {
    let most = 10_i128.pow(38) - 1;
    for unscaled in [0, 1, -1, 5, 10, -100, 999, 10_i128.pow(33), most, -most] {
        let total = Decimal::from_unscaled(unscaled);
        comes_back(Some(Placed::new(order(total), TimestampMillis(0))));
    }
    let number = order::from_order(&order(Decimal::from_unscaled(1250)));
    assert!(matches!(number.get("total"), Some(Bson::Decimal128(_))));
    let text = order::from_order(&order(Decimal::from_unscaled(most)));
    assert!(matches!(text.get("total"), Some(Bson::String(_))));
}

#[test]
fn what_is_damaged_is_said_by_name() {
    let placed = Placed::new(order(Decimal::ZERO), TimestampMillis(0));
    let mut stored = from_placed(&placed);
    stored.insert("state", "LOST");
    let error = OrderDocument::from_bson(stored.clone()).unwrap_err();
    assert!(error.contains("state") && error.contains("LOST"), "{error}");
    stored.remove("order");
    let error = OrderDocument::from_bson(stored).unwrap_err();
    assert!(error.contains("order"), "{error}");
}
