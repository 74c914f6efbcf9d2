//! Gathering the facts once everything came to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use generated::events::{OrderCancelled, OrderCancelledCause, OrderConfirmed, OrderRefunded};
use generated::types::PaymentState;
use herald::Message;
use herald::transport::Record;
use order::document::Placed;
use serde_json::Value;
use uuid::Uuid;

use crate::client::{AskError, Client};
use crate::expected::Sales;
use crate::facts::{Analytics, Endings, Facts};
use crate::heard::heard;
use crate::orders::{SourceOrder, initial_stock};
use crate::scenario::PlayError;
use crate::shop::{Name, Shop};
use crate::streams::Emitted;
use crate::told::told;

/// Everything the checks look at.
///
/// # Errors
/// If a service does not answer, or the data are wrong.
pub async fn facts(
    shop: &Shop,
    client: &mut Client,
    orders: Vec<SourceOrder>,
    as_planned: bool,
) -> Result<Facts, PlayError> {
    let documents = placed(shop);
    let states = documents.iter().map(|(id, placed)| (*id, placed.state));
    let stock = shop.stock.snapshot();
    let reservations = stock.reservations.iter();
    let levels = stock.levels.iter();
    let holdings = holdings(shop);
    let declined = shop.payments.read(|payments| {
        let declined = |state| state == PaymentState::Declined;
        payments
            .values()
            .filter(|payment| declined(payment.state))
            .count()
    });
    Ok(Facts {
        as_planned,
        initial: initial_stock()?,
        states: states.collect(),
        causes: causes(&documents),
        endings: endings(shop),
        levels: levels.map(|(sku, level)| (sku.clone(), *level)).collect(),
        fewest_free: Some(shop.watched.fewest_free()),
        reservations: reservations.map(|(id, goods)| (*id, goods.state)).collect(),
        holdings,
        declined,
        mails: shop.mailbox.mails(),
        recorded: recorded(shop),
        analytics: analytics(client).await?,
        heard: heard(shop),
        streams: Some(emitted(shop).await?),
        dead_letters: dead_letters(shop),
        orders,
    })
}

/// Every order that was placed, from the order service's store.
pub fn placed(shop: &Shop) -> BTreeMap<Uuid, Placed> {
    let documents = shop.orders.snapshot().into_iter();
    let placed = documents.filter_map(|(_, document)| document.placed);
    placed
        .map(|placed| (placed.order.order_id, placed))
        .collect()
}

/// How long each order took from accepted to confirmed or cancelled, sorted.
pub fn latencies(shop: &Shop) -> Vec<Duration> {
    let took = |placed: &Placed| {
        let millis = placed.decided_at?.0 - placed.accepted_at.0;
        Some(Duration::from_millis(u64::try_from(millis).ok()?))
    };
    let mut latencies: Vec<_> = placed(shop).values().filter_map(took).collect();
    latencies.sort_unstable();
    latencies
}

/// What the embedded engine emitted. After a crash it publishes again what it may have published.
async fn emitted(shop: &Shop) -> Result<Emitted, PlayError> {
    let mut emitted = Emitted::read(shop.registry(), |topic| shop.brokers.records(topic)).await?;
    emitted.repeats = None;
    Ok(emitted)
}

fn causes(documents: &BTreeMap<Uuid, Placed>) -> BTreeMap<&'static str, usize> {
    let mut causes = BTreeMap::new();
    for cause in documents
        .values()
        .filter_map(|placed| placed.cause.as_ref())
    {
        *causes.entry(kind(cause)).or_default() += 1;
    }
    causes
}

/// The kind of a cause, for the table.
pub fn kind(cause: &OrderCancelledCause) -> &'static str {
    match cause {
        OrderCancelledCause::OutOfStock(_) => "out of stock",
        OrderCancelledCause::PaymentRefused(_) => "payment declined",
        OrderCancelledCause::PaymentUnanswered(_) => "payment never answered",
        OrderCancelledCause::WithdrawnByCustomer(_) => "withdrawn",
    }
}

fn endings(shop: &Shop) -> BTreeMap<Uuid, Endings> {
    endings_in(&shop.brokers.records("ordering.orders"))
}

