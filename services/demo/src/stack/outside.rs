//! The shop as an outsider sees it: its HTTP API, its metrics, the servers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use generated::types::OrderState;
use herald::World;
use herald::topology::Topology;
use jiff::Timestamp;
use notification::mailer::Mail;
use payment::rehearsal::{Holding, Rehearsal};
use serde_json::Value;
use uuid::Uuid;

use super::application::Application;
use super::fleet::Fleet;
use super::kafka::Contents;
use super::mishaps::{Course, Mishaps};
use super::servers::Servers;
use super::views::{Found, levels};
use super::{events, server, soon, web};
use crate::client::Client;
use crate::collect::{analytics, endings_in};
use crate::doors::{self, Doors};
use crate::facts::Facts;
use crate::heard::heard_in;
use crate::orders::{SourceOrder, in_file, initial_stock};
use crate::report::Row;
use crate::run::{Outcome, Played};
use crate::scenario::{Ground, PlayError};
use crate::shop::Name;
use crate::socket::Connections;
use crate::streams::Emitted;
use crate::told;

/// Longer than a payment may stay unanswered in the demo's environment, than a relay's pause, and
/// than RabbitMQ takes to refresh what it says of its queues.
const QUIET: Duration = Duration::from_secs(7);

/// The row of attempts that failed.
pub(super) const RETRIES: &str = "retries";

/// What delivery counts, as the table shows it.
const SHOWN: [(&str, &str); 4] = [
    (RETRIES, "herald_retries_total"),
    ("repeats recognised", "herald_repeats_total"),
    ("pauses, something was down", "herald_unavailable_total"),
    ("dead letters", "herald_dead_letters_total"),
];

/// A look at the shop from outside.
pub(super) struct Outside {
    world: World,
    servers: Arc<Servers>,
    doors: Doors,
    provider: Arc<Rehearsal>,
    application: Application,
    topology: &'static Topology,
    /// Whether nothing is killed or stopped in this run.
    undisturbed: bool,
    /// What is killed and stopped.
    course: Arc<Course>,
}

/// What moves while something is in flight.
#[derive(Debug, PartialEq, Eq)]
struct Movement {
    produced: u64,
    consumed: u64,
    /// In outboxes, in topics before a group, in work and wait queues.
    waiting: u64,
    /// By the streams.
    streamed: u64,
}

impl Outside {
    pub(super) fn new(
        world: &World,
        servers: &Arc<Servers>,
        fleet: &Fleet,
        provider: Arc<Rehearsal>,
        topology: &'static Topology,
        mishaps: &Mishaps,
    ) -> Self {
        Self {
            world: world.clone(),
            servers: servers.clone(),
            doors: fleet.doors().clone(),
            provider,
            application: Application::new(servers),
            topology,
            undisturbed: mishaps.are_none(),
            course: mishaps.course(),
        }
    }

    /// Gathers what came of it.
    pub(super) async fn look(&self, played: Played) -> Result<Outcome, PlayError> {
        let mut client = Client::new(self.world.clone(), self.doors.clone());
        let open = told::open(&mut client).await?;
        self.application.close_windows(&self.world).await?;
        self.rest(&self.world).await?;
        let contents = self.contents().await?;
        let queues = self.queues().await?;
        let mut found = Found::default();
        for order in &played.orders {
            found.ask(&mut client, order.order_id).await?;
        }
        found.latencies.sort_unstable();
        let mut analytics = analytics(&mut client).await?;
        analytics.told.open = Some(open);
        let facts = Facts {
            as_planned: self.undisturbed && played.orders.len() == in_file(),
            initial: initial_stock()?,
            states: found.states,
            causes: events::causes(&contents.records),
            endings: endings_in(&contents.records),
            levels: levels(&mut client).await?,
            fewest_free: None,
            reservations: events::reservations(&contents.records),
            holdings: self.holdings(&found.payments),
            declined: found.declined,
            mails: self.mails().await?,
            recorded: found.recorded,
            analytics,
            heard: heard_in(&contents.records),
            streams: Some(self.emitted(&contents).await?),
            dead_letters: self.dead_letters(&contents, &queues),
            orders: played.orders,
        };
        Ok(Outcome {
            facts,
            took: played.took,
            latencies: found.latencies,
            topics: self.events(&contents),
            queues: queues
                .into_iter()
                .map(|(name, queue)| (name, queue.published))
                .filter(|(_, published)| *published > 0)
                .collect(),
        })
    }

    /// What the services that run now have counted.
    pub(super) async fn delivery(&self) -> Result<Vec<Row>, PlayError> {
        let mut rows = Vec::new();
        let metrics = self.metrics().await?;
        for (what, metric) in SHOWN {
            let all = metrics.iter().map(|text| web::total(text, metric));
            rows.push((what.to_owned(), all.sum()));
        }
        Ok(rows)
    }

    async fn movement(&self) -> Result<Movement, PlayError> {
        let metrics = self.metrics().await?;
        let streams = self.application.progress().await?;
        let sum = |metric| -> u64 { metrics.iter().map(|text| web::total(text, metric)).sum() };
        let dead: Vec<&str> = self.dead_letter_queues().collect();
        let queues = self.queues().await?.into_iter();
        let queues = queues.filter(|(name, _)| !dead.contains(&name.as_str()));
        let in_queues: u64 = queues.map(|(_, queue)| queue.messages).sum();
        Ok(Movement {
            produced: sum("herald_produced_total"),
            consumed: sum("herald_consumed_total"),
            waiting: sum("herald_outbox_depth") + sum("herald_lag") + in_queues + streams.lag,
            streamed: streams.processed,
        })
    }

