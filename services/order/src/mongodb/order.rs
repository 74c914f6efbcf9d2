//! The order as it was announced.

use generated::events::OrderPlaced;
use generated::types::{OrderLine, SalesChannel};
use herald::store::mongodb::bson::{Document, doc};

use super::fields::{Read, Reader, date, decimal, texts, uuid};

const CHANNELS: [SalesChannel; 3] = [
    SalesChannel::Web,
    SalesChannel::Phone,
    SalesChannel::Partner,
];

pub(super) fn from_order(order: &OrderPlaced) -> Document {
    let OrderPlaced {
        order_id,
        customer_id,
        customer_email,
        country,
        placed_at,
        currency,
        total,
        lines,
        attributes,
        channel,
        coupon,
    } = order;
    doc! {
        "order_id": uuid(*order_id),
        "customer_id": customer_id,
        "customer_email": customer_email,
        "country": country,
        "placed_at": date(*placed_at),
        "currency": currency,
        "total": decimal(*total),
        "lines": lines.iter().map(from_line).collect::<Vec<_>>(),
        "attributes": texts(attributes),
        "channel": channel.as_str(),
        "coupon": coupon.clone(),
    }
}

pub(super) fn to_order(from: Reader<'_>) -> Read<OrderPlaced> {
    Ok(OrderPlaced {
        order_id: from.uuid("order_id")?,
        customer_id: from.text("customer_id")?,
        customer_email: from.text("customer_email")?,
        country: from.text("country")?,
        placed_at: from.date("placed_at")?,
        currency: from.text("currency")?,
        total: from.decimal("total")?,
        lines: from.list("lines", to_line)?,
        attributes: from.texts("attributes")?,
        channel: from.symbol("channel", &CHANNELS, SalesChannel::as_str)?,
        coupon: from.optional("coupon", Reader::text)?,
    })
}

fn from_line(line: &OrderLine) -> Document {
    let OrderLine {
        sku,
        name,
        quantity,
        unit_price,
        discount_percent,
        amount,
    } = line;
    doc! {
        "sku": sku,
        "name": name,
        "quantity": *quantity,
        "unit_price": decimal(*unit_price),
        "discount_percent": *discount_percent,
        "amount": decimal(*amount),
    }
}

fn to_line(from: Reader<'_>) -> Read<OrderLine> {
    Ok(OrderLine {
        sku: from.text("sku")?,
        name: from.text("name")?,
        quantity: from.int("quantity")?,
        unit_price: from.decimal("unit_price")?,
        discount_percent: from.int("discount_percent")?,
        amount: from.decimal("amount")?,
    })
}
