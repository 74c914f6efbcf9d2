//! The parts of a topology, as the runtime's structs.

use std::collections::{BTreeMap, HashMap};

use crate::{
    emit::{
        literal::{Literal, REST, number_text},
        queues::{DEAD_LETTER_MAX_BYTES, levels},
    },
    model::{
        AfterDeadLetter, Cleanup, Consume, Deployment, Model, Policy, Receive, Service, Store,
        Topic, TopicRole,
    },
};

/// `Topic`, one per topic.
pub(super) fn topics(deployment: &Deployment) -> impl Iterator<Item = Literal> {
    let topics = deployment.topics.values();
    topics.map(|topic| match &topic.role {
        TopicRole::DeadLetter { of, .. } | TopicRole::Redrive { of, .. } => helper(topic, of),
        TopicRole::Events | TopicRole::Late { .. } => source(topic),
    })
}

fn source(topic: &Topic) -> Literal {
    let cleanup = match topic.cleanup {
        Cleanup::Delete => "Cleanup::Delete",
        Cleanup::Compact => "Cleanup::Compact",
    };
    Literal::Struct(
        "Topic",
        vec![
            ("name", Literal::text(&topic.name)),
            ("partitions", Literal::number(topic.partitions)),
            ("replication", Literal::number(topic.replication)),
            ("retention_ms", Literal::some_number(topic.retention_ms)),
            ("cleanup", Literal::path(cleanup)),
            ("max_message_bytes", Literal::none()),
            ("dead_letter_of", Literal::none()),
        ],
    )
}

fn helper(topic: &Topic, of: &str) -> Literal {
    let retention = topic.retention_ms.map(number_text);
    let rest = format!(
        "Topic::helper({}, {}, {}, {})",
        topic.partitions,
        topic.replication,
        retention.map_or_else(|| "None".to_owned(), |ms| format!("Some({ms})")),
        number_text(DEAD_LETTER_MAX_BYTES.into()),
    );
    Literal::Struct(
        "Topic",
        vec![
            ("name", Literal::text(&topic.name)),
            ("dead_letter_of", Literal::some_text(Some(of))),
            (REST, Literal::path(rest)),
        ],
    )
}

/// `Queue`, one per command and priority level.
pub(super) fn queues(model: &Model, deployment: &Deployment) -> impl Iterator<Item = Literal> {
    let queues = deployment.queues.values().flat_map(levels);
    queues.map(|(level, queue)| {
        let tiers = queue
            .tiers_ms
            .iter()
            .map(|tier| Literal::number(*tier))
            .collect();
        Literal::Struct(
            "Queue",
            vec![
                ("name", Literal::text(&queue.name)),
                ("command", Literal::text(&full_name(model, &queue.command))),
                ("service", Literal::text(&queue.service)),
                ("tiers_ms", Literal::List(tiers)),
                (
                    "dead_letter",
                    Literal::some_text(queue.dead_letter.as_deref()),
                ),
                ("ttl_ms", Literal::some_number(queue.ttl_ms)),
                ("priority", Literal::some_number(level.map(u64::from))),
            ],
        )
    })
}

/// `ServiceTopology`, one per service.
pub(super) fn services(model: &Model, deployment: &Deployment) -> impl Iterator<Item = Literal> {
    let helpers = helper_topics(deployment);
    let services = deployment.services.values();
    services.map(move |service| {
        let store = match service.store {
            Store::Postgres => "StoreKind::Postgres",
            Store::Mongodb => "StoreKind::MongoDb",
            Store::None => "StoreKind::None",
        };
        Literal::Struct(
            "ServiceTopology",
            vec![
                ("name", Literal::text(&service.name)),
                ("store", Literal::path(store)),
                (
                    "consumes",
                    Literal::List(consumes(model, &helpers, service)),
                ),
                (
                    "receives",
                    Literal::List(receives(model, deployment, service)),
                ),
                ("timers", Literal::List(timers(service))),
            ],
        )
    })
}

/// Names of dead-letter (`.0`) and redrive topics (`.1`) by source topic and group.
type HelperTopics<'a> = HashMap<(&'a str, &'a str), (Option<&'a str>, Option<&'a str>)>;

fn helper_topics(deployment: &Deployment) -> HelperTopics<'_> {
    let mut helpers = HelperTopics::new();
    for topic in deployment.topics.values() {
        match &topic.role {
            TopicRole::Events | TopicRole::Late { .. } => {}
            TopicRole::DeadLetter { of, group } => {
                helpers.entry((of, group)).or_default().0 = Some(&topic.name);
            }
            TopicRole::Redrive { of, group } => {
                helpers.entry((of, group)).or_default().1 = Some(&topic.name);
            }
        }
    }
    helpers
}

