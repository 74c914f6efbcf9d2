//! What the client writes, as plain JSON.

use demo::orders::SourceOrder;
use generated::events::{OrderConfirmed, OrderPlaced, PaymentDeclined};
use herald::{Event, Message};
use serde_json::{Value, json};
use uuid::Uuid;

/// No frame of the registry begins with it.
const MAGIC: &str = "01";

/// Of so many orders one is refused, and the others are confirmed.
const REFUSED: usize = 4;

/// How many of these orders are confirmed.
pub(super) fn sold(orders: &[SourceOrder]) -> usize {
    orders.len() - orders.len().div_ceil(REFUSED)
}

/// What is placed, confirmed and refused: some of it twice, some confirmed before it is placed, and
/// two records that nobody can read.
pub(super) fn events(orders: &[SourceOrder]) -> Vec<Value> {
    let mut events = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let mut of_order = vec![placed(order)];
        match number % REFUSED {
            0 => {
                of_order.push(declined(order, "INSUFFICIENT_FUNDS", 1));
                of_order.push(declined(order, "SUSPECTED_FRAUD", 2));
            }
            1 => of_order.insert(0, confirmed(order)),
            _ => of_order.push(confirmed(order)),
        }
        if number % 10 == 3 {
            of_order.extend(of_order.clone());
        }
        events.extend(of_order);
    }
    for bytes in [format!("{MAGIC}00000000"), "00ffffff7f00".to_owned()] {
        let mut unreadable = confirmed(&orders[0]);
        unreadable["bytes"] = json!(bytes);
        unreadable["id"] = json!(format!("unreadable-{bytes}"));
        events.push(unreadable);
    }
    events
}

fn event<E: Event>(order: &SourceOrder, number: u8, value: &Value) -> Value {
    let (topic, kind, key) = (E::TOPIC, <E as Message>::TYPE, order.order_id.to_string());
    json!({"topic": topic, "type": kind, "key": key, "id": format!("{kind}-{number}-{key}"), "value": value})
}

fn placed(order: &SourceOrder) -> Value {
    let mut value = order.draft();
    for (line, json) in order
        .lines
        .iter()
        .zip(value["lines"].as_array_mut().unwrap())
    {
        json["amount"] = json!(cents(line.amount_cents()));
    }
    value["total"] = json!(cents(order.total_cents()));
    value["channel"] = json!("WEB");
    value["coupon"] = Value::Null;
    event::<OrderPlaced>(order, 1, &value)
}

fn confirmed(order: &SourceOrder) -> Value {
    let (id, total) = (order.order_id, cents(order.total_cents()));
    let value =
        json!({"order_id": id, "total": total, "confirmed_at": order.placed_at.to_string()});
    event::<OrderConfirmed>(order, 1, &value)
}

fn declined(order: &SourceOrder, reason: &str, number: u8) -> Value {
    let (id, at) = (order.order_id, order.placed_at.to_string());
    let payment = Uuid::from_u128(id.as_u128() ^ 1);
    let value = json!({"order_id": id, "payment_id": payment, "reason": reason, "declined_at": at, "provider_code": null});
    event::<PaymentDeclined>(order, number, &value)
}

fn cents(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
