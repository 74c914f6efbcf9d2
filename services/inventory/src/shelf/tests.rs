use herald::avro::codec::Decimal;

use super::*;

fn line(sku: &str, quantity: i32) -> StockLine {
    StockLine {
        sku: sku.into(),
        quantity,
    }
}

fn levels<const N: usize>(rows: [(&str, i64, i64); N]) -> Levels {
    let level =
        |(sku, on_hand, reserved): (&str, i64, i64)| (sku.to_owned(), Level { on_hand, reserved });
    rows.map(level).into()
}

fn reservation(lines: Vec<StockLine>) -> Reservation {
    let state = ReservationState::Reserved;
    Reservation { lines, state }
}

#[test]
fn all_or_nothing_is_set_aside() {
    let mut stock = levels([("A", 10, 0), ("B", 5, 3)]);
    let before = stock.clone();
    let short = reserve(&mut stock, &[line("A", 4), line("B", 3)]).unwrap_err();
    assert_eq!(
        (short.sku.as_str(), short.requested, short.available),
        ("B", 3, 2)
    );
    assert_eq!(stock, before);

    let depleted = reserve(&mut stock, &[line("A", 4), line("B", 2)]).unwrap();
    assert_eq!(depleted, ["B"]);
    assert_eq!(stock, levels([("A", 10, 4), ("B", 5, 5)]));
}

#[test]
fn an_unknown_article_is_short() {
    let short = reserve(&mut Levels::new(), &[line("A", 1)]).unwrap_err();
    assert_eq!(short.available, 0);
}

#[test]
fn what_an_order_needs_is_summed_by_article() {
    let order = |sku: &str, quantity| OrderLine {
        sku: sku.into(),
        name: String::new(),
        quantity,
        unit_price: Decimal::ZERO,
        discount_percent: 0,
        amount: Decimal::ZERO,
    };
    let needs = needs(&[order("B", 1), order("A", 2), order("B", 3)]);
    assert_eq!(needs, [line("A", 2), line("B", 4)]);
}

#[test]
fn goods_leave_once() {
    let mut stock = levels([("A", 10, 4)]);
    let mut goods = reservation(vec![line("A", 4)]);
    assert!(goods.ship(&mut stock));
    assert!(!goods.ship(&mut stock));
    assert!(!goods.release(&mut stock));
    assert_eq!(stock, levels([("A", 6, 0)]));
}

#[test]
fn released_goods_are_free_again() {
    let mut stock = levels([("A", 10, 4)]);
    let mut goods = reservation(vec![line("A", 4)]);
    assert!(goods.release(&mut stock));
    assert!(!goods.release(&mut stock));
    assert_eq!(stock, levels([("A", 10, 0)]));
}

#[test]
fn goods_come_back_whether_or_not_they_had_left() {
    for shipped in [true, false] {
        let mut stock = levels([("A", 10, 4)]);
        let mut goods = reservation(vec![line("A", 4)]);
        if shipped {
            goods.ship(&mut stock);
        }
        assert!(goods.take_back(&mut stock));
        assert!(!goods.take_back(&mut stock));
        assert!(
            !goods.ship(&mut stock),
            "a late confirmation changes nothing"
        );
        assert_eq!(stock, levels([("A", 10, 0)]));
    }
}