/// `Consumes`, one per topic and group.
fn consumes(model: &Model, helpers: &HelperTopics<'_>, service: &Service) -> Vec<Literal> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Consume>> = BTreeMap::new();
    for consume in &service.consumes {
        groups
            .entry((&consume.topic, &consume.group))
            .or_default()
            .push(consume);
    }
    let groups = groups.into_iter();
    groups
        .map(|((topic, group), entries)| {
            let concurrency = entries.iter().map(|c| c.policy.concurrency).max();
            let (dead_letter, redrive) = helpers.get(&(topic, group)).copied().unwrap_or_default();
            let policies = entries.iter().map(|consume| {
                let name = Literal::text(&full_name(model, &consume.event));
                Literal::Pair(Box::new(name), Box::new(policy(&consume.policy)))
            });
            Literal::Struct(
                "Consumes",
                vec![
                    ("topic", Literal::text(topic)),
                    ("group", Literal::text(group)),
                    ("concurrency", Literal::number(concurrency.unwrap_or(1))),
                    ("dead_letter_topic", Literal::some_text(dead_letter)),
                    ("redrive_topic", Literal::some_text(redrive)),
                    ("policies", Literal::List(policies.collect())),
                ],
            )
        })
        .collect()
}

fn policy(policy: &Policy) -> Literal {
    let continues = policy.after_dead_letter == AfterDeadLetter::Continue;
    if policy.dead_letter && continues && policy.order_by_key {
        return Literal::path(format!(
            "Policy::retrying({}, {}, {})",
            number_text(policy.attempts.into()),
            number_text(policy.backoff_min_ms),
            number_text(policy.backoff_max_ms),
        ));
    }
    let after = match policy.after_dead_letter {
        AfterDeadLetter::Continue => "AfterDeadLetter::Continue",
        AfterDeadLetter::Park => "AfterDeadLetter::Park",
    };
    Literal::Struct(
        "Policy",
        vec![
            ("retry", retry(policy)),
            ("dead_letter", Literal::path(policy.dead_letter.to_string())),
            ("after_dead_letter", Literal::path(after)),
            ("order", order(policy)),
        ],
    )
}

fn retry(policy: &Policy) -> Literal {
    Literal::Struct(
        "Retry",
        vec![
            ("attempts", Literal::number(policy.attempts)),
            ("min_ms", Literal::number(policy.backoff_min_ms)),
            ("max_ms", Literal::number(policy.backoff_max_ms)),
        ],
    )
}

fn order(policy: &Policy) -> Literal {
    Literal::path(if policy.order_by_key {
        "Order::Key"
    } else {
        "Order::None"
    })
}

/// `Receives`, one per command and priority level.
fn receives(model: &Model, deployment: &Deployment, service: &Service) -> Vec<Literal> {
    let received = service.receives.iter();
    received
        .flat_map(|receive| {
            let queues = deployment
                .queues
                .get(&receive.queue)
                .map(levels)
                .unwrap_or_default();
            queues
                .into_iter()
                .map(|(_, queue)| received_from(model, receive, &queue.name))
        })
        .collect()
}

fn received_from(model: &Model, receive: &Receive, queue: &str) -> Literal {
    let policy = &receive.policy;
    Literal::Struct(
        "Receives",
        vec![
            ("queue", Literal::text(queue)),
            (
                "command",
                Literal::text(&full_name(model, &receive.command)),
            ),
            ("prefetch", Literal::number(policy.prefetch)),
            ("concurrency", Literal::number(policy.concurrency)),
            ("retry", retry(policy)),
            ("dead_letter", Literal::path(policy.dead_letter.to_string())),
            ("order", order(policy)),
        ],
    )
}

fn timers(service: &Service) -> Vec<Literal> {
    let timers = service.timers.iter();
    timers
        .map(|timer| {
            Literal::Struct(
                "TimerDef",
                vec![
                    ("name", Literal::text(&timer.name)),
                    ("after_ms", Literal::number(timer.after_ms)),
                    ("retry", retry(&timer.policy)),
                ],
            )
        })
        .collect()
}

fn full_name(model: &Model, name: &str) -> String {
    model
        .message(name)
        .map(crate::model::Message::full_name)
        .unwrap_or_default()
}