/// From the records of the event store: a record that is there twice has the
/// same id twice.
pub fn endings_in(records: &[Record]) -> BTreeMap<Uuid, Endings> {
    let mut seen = BTreeSet::new();
    let mut endings = BTreeMap::<Uuid, Endings>::new();
    for record in records {
        let header = |name| record.headers.text(name).unwrap_or_default();
        let Some(order_id) = order_of(record) else {
            continue;
        };
        if !seen.insert(header("ce_id").to_owned()) {
            continue;
        }
        let endings = endings.entry(order_id).or_default();
        match header("ce_type") {
            OrderConfirmed::TYPE => endings.confirmed += 1,
            OrderCancelled::TYPE => endings.cancelled += 1,
            OrderRefunded::TYPE => endings.refunded += 1,
            _ => {}
        }
    }
    endings
}

/// The order that a record's key names.
pub fn order_of(record: &Record) -> Option<Uuid> {
    let key = std::str::from_utf8(record.key.as_deref()?).ok()?;
    key.parse().ok()
}

/// The provider knows payments by their own ids; the payment service's store
/// says which order each one pays.
fn holdings(shop: &Shop) -> BTreeMap<Uuid, (i64, payment::rehearsal::Holding)> {
    let held = shop.provider.holdings();
    shop.payments.read(|payments| {
        let orders: BTreeMap<Uuid, Uuid> = payments
            .values()
            .map(|payment| (payment.payment_id, payment.order_id))
            .collect();
        let by_order = held.into_iter().map(|(payment_id, (amount, holding))| {
            // A payment that no order knows of counts under its own id.
            let order_id = orders.get(&payment_id).copied().unwrap_or(payment_id);
            (order_id, (amount.unscaled() as i64, holding))
        });
        by_order.collect()
    })
}

fn recorded(shop: &Shop) -> Vec<(String, Uuid, &'static str)> {
    shop.mails.read(|tables| {
        let rows = tables.about.iter();
        let rows = rows.flat_map(|(order_id, mails)| mails.iter().map(|mail| (*order_id, mail)));
        rows.map(|(order_id, mail)| (mail.message_id.clone(), order_id, mail.template.as_str()))
            .collect()
    })
}

fn dead_letters(shop: &Shop) -> BTreeMap<String, u64> {
    let is_dead = |name: &str| {
        let topics = shop.topology().topics.iter();
        let mut dead = topics.filter(|topic| topic.dead_letter_of.is_some());
        dead.any(|topic| topic.name == name)
    };
    let topics = shop.brokers.topics().into_iter();
    let topics = topics.filter(|counts| is_dead(&counts.topic));
    let mut found: BTreeMap<_, _> = topics
        .map(|counts| (counts.topic, counts.records))
        .collect();
    for queue in shop
        .topology()
        .queues
        .iter()
        .filter_map(|queue| queue.dead_letter)
    {
        found.insert(queue.to_owned(), shop.brokers.queue(queue).published);
    }
    found
}

/// What the analytics service answers.
///
/// # Errors
/// If it does not, or oddly.
pub async fn analytics(client: &mut Client) -> Result<Analytics, AskError> {
    let mut found = Analytics::default();
    for row in rows(client, "/analytics/orders").await? {
        found
            .states
            .insert(text(&row, "state"), whole(&row, "orders"));
    }
    for dimension in ["country", "sku", "minute"] {
        let path = format!("/analytics/revenue/{dimension}");
        let figures = rows(client, &path).await?.into_iter().map(|row| {
            let sales = Sales {
                orders: whole(&row, "orders"),
                pieces: whole(&row, "pieces"),
                cents: cents(&row, "amount"),
            };
            (text(&row, "name"), sales)
        });
        // What was sold and refunded since leaves a figure of nothing.
        let figures = figures.filter(|(_, sales)| *sales != Sales::default());
        found.revenue.insert(dimension, figures.collect());
    }
    let money = client.get(Name::Analytics, "/analytics/money").await?;
    found.captured_cents = cents(&money, "captured");
    found.refunded_cents = cents(&money, "refunded");
    found.told = told(client).await?;
    Ok(found)
}

/// The rows of an answer that is a list.
pub(crate) async fn rows(client: &mut Client, path: &str) -> Result<Vec<Value>, AskError> {
    match client.get(Name::Analytics, path).await? {
        Value::Array(rows) => Ok(rows),
        other => Err(AskError::Odd {
            path: path.to_owned(),
            why: format!("{other} is no list"),
        }),
    }
}

pub(crate) fn text(row: &Value, key: &str) -> String {
    row.get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn whole(row: &Value, key: &str) -> i64 {
    row.get(key).and_then(Value::as_i64).unwrap_or_default()
}

/// `"12.50"` as 1250; what is no such text is a figure that no check accepts.
pub(crate) fn cents(row: &Value, key: &str) -> i64 {
    let digits = text(row, key).replace('.', "");
    digits.parse().unwrap_or(i64::MIN)
}
