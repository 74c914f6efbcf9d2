//! What the analytics service's page is told, as JSON says it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::client::{AskError, Client};
use crate::collect::{cents, rows, text, whole};
use crate::shop::Name;

/// A figure of a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Orders that were placed.
    pub placed: i64,
    /// What confirmed orders pay, in cents.
    pub cents: i64,
    /// What the stream closed the minute with, in cents.
    pub closed_cents: Option<i64>,
    /// What it has of the minute while it is open, in cents.
    pub open_cents: Option<i64>,
    /// Orders whose payment was declined.
    pub declined: i64,
    /// Orders that found an article out of stock.
    pub short: i64,
    /// How long orders took.
    pub took: Took,
}

/// How long orders took from placed to decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// How many were decided.
    pub decided: i64,
    /// The median in milliseconds.
    pub p50_ms: Option<i64>,
    /// The same, 99 of 100 took no longer.
    pub p99_ms: Option<i64>,
}

/// Lines, pieces and cents by country and the minute's start.
pub type Sales = BTreeMap<(String, String), (i64, i64, i64)>;

/// What the page is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Figures by the minute's start; minutes without any left out.
    pub minutes: BTreeMap<String, Minute>,
    /// Of the whole hour.
    pub took: Took,
    /// Orders by the reason of their last refusal.
    pub declines: BTreeMap<String, i64>,
    /// Of minutes that are closed.
    pub closed: Sales,
    /// Of minutes that were open before their windows were closed, where the service was told whom
    /// to ask.
    pub open: Option<Sales>,
}

/// Asks for it.
///
/// # Errors
/// If the service does not answer, or oddly.
pub async fn told(client: &mut Client) -> Result<Told, AskError> {
    let dashboard = client.get(Name::Analytics, "/analytics/dashboard").await?;
    let list = |key: &str| dashboard.get(key).and_then(Value::as_array);
    let minutes = list("minutes").into_iter().flatten();
    let minutes = minutes.map(|row| (text(row, "minute"), minute(row)));
    let mut declines = BTreeMap::new();
    for row in rows(client, "/analytics/declines").await? {
        declines.insert(text(&row, "reason"), whole(&row, "orders"));
    }
    Ok(Told {
        minutes: minutes
            .filter(|(_, minute)| *minute != Minute::default())
            .collect(),
        took: took(&dashboard),
        declines,
        closed: sales(client, "/analytics/sales").await?,
        open: None,
    })
}

/// Sales of minutes that are open.
///
/// # Errors
/// If the service does not answer, or oddly.
pub async fn open(client: &mut Client) -> Result<Sales, AskError> {
    sales(client, "/analytics/sales/open").await
}

async fn sales(client: &mut Client, path: &str) -> Result<Sales, AskError> {
    let mut sales = BTreeMap::new();
    for row in rows(client, path).await? {
        let figures = (
            whole(&row, "lines"),
            whole(&row, "pieces"),
            cents(&row, "revenue"),
        );
        sales.insert((text(&row, "country"), text(&row, "minute")), figures);
    }
    Ok(sales)
}

fn minute(row: &Value) -> Minute {
    let known = |key: &str| row.get(key).filter(|value| !value.is_null());
    Minute {
        placed: whole(row, "placed"),
        cents: cents(row, "revenue"),
        closed_cents: known("closed").map(|_| cents(row, "closed")),
        open_cents: known("open").map(|_| cents(row, "open")),
        declined: whole(row, "declined"),
        short: whole(row, "short"),
        took: took(row),
    }
}

fn took(row: &Value) -> Took {
    let millis = |key: &str| row.get(key).and_then(Value::as_i64);
    Took {
        decided: whole(row, "decided"),
        p50_ms: millis("p50_ms"),
        p99_ms: millis("p99_ms"),
    }
}
