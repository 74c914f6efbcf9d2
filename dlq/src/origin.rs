//! Where dead letters may lie, by the catalog.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use herald_codegen::model::{AfterDeadLetter, Deployment, Model, Queue, Service, TopicRole};
use herald_codegen::schema;

use crate::Error;

/// A dead-letter topic or queue, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A dead-letter topic of a consumer group.
    Group(Group),
    /// A dead-letter queue.
    Queue(Commands),
}

/// A consumer group that gives records of a topic up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The topic that it reads.
    pub topic: String,
    /// The group.
    pub group: String,
    /// The service it belongs to.
    pub service: String,
    /// The dead-letter topic.
    pub dead: String,
    /// The topic that goes to this group alone.
    pub redrive: Option<String>,
    /// Types (Avro full names) of which later records of a key wait behind a dead letter.
    pub parks: BTreeSet<String>,
}

/// A work queue whose messages are given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands {
    /// The work queue, of the lowest level where there are several.
    pub queue: String,
    /// How many priority levels it has, 1 where there are none.
    pub levels: u8,
    /// The service that receives from it.
    pub service: String,
    /// The dead-letter queue.
    pub dead: String,
}

impl Origin {
    /// The dead-letter topic or queue.
    pub fn dead(&self) -> &str {
        match self {
            Self::Group(group) => &group.dead,
            Self::Queue(queue) => &queue.dead,
        }
    }

    /// The topic or queue that letters came from.
    pub fn source(&self) -> &str {
        match self {
            Self::Group(group) => &group.topic,
            Self::Queue(queue) => &queue.queue,
        }
    }

    /// The service that gives up.
    pub fn service(&self) -> &str {
        match self {
            Self::Group(group) => &group.service,
            Self::Queue(queue) => &queue.service,
        }
    }

    /// The consumer group; of a queue, the queue.
    pub fn group(&self) -> &str {
        match self {
            Self::Group(group) => &group.group,
            Self::Queue(queue) => &queue.queue,
        }
    }
}

impl Commands {
    /// The work queue that a letter goes back to: the one it says it came from, if that is a level of
    /// this one.
    pub fn back_to<'a>(&'a self, source: Option<&'a str>) -> &'a str {
        let level = source.and_then(|source| {
            let level = source.strip_prefix(&self.queue)?.strip_prefix(".p")?;
            let level: u8 = level.parse().ok()?;
            (2..=self.levels).contains(&level).then_some(source)
        });
        level.unwrap_or(&self.queue)
    }
}

/// What the catalog says about dead letters in one environment.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Dead-letter topics, then queues, each in order of name.
    pub origins: Vec<Arc<Origin>>,
    /// The current schema of each message, by Avro full name.
    pub schemas: BTreeMap<String, String>,
    /// Bootstrap servers that the environment names.
    pub kafka: Option<String>,
}

impl Declared {
    /// What a model declares for an environment; `default` is the one without overrides.
    ///
    /// # Errors
    /// [`Error::NoEnvironment`] with the names there are.
    pub fn new(model: &Model, environment: &str) -> Result<Self, Error> {
        let deployment = model.environment(environment)?;
        let named = model.environments.get(environment);
        let kafka = named.and_then(|it| it.brokers.get("kafka"));
        let schemas = model.messages().map(|message| {
            let schema = schema::of_message(model, message).to_string();
            (message.full_name(), schema)
        });
        let queues = deployment.queues.values().filter_map(commands);
        let all = groups(model, deployment).map(Origin::Group);
        let all = all.chain(queues.map(Origin::Queue)).map(Arc::new);
        Ok(Self {
            origins: all.collect(),
            schemas: schemas.collect(),
            kafka: kafka.filter(|all| !all.is_empty()).map(|all| all.join(",")),
        })
    }

    /// The origins of a name: a dead-letter topic or queue, what it is of, or a service or group.
    /// All of them where no name is given.
    ///
    /// # Errors
    /// [`Error::NoOrigin`] for each name that is none.
    pub fn chosen(&self, names: &[String]) -> Result<Vec<Arc<Origin>>, Vec<Error>> {
        let is = |origin: &Origin, name: &str| {
            let names = [
                origin.dead(),
                origin.source(),
                origin.service(),
                origin.group(),
            ];
            names.contains(&name)
        };
        let strangers = names
            .iter()
            .filter(|name| !self.origins.iter().any(|origin| is(origin, name)));
        let dead: Vec<&str> = self.origins.iter().map(|origin| origin.dead()).collect();
        let errors = strangers.map(|name| Error::NoOrigin {
            name: name.clone(),
            known: dead.join(", "),
        });
        let errors: Vec<Error> = errors.collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let chosen = self
            .origins
            .iter()
            .filter(|origin| names.is_empty() || names.iter().any(|name| is(origin, name)));
        Ok(chosen.cloned().collect())
    }
}

fn groups<'a>(model: &'a Model, deployment: &'a Deployment) -> impl Iterator<Item = Group> + 'a {
    deployment.topics.values().filter_map(move |topic| {
        let TopicRole::DeadLetter { of, group } = &topic.role else {
            return None;
        };
        let mut services = deployment.services.values();
        let service = services.find(|service| reads(service, of, group).next().is_some())?;
        let waits = reads(service, of, group)
            .filter(|consume| consume.policy.after_dead_letter == AfterDeadLetter::Park);
        let parks = waits
            .filter_map(|consume| Some(model.message(&consume.event)?.full_name()))
            .collect();
        let redrive = deployment.topics.values().find(|topic| {
            matches!(&topic.role, TopicRole::Redrive { of: o, group: g } if o == of && g == group)
        });
        Some(Group {
            topic: of.clone(),
            group: group.clone(),
            service: service.name.clone(),
            dead: topic.name.clone(),
            redrive: redrive.map(|topic| topic.name.clone()),
            parks,
        })
    })
}

fn reads<'a>(
    service: &'a Service,
    topic: &'a str,
    group: &'a str,
) -> impl Iterator<Item = &'a herald_codegen::model::Consume> {
    let consumes = service.consumes.iter();
    consumes.filter(move |consume| consume.topic == topic && consume.group == group)
}

fn commands(queue: &Queue) -> Option<Commands> {
    Some(Commands {
        queue: queue.name.clone(),
        levels: queue.priority.unwrap_or(1),
        service: queue.service.clone(),
        dead: queue.dead_letter.clone()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_goes_back_to_its_level() {
        let queue = Commands {
            queue: "mail.send".to_owned(),
            levels: 3,
            service: "mail".to_owned(),
            dead: "mail.send.dlq".to_owned(),
        };
        assert_eq!(queue.back_to(Some("mail.send.p3")), "mail.send.p3");
        for other in [None, Some("mail.send"), Some("mail.send.p4"), Some("x.p2")] {
            assert_eq!(queue.back_to(other), "mail.send");
        }
    }
}
