//! Requests to the broker.

use std::collections::{BTreeMap, BTreeSet};

use rdkafka::{
    admin::{
        AdminOptions, AlterConfig, ConfigSource, NewPartitions, NewTopic, OwnedResourceSpecifier,
        ResourceSpecifier, TopicReplication, TopicResult,
    },
    types::RDKafkaErrorCode,
};

use super::{Kafka, TIMEOUT, Topic};
use crate::{Error, desired};

impl Kafka {
    fn options() -> AdminOptions {
        AdminOptions::new()
            .request_timeout(Some(TIMEOUT))
            .operation_timeout(Some(TIMEOUT))
    }

    /// Partitions and replicas of all topics.
    pub(super) fn metadata(&self) -> Result<BTreeMap<String, Topic>, Error> {
        let all = self.admin.inner().fetch_metadata(None, TIMEOUT)?;
        let topics = all.topics().iter().map(|topic| {
            let replicas = topic.partitions().iter().map(|p| p.replicas().len());
            let found = Topic {
                partitions: u32::try_from(topic.partitions().len()).unwrap_or(u32::MAX),
                replication: replicas.min().map_or(0, |n| u32::try_from(n).unwrap_or(0)),
                ..Topic::default()
            };
            (topic.name().to_owned(), found)
        });
        Ok(topics.collect())
    }

    /// Fills in the configuration.
    pub(super) async fn describe(&self, topics: &mut BTreeMap<String, Topic>) -> Result<(), Error> {
        let names: Vec<String> = topics.keys().cloned().collect();
        if names.is_empty() {
            return Ok(());
        }
        let asked: Vec<_> = names.iter().map(|n| ResourceSpecifier::Topic(n)).collect();
        let answers = self
            .admin
            .describe_configs(&asked, &Self::options())
            .await?;
        for answer in answers {
            let described = answer.map_err(|code| refused("to describe a topic", code))?;
            let OwnedResourceSpecifier::Topic(name) = described.specifier else {
                continue;
            };
            let Some(topic) = topics.get_mut(&name) else {
                continue;
            };
            for entry in described.entries {
                if matches!(entry.source, ConfigSource::DynamicTopic) {
                    topic.own.insert(entry.name.clone());
                }
                topic
                    .config
                    .insert(entry.name, entry.value.unwrap_or_default());
            }
        }
        Ok(())
    }

    pub(super) async fn create(&self, name: &str, topic: &desired::Topic) -> Result<(), Error> {
        let count = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let replication = TopicReplication::Fixed(count(topic.replication));
        let mut new = NewTopic::new(name, count(topic.partitions), replication);
        for (key, value) in &topic.config {
            new = new.set(key, value);
        }
        let made = self.admin.create_topics([&new], &Self::options()).await?;
        done(
            &format!("to create topic {name}"),
            made,
            Some(RDKafkaErrorCode::TopicAlreadyExists),
        )
    }

    pub(super) async fn delete(&self, name: &str) -> Result<(), Error> {
        let gone = self.admin.delete_topics(&[name], &Self::options()).await?;
        done(
            &format!("to delete topic {name}"),
            gone,
            Some(RDKafkaErrorCode::UnknownTopicOrPartition),
        )
    }

    pub(super) async fn add_partitions(&self, name: &str, count: u32) -> Result<(), Error> {
        let new = NewPartitions::new(name, count as usize);
        let made = self
            .admin
            .create_partitions([&new], &Self::options())
            .await?;
        done(&format!("to add partitions to {name}"), made, None)
    }

    /// Changes a part of a topic's configuration. The request replaces all of it, so what is set
    /// on the topic by now is sent along.
    pub(super) async fn configure(
        &self,
        name: &str,
        set: &BTreeMap<String, String>,
        unset: &BTreeSet<String>,
    ) -> Result<(), Error> {
        let mut now = BTreeMap::from([(name.to_owned(), Topic::default())]);
        self.describe(&mut now).await?;
        let Topic {
            mut config, own, ..
        } = now.remove(name).unwrap_or_default();
        config.retain(|key, _| own.contains(key) && !unset.contains(key));
        config.extend(set.clone());
        let mut alter = AlterConfig::new(ResourceSpecifier::Topic(name));
        for (key, value) in &config {
            alter = alter.set(key, value);
        }
        let altered = self.admin.alter_configs([&alter], &Self::options()).await?;
        let failed = altered.into_iter().find_map(Result::err);
        failed.map_or(Ok(()), |(_, code)| {
            Err(refused(&format!("to configure {name}"), code))
        })
    }
}

fn done(
    what: &str,
    results: Vec<TopicResult>,
    fine: Option<RDKafkaErrorCode>,
) -> Result<(), Error> {
    let mut failed = results.into_iter().filter_map(Result::err);
    match failed.find(|(_, code)| Some(*code) != fine) {
        None => Ok(()),
        Some((_, code)) => Err(refused(what, code)),
    }
}

fn refused(what: &str, code: RDKafkaErrorCode) -> Error {
    Error::KafkaRefused {
        what: what.to_owned(),
        code,
    }
}
