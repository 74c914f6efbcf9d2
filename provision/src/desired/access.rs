//! What principals must be allowed, by what the catalog says of whom they belong to.

use std::collections::BTreeSet;

use herald_codegen::model::{Deployment, Environment, Model, STREAMS, Service, Stream, TopicRole};

/// What a service does, or the application of the streams, for the permissions of its principal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The broker's user name.
    pub principal: String,
    /// Topics it writes, dead letters included.
    pub writes: BTreeSet<String>,
    /// Topics it reads, redrives included.
    pub reads: BTreeSet<String>,
    /// Consumer groups it is in.
    pub groups: BTreeSet<String>,
    /// Those of them that each generation of a read model has one of its own beside: `<group>.g1`.
    pub generations: BTreeSet<String>,
    /// Applications on Kafka Streams by their ids, after which groups, transactions and internal
    /// topics are called.
    pub applications: BTreeSet<String>,
    /// Queues it receives from, wait and dead-letter queues included.
    pub queues: BTreeSet<String>,
    /// Whether it sends commands.
    pub sends: bool,
}

impl Access {
    /// Whether it does anything on RabbitMQ.
    pub fn uses_queues(&self) -> bool {
        self.sends || !self.queues.is_empty()
    }
}

/// Of every service that has a principal in an environment, and of the streams.
pub(super) fn of(model: &Model, environment: &Environment) -> Vec<Access> {
    let deployment = &environment.deployment;
    let principal = |name: &str| environment.principals.get(name).cloned();
    let services = deployment.services.values().filter_map(|service| {
        let principal = principal(&service.name)?;
        Some(of_service(principal, deployment, service))
    });
    let streams = principal(STREAMS).map(|principal| of_streams(principal, model, deployment));
    services.chain(streams).collect()
}

fn of_service(principal: String, deployment: &Deployment, service: &Service) -> Access {
    let mut access = Access {
        principal,
        sends: !service.sends.is_empty(),
        writes: carriers(deployment, &service.publishes),
        ..Access::default()
    };
    for consumed in &service.consumes {
        access.groups.insert(consumed.group.clone());
        access.reads.insert(consumed.topic.clone());
        let own = format!("{}.{}", consumed.topic, consumed.group);
        let (dead, redrive) = (format!("{own}.dlt"), format!("{own}.redrive"));
        let there = |name: &String| deployment.topics.contains_key(name);
        access.writes.extend(Some(dead).filter(there));
        access.reads.extend(Some(redrive).filter(there));
    }
    if service.is_read_model() {
        access.generations = access.groups.clone();
    }
    let received = service.receives.iter().map(|receive| receive.queue.clone());
    access.queues.extend(received);
    access
}

fn of_streams(principal: String, model: &Model, deployment: &Deployment) -> Access {
    let mut access = Access {
        principal,
        ..Access::default()
    };
    for stream in model.streams.values() {
        let read: Vec<String> = stream.reads().map(str::to_owned).collect();
        access.reads.extend(carriers(deployment, &read));
        access
            .writes
            .extend(carriers(deployment, std::slice::from_ref(&stream.emits)));
        access.writes.extend(aside(deployment, stream));
        let id = stream.application_id(&model.system.name);
        access.applications.insert(id);
    }
    access
}

/// The topics that carry these events.
fn carriers(deployment: &Deployment, events: &[String]) -> BTreeSet<String> {
    let topics = deployment.topics.values();
    let carries = topics.filter(|topic| topic.events.iter().any(|event| events.contains(event)));
    carries.map(|topic| topic.name.clone()).collect()
}

/// Where a stream puts what is late, and what it cannot decode or compute with.
fn aside<'d>(deployment: &'d Deployment, stream: &Stream) -> impl Iterator<Item = String> + 'd {
    let name = stream.name.clone();
    let aside = deployment
        .topics
        .values()
        .filter(move |topic| match &topic.role {
            TopicRole::Late { stream } => *stream == name,
            TopicRole::DeadLetter { group, .. } => *group == name,
            TopicRole::Events | TopicRole::Redrive { .. } => false,
        });
    aside.map(|topic| topic.name.clone())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use herald_codegen::model::Settings;

    use super::*;
    use crate::kafka::acl;

    const CATALOG: &str = r"
system: shop
doc: A shop.
defaults: { partitions: 1, replication: 1, retention: 7d }
---
domain: sales
owner: a-team
doc: A domain.
---
event: Sold
domain: sales
doc: Something was sold.
key: id
fields: { id: uuid, country: string }
---
event: Shown
domain: sales
doc: Something was shown.
key: id
fields: { id: uuid }
---
service: till
owner: a-team
doc: Sells.
publishes: [Sold, Shown]
---
service: figures
owner: a-team
doc: Counts.
store: postgres
consumes: [Sold]
---
stream: by-country
owner: a-team
domain: sales
doc: What each country buys.
from: Sold
group_by: { country: event.country }
window: { tumbling: 1m, grace: 10s }
compute: { pieces: count() }
emit: SoldByCountry
late: sales.late
---
environment: secured
doc: Where everybody logs in.
principals: { figures: svc-figures, streams: svc-streams }
";

    fn accesses(test: &str) -> Vec<Access> {
        let name = format!("herald-access-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("all.yaml"), CATALOG).unwrap();
        let loaded = herald_codegen::load(&folder, Settings::default());
        fs::remove_dir_all(&folder).unwrap();
        let model = match loaded {
            Ok(loaded) => loaded.model,
            Err(error) => panic!("{error}"),
        };
        of(&model, &model.environments["secured"])
    }

    fn rules(principal: &str) -> Vec<String> {
        let accesses = accesses(principal);
        let mut of_principal = accesses.iter().filter(|it| it.principal == principal);
        let access = of_principal.next().unwrap();
        let start = format!("User:{principal}/");
        let names = acl::of(access).into_iter().map(|acl| acl.to_string());
        names.map(|name| name.replace(&start, "")).collect()
    }

    #[test]
    fn streams_read_write_and_keep_what_is_theirs_and_no_more() {
        let wanted = [
            "write/topic/sales.late",
            "read/topic/sales.sold",
            "write/topic/sales.sold-by-country",
            "write/topic/sales.sold.by-country.dlt",
            "read/topic/shop.by-country-…",
            "write/topic/shop.by-country-…",
            "create/topic/shop.by-country-…",
            "delete/topic/shop.by-country-…",
            "read/group/shop.by-country",
            "write/transactional-id/shop.by-country-…",
        ];
        assert_eq!(rules("svc-streams"), wanted);
    }

    #[test]
    fn the_generations_of_a_read_model_have_groups_of_their_own() {
        let wanted = [
            "read/topic/sales.sold",
            "write/topic/sales.sold.figures.dlt",
            "describe-configs/topic/sales.sold.figures.dlt",
            "read/topic/sales.sold.figures.redrive",
            "read/group/figures",
            "read/group/figures.g…",
        ];
        assert_eq!(rules("svc-figures"), wanted);
    }
}
