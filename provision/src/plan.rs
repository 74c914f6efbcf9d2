//! All servers at once: what differs, and removing it.

use std::{collections::BTreeSet, fmt::Write as _};

use serde_json::Value;

use crate::{
    Error,
    change::Change,
    desired::Desired,
    kafka::{self, Kafka},
    rabbitmq::{self, Rabbitmq},
    registry::{self, Registry},
};

/// The servers that are looked at.
#[derive(Debug, Clone, Default)]
pub struct Servers {
    /// Kafka.
    pub kafka: Option<kafka::Settings>,
    /// RabbitMQ.
    pub rabbitmq: Option<rabbitmq::Settings>,
    /// The schema registry.
    pub registry: Option<registry::Settings>,
}

/// Every difference.
#[derive(Debug, Default)]
pub struct Plan {
    /// Kafka's.
    pub kafka: Vec<Change<kafka::Step>>,
    /// RabbitMQ's.
    pub rabbitmq: Vec<Change<rabbitmq::Step>>,
    /// The schema registry's.
    pub registry: Vec<Change<registry::Step>>,
    /// What is not looked at, and why; no difference.
    pub remarks: Vec<&'static str>,
}

const NO_AUTHORIZER: &str = "Kafka has no authorizer: it keeps no ACLs, and everybody may do \
                             everything; what the environment's `principals` may do is not set";

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Applied {
    /// Differences that were removed.
    pub done: usize,
    /// Differences that are left because they were not asked for, or cannot be removed.
    pub left: usize,
    /// What failed.
    pub errors: Vec<Error>,
}

impl Plan {
    /// Asks all servers.
    ///
    /// # Errors
    /// Everything that is wrong, of all servers.
    pub async fn new(desired: &Desired, servers: &Servers) -> Result<Self, Vec<Error>> {
        let (kafka, rabbitmq, registry) = tokio::join!(
            look(servers.kafka.as_ref(), |it| kafka_plan(desired, it)),
            look(servers.rabbitmq.as_ref(), |it| rabbitmq_plan(desired, it)),
            look(servers.registry.as_ref(), |it| registry_plan(desired, it)),
        );
        let mut errors = Vec::new();
        let (kafka, remarks) = keep(kafka, &mut errors);
        let plan = Self {
            kafka,
            remarks,
            rabbitmq: keep(rabbitmq, &mut errors),
            registry: keep(registry, &mut errors),
        };
        if errors.is_empty() {
            Ok(plan)
        } else {
            Err(errors)
        }
    }

    /// Whether everything is as declared.
    pub fn is_empty(&self) -> bool {
        self.kafka.is_empty() && self.rabbitmq.is_empty() && self.registry.is_empty()
    }

    /// As people read it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        section(&mut text, "Kafka", &self.kafka);
        section(&mut text, "RabbitMQ", &self.rabbitmq);
        section(&mut text, "schema registry", &self.registry);
        text
    }

    /// As machines read it, an object a line.
    pub fn json_lines(&self) -> String {
        let mut text = String::new();
        for line in self.json() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// An object a difference.
    fn json(&self) -> Vec<Value> {
        let kafka = self.kafka.iter().map(|it| it.to_json("kafka"));
        let rabbitmq = self.rabbitmq.iter().map(|it| it.to_json("rabbitmq"));
        let registry = self.registry.iter().map(|it| it.to_json("registry"));
        kafka.chain(rabbitmq).chain(registry).collect()
    }

    /// Removes what may be removed: schemas first, since services look them up as they start, then
    /// topics, then queues. After an error a server is left as it is; the others go on.
    pub async fn apply(
        &self,
        desired: &Desired,
        servers: &Servers,
        destructive: &BTreeSet<String>,
    ) -> Applied {
        let mut applied = Applied::default();
        if let Some(settings) = &servers.registry {
            match Registry::new(settings) {
                Ok(to) => {
                    applied
                        .all(&self.registry, destructive, |step| to.apply(step))
                        .await;
                }
                Err(error) => applied.errors.push(error),
            }
        }
        if let Some(settings) = &servers.kafka {
            match Kafka::new(settings, &desired.system) {
                Ok(to) => {
                    applied
                        .all(&self.kafka, destructive, |step| to.apply(step))
                        .await;
                }
                Err(error) => applied.errors.push(error),
            }
        }
        if let Some(settings) = &servers.rabbitmq {
            match Rabbitmq::new(settings) {
                Ok(to) => {
                    applied
                        .all(&self.rabbitmq, destructive, |step| to.apply(step))
                        .await;
                }
                Err(error) => applied.errors.push(error),
            }
        }
        applied
    }
}

impl Applied {
    async fn all<'a, S, F>(
        &mut self,
        changes: &'a [Change<S>],
        destructive: &BTreeSet<String>,
        apply: impl Fn(&'a S) -> F,
    ) where
        F: Future<Output = Result<(), Error>>,
    {
        for change in changes {
            let Some(step) = change.allowed(destructive) else {
                self.left += 1;
                continue;
            };
            match apply(step).await {
                Ok(()) => self.done += 1,
                Err(error) => {
                    self.errors.push(error);
                    return;
                }
            }
        }
    }
}

async fn look<'a, T, D: Default, F>(
    settings: Option<&'a T>,
    plan: impl FnOnce(&'a T) -> F,
) -> Result<D, Error>
where
    F: Future<Output = Result<D, Error>>,
{
    match settings {
        Some(settings) => plan(settings).await,
        None => Ok(D::default()),
    }
}

type Found<S> = Result<Vec<Change<S>>, Error>;

fn keep<D: Default>(found: Result<D, Error>, errors: &mut Vec<Error>) -> D {
    found.unwrap_or_else(|error| {
        errors.push(error);
        D::default()
    })
}

/// The differences, and what was not looked at.
async fn kafka_plan(
    desired: &Desired,
    settings: &kafka::Settings,
) -> Result<(Vec<Change<kafka::Step>>, Vec<&'static str>), Error> {
    let kafka = Kafka::new(settings, &desired.system)?;
    let live = kafka.observe(desired).await?;
    let mut remarks = Vec::new();
    if live.acls.is_none() && !desired.access.is_empty() {
        remarks.push(NO_AUTHORIZER);
    }
    Ok((kafka::compare(desired, &live), remarks))
}

async fn rabbitmq_plan(desired: &Desired, settings: &rabbitmq::Settings) -> Found<rabbitmq::Step> {
    let rabbitmq = Rabbitmq::new(settings)?;
    let vhost = rabbitmq.vhost(&desired.system);
    Ok(rabbitmq::compare(
        desired,
        &vhost,
        &rabbitmq.observe(desired).await?,
    ))
}

async fn registry_plan(desired: &Desired, settings: &registry::Settings) -> Found<registry::Step> {
    let registry = Registry::new(settings)?;
    Ok(registry::compare(
        desired,
        &registry.observe(desired).await?,
    ))
}

fn section<S>(text: &mut String, title: &str, changes: &[Change<S>]) {
    if changes.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{title}");
    for change in changes {
        for line in change.to_string().lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
}
