//! What plain and simulated runs have in common: play, gather, check, report.

use std::collections::BTreeMap;
use std::time::Duration;

use generated::types::OrderState;
use herald::World;

use crate::checks::check;
use crate::client::Client;
use crate::collect::{facts, latencies};
use crate::doors::Doors;
use crate::facts::Facts;
use crate::orders::{SourceOrder, in_file, orders};
use crate::report::{Report, Row, percentile};
use crate::scenario::{Ground, PlayError, play};
use crate::shop::Shop;

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// What was found.
    pub facts: Facts,
    /// From the first order to rest.
    pub took: Duration,
    /// From accepted to confirmed or cancelled, sorted.
    pub latencies: Vec<Duration>,
    /// Records by topic, dead-letter topics that hold none left out.
    pub topics: Vec<Row>,
    /// Messages ever put into each queue, empty ones left out.
    pub queues: Vec<Row>,
}

/// Plays with the first `limit` orders. The services must be running, or about to.
///
/// # Errors
/// If a service refuses, or never answers.
pub async fn run(
    world: &World,
    doors: &Doors,
    ground: &impl Ground,
    limit: usize,
) -> Result<Played, PlayError> {
    let orders = orders(limit, world.now())?;
    let took = play(world, doors, ground, &orders).await?;
    Ok(Played { orders, took })
}

/// What was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// The orders that were placed.
    pub orders: Vec<SourceOrder>,
    /// From the first order to rest.
    pub took: Duration,
}

/// Gathers what came of it.
///
/// # Errors
/// If a service never answers.
pub async fn look(
    world: &World,
    doors: &Doors,
    shop: &Shop,
    played: Played,
) -> Result<Outcome, PlayError> {
    shop.streams.close_windows(world).await;
    shop.rest(world).await?;
    let mut client = Client::new(world.clone(), doors.clone());
    // Faults decide how orders end, so only a plain run promises how often.
    let as_planned = played.orders.len() == in_file() && !world.is_simulated();
    Ok(Outcome {
        facts: facts(shop, &mut client, played.orders, as_planned).await?,
        took: played.took,
        latencies: latencies(shop),
        topics: topics(shop),
        queues: queues(shop),
    })
}

impl Outcome {
    /// The table of the run; `delivery` and the seed's share come from elsewhere.
    pub fn report(&self, delivery: Vec<Row>) -> Report {
        Report {
            seed: None,
            orders: self.facts.orders.len() as u64,
            endings: endings(&self.facts),
            topics: self.topics.clone(),
            queues: self.queues.clone(),
            delivery,
            p50: percentile(&self.latencies, 0.50),
            p99: percentile(&self.latencies, 0.99),
            took: self.took,
            event_log: None,
            checks: check(&self.facts),
        }
    }
}

fn endings(facts: &Facts) -> Vec<Row> {
    let of = |state| facts.states.values().filter(|s| **s == state).count() as u64;
    let mut rows = vec![
        ("confirmed".to_owned(), of(OrderState::Confirmed)),
        ("refunded".to_owned(), of(OrderState::Refunded)),
    ];
    let causes = facts.causes.iter();
    rows.extend(causes.map(|(cause, count)| (format!("cancelled: {cause}"), *count as u64)));
    let unfinished = of(OrderState::Placed) + of(OrderState::Refunding);
    if unfinished > 0 {
        rows.push(("not final".to_owned(), unfinished));
    }
    rows
}

fn topics(shop: &Shop) -> Vec<Row> {
    let events: BTreeMap<&str, bool> = shop
        .topology()
        .topics
        .iter()
        .map(|topic| (topic.name, topic.dead_letter_of.is_none()))
        .collect();
    let counts = shop.brokers.topics().into_iter();
    let shown = counts.filter(|counts| {
        let is_event = events.get(counts.topic.as_str()).copied().unwrap_or(true);
        is_event || counts.records > 0
    });
    shown.map(|counts| (counts.topic, counts.records)).collect()
}

fn queues(shop: &Shop) -> Vec<Row> {
    let counts = shop.brokers.queue_counts().into_iter();
    let used = counts.filter(|counts| counts.published > 0);
    used.map(|counts| (counts.queue, counts.published))
        .collect()
}