    async fn metrics(&self) -> Result<Vec<String>, PlayError> {
        let mut texts = Vec::new();
        let mut connections = Connections::default();
        for name in Name::ALL {
            let request = doors::get("/metrics");
            let answer = self.doors.ask(&mut connections, name, request);
            let answer = answer.await.map_err(|error| server("services")(&error))?;
            texts.push(String::from_utf8_lossy(&answer.body).into_owned());
        }
        Ok(texts)
    }

    async fn contents(&self) -> Result<Contents, PlayError> {
        let topics = self.topology.topics.iter();
        let names = topics.map(|topic| topic.name.to_owned()).collect();
        let partitions = self.topology.topics.iter().map(|topic| topic.partitions);
        let partitions = partitions.sum::<u32>() as usize;
        Contents::read(&self.world, &self.servers.kafka()?, names, partitions).await
    }

    /// What the streams emitted: exactly once.
    async fn emitted(&self, contents: &Contents) -> Result<Emitted, PlayError> {
        let of = |topic: &str| {
            let records = contents.records.iter();
            records
                .filter(|record| &*record.topic == topic)
                .cloned()
                .collect()
        };
        Ok(Emitted::read(self.servers.registry()?, of).await?)
    }

    fn events(&self, contents: &Contents) -> Vec<Row> {
        let is_shown = |name: &str, count: u64| {
            let mut topics = self.topology.topics.iter();
            let own = topics.any(|topic| topic.name == name && topic.dead_letter_of.is_none());
            own || count > 0
        };
        let counts = contents.counts.iter();
        let shown = counts.filter(|(name, count)| is_shown(name, **count));
        shown.map(|(name, count)| (name.clone(), *count)).collect()
    }

    fn dead_letters(
        &self,
        contents: &Contents,
        queues: &BTreeMap<String, Queue>,
    ) -> BTreeMap<String, u64> {
        let topics = self.topology.topics.iter();
        let topics = topics.filter(|topic| topic.dead_letter_of.is_some());
        let of = |name: &str| contents.counts.get(name).copied().unwrap_or_default();
        let mut found: BTreeMap<_, _> = topics
            .map(|topic| (topic.name.to_owned(), of(topic.name)))
            .collect();
        for name in self.dead_letter_queues() {
            let messages = queues.get(name).map_or(0, |queue| queue.messages);
            found.insert(name.to_owned(), messages);
        }
        found
    }

    fn dead_letter_queues(&self) -> impl Iterator<Item = &'static str> {
        self.topology
            .queues
            .iter()
            .filter_map(|queue| queue.dead_letter)
    }

    async fn queues(&self) -> Result<BTreeMap<String, Queue>, PlayError> {
        let management = self.servers.endpoints.rabbitmq_management.first();
        let rows = web::json("RabbitMQ", management, "/api/queues").await?;
        let rows = rows.as_array().into_iter().flatten();
        let queue = |row: &Value| {
            let published = row
                .pointer("/message_stats/publish")
                .and_then(Value::as_u64);
            let queue = Queue {
                messages: row.get("messages").and_then(Value::as_u64)?,
                published: published.unwrap_or_default(),
            };
            Some((row.get("name")?.as_str()?.to_owned(), queue))
        };
        Ok(rows.filter_map(queue).collect())
    }

    async fn mails(&self) -> Result<Vec<Mail>, PlayError> {
        let api = self.servers.endpoints.mail_api.as_ref();
        let path = "/api/v1/messages?limit=100000";
        let answer = web::json("e-mail server", api, path).await?;
        let rows = answer.get("messages").and_then(Value::as_array);
        let text = |row: &Value, at: &str| {
            let value = row.pointer(at).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let mail = |row: &Value| Mail {
            message_id: format!("<{}>", text(row, "/MessageID")),
            to: text(row, "/To/0/Address"),
            subject: text(row, "/Subject"),
            body: text(row, "/Snippet"),
        };
        Ok(rows.into_iter().flatten().map(mail).collect())
    }

    /// The provider knows payments by their own ids; the payment service says whose they are.
    fn holdings(&self, orders: &BTreeMap<Uuid, Uuid>) -> BTreeMap<Uuid, (i64, Holding)> {
        let held = self.provider.holdings().into_iter();
        held.map(|(payment_id, (amount, holding))| {
            let order_id = orders.get(&payment_id).copied().unwrap_or(payment_id);
            (order_id, (amount.unscaled() as i64, holding))
        })
        .collect()
    }
}

impl Ground for Outside {
    fn opens(&self) {
        self.course.begin();
    }

    async fn rest(&self, world: &World) -> Result<Timestamp, PlayError> {
        let mut last = None;
        let mut since = world.now();
        loop {
            // A service that is being restarted does not answer: something is in flight.
            let now = self.movement().await.ok();
            let rough = self.course.is_rough();
            if rough || now.as_ref().is_none_or(|now| now.waiting > 0) || now != last {
                (last, since) = (now, world.now());
            } else if world.now().duration_since(since).unsigned_abs() >= QUIET {
                return Ok(since);
            }
            soon(world).await;
        }
    }

    async fn is_confirmed(&self, order: &SourceOrder) -> Result<bool, PlayError> {
        let mut client = Client::new(self.world.clone(), self.doors.clone());
        let path = format!("/orders/{}", order.order_id);
        let view = client.get(Name::Order, &path).await?;
        let state = view.get("state").and_then(Value::as_str);
        Ok(state == Some(OrderState::Confirmed.as_str()))
    }
}

/// A queue, as RabbitMQ describes it.
struct Queue {
    messages: u64,
    published: u64,
}
