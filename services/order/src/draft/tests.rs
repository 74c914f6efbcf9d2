use std::collections::BTreeMap;

use generated::types::SalesChannel;
use herald::avro::codec::Uuid;

use super::*;

const NOW: TimestampMillis = TimestampMillis(7_000);

fn line(sku: &str, quantity: i32, cents: i128, percent: i32) -> DraftLine {
    DraftLine {
        sku: sku.into(),
        name: "Queso Cabrales".into(),
        quantity,
        unit_price: Decimal::from_unscaled(cents),
        discount_percent: percent,
    }
}

fn draft(lines: Vec<DraftLine>) -> OrderDraft {
    OrderDraft {
        order_id: Uuid::nil(),
        customer_id: "VINET".into(),
        customer_email: "vinet@example.com".into(),
        country: "France".into(),
        placed_at: None,
        currency: "USD".into(),
        lines,
        attributes: BTreeMap::new(),
        channel: SalesChannel::Web,
        coupon: None,
    }
}

fn amount(quantity: i32, cents: i128, percent: i32) -> String {
    let line = price(line("NW-0011", quantity, cents, percent)).unwrap();
    line.amount.to_string()
}

#[test]
fn a_line_is_rounded_half_up_to_the_cent() {
    assert_eq!(amount(12, 1_400, 0), "168.00");
    assert_eq!(amount(15, 1_680, 15), "214.20");
    assert_eq!(amount(1, 1, 50), "0.01");
    assert_eq!(amount(1, 1, 51), "0.00");
    assert_eq!(amount(3, 333, 3), "9.69");
    assert_eq!(amount(7, 999, 100), "0.00");
}

#[test]
fn the_total_is_the_sum_of_the_rounded_lines() {
    let lines = vec![line("A", 1, 1, 50), line("B", 1, 1, 50)];
    let order = accept(draft(lines), NOW).unwrap();
    assert_eq!(order.total.to_string(), "0.02");
    assert_eq!(order.placed_at, NOW);
}

#[test]
fn what_is_no_order_is_refused() {
    let refused = |lines| accept(draft(lines), NOW).unwrap_err();
    assert_eq!(refused(vec![]), DraftError::NoLines);
    assert_eq!(
        refused(vec![line("A", 1, 1, 0), line("A", 2, 1, 0)]),
        DraftError::Twice("A".into())
    );
    assert!(matches!(
        refused(vec![line("A", 0, 1, 0)]),
        DraftError::Quantity { quantity: 0, .. }
    ));
    assert!(matches!(
        refused(vec![line("A", 1, 1, 101)]),
        DraftError::Discount { percent: 101, .. }
    ));
    assert_eq!(
        refused(vec![line("A", 1, -1, 0)]),
        DraftError::Price("A".into())
    );
    assert_eq!(
        refused(vec![line("A", i32::MAX, i128::MAX, 0)]),
        DraftError::TooMuch
    );
    assert_eq!(
        refused(vec![line("A", 1, TOO_MUCH - 1, 0), line("B", 1, 1, 0)]),
        DraftError::TooMuch
    );
}

#[test]
fn a_customer_needs_a_currency_and_an_address() {
    let lines = vec![line("A", 1, 1, 0)];
    let odd = OrderDraft {
        currency: "usd".into(),
        ..draft(lines.clone())
    };
    assert_eq!(accept(odd, NOW), Err(DraftError::Currency("usd".into())));
    let odd = OrderDraft {
        customer_email: "@example.com".into(),
        ..draft(lines)
    };
    assert!(matches!(accept(odd, NOW), Err(DraftError::Address(_))));
}
