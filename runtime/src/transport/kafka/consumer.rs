//! A member of a consumer group.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::board::Board;
use super::fetching::Fetching;
use super::membership::{Client, Membership};
use super::settings::{KafkaSettings, millis};
use super::statistics::Meters;
use super::{convert, unusable};
use crate::BoxFuture;
use crate::transport::{
    CommitError, LogConsumer, LogEvent, Subscription, TopicPartition, TransportError,
};

/// How long questions about offsets may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A consumer whose thread fetches.
pub(super) struct Consumer {
    membership: Arc<Membership>,
    /// Ends when the thread has left the group.
    left: watch::Receiver<()>,
}

impl Consumer {
    pub(super) fn join(
        settings: &KafkaSettings,
        subscription: Subscription,
        meters: &Arc<Meters>,
    ) -> Result<Self, TransportError> {
        let membership = Membership::new(settings.revoke_timeout, meters.clone());
        let fetching = Fetching {
            membership: membership.clone(),
            config: config(settings, &subscription)?,
            topics: subscription.topics,
            pause: settings.session_timeout,
            topic: "".into(),
            board: Board::default(),
        };
        let client = fetching.join().map_err(|error| unusable(&error))?;
        let (leaving, left) = watch::channel(());
        let run = move || {
            fetching.run(client);
            drop(leaving);
        };
        std::thread::Builder::new()
            .name(format!("kafka {}", subscription.group))
            .spawn(run)
            .map_err(|error| TransportError::Unavailable(error.to_string()))?;
        Ok(Self { membership, left })
    }

    fn on_client(&self, what: &str, work: impl FnOnce(&Client) -> Result<(), KafkaError>) {
        let client = self.membership.client();
        if let Some(Err(error)) = client.map(|client| work(&client)) {
            tracing::warn!(target: "kafka", %error, "{what}");
        }
    }
}

impl LogConsumer for Consumer {
    fn next(&self) -> BoxFuture<'_, LogEvent> {
        Box::pin(self.membership.mailbox.next())
    }

    fn commit(
        &self,
        offsets: Vec<(TopicPartition, u64)>,
    ) -> BoxFuture<'_, Result<(), CommitError>> {
        Box::pin(async move {
            let Some((first, _)) = offsets.first().cloned() else {
                return Ok(());
            };
            if let Some(other) = self.membership.not_owned(&offsets) {
                return Err(CommitError::Fenced(other));
            }
            let Some(client) = self.membership.client() else {
                return Err(CommitError::Unavailable("it joins again".to_owned()));
            };
            let list = convert::offsets(&offsets);
            let commit = spawn_blocking(move || client.commit(&list, CommitMode::Sync)).await;
            match commit {
                Ok(result) => result.or_else(|error| failed_commit(&error, first)),
                Err(error) => Err(CommitError::Unavailable(error.to_string())),
            }
        })
    }

    fn pause(&self, partitions: &[TopicPartition]) {
        self.on_client("pause", |client| client.pause(&convert::list(partitions)));
    }

    fn resume(&self, partitions: &[TopicPartition]) {
        self.on_client("resume", |client| client.resume(&convert::list(partitions)));
    }

    fn lag(&self) -> BoxFuture<'_, Vec<(TopicPartition, u64)>> {
        Box::pin(async move {
            let owned = self.membership.owned();
            let Some(client) = self.membership.client() else {
                return Vec::new();
            };
            let membership = self.membership.clone();
            let asked = spawn_blocking(move || lag_of(&client, &owned, &membership)).await;
            asked.map_or_else(|_| Vec::new(), Result::unwrap_or_default)
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.membership.mailbox.close();
        Box::pin(async move {
            let mut left = self.left.clone();
            while left.changed().await.is_ok() {}
        })
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.membership.mailbox.close();
    }
}

fn failed_commit(error: &KafkaError, at: TopicPartition) -> Result<(), CommitError> {
    use RDKafkaErrorCode::{AssignmentLost, Fatal, FencedInstanceId, NoOffset, UnknownMemberId};
    match error.rdkafka_error_code() {
        Some(NoOffset) => Ok(()),
        Some(UnknownMemberId | FencedInstanceId | AssignmentLost | Fatal) => {
            Err(CommitError::Fenced(at))
        }
        // A generation that just ended does not mean that the partition went away.
        _ => Err(CommitError::Unavailable(error.to_string())),
    }
}

/// From the committed offset, or else from the first record, to the end. Where every record that was
/// read is committed, from where reading stands: past markers of transactions, which nobody commits.
fn lag_of(
    client: &Client,
    owned: &[TopicPartition],
    membership: &Membership,
) -> Result<Vec<(TopicPartition, u64)>, KafkaError> {
    // Before what was read, so that no record lies between the two.
    let position = client.position()?;
    let read = membership.read_to();
    let committed = client.committed_offsets(convert::list(owned), PATIENCE)?;
    // One request a broker for all partitions; watermarks are one request each.
    let times = |at: Offset| {
        let mut list = convert::list(owned);
        list.set_all_offsets(at).map(|()| list)
    };
    let first = client.offsets_for_times(times(Offset::Beginning)?, PATIENCE)?;
    let end = client.offsets_for_times(times(Offset::End)?, PATIENCE)?;
    let mut lag = Vec::with_capacity(owned.len());
    for at in owned {
        let partition = at.partition.cast_signed();
        let of = |list: &TopicPartitionList| {
            let element = list.find_partition(&at.topic, partition);
            match element.map(|element| element.offset()) {
                Some(Offset::Offset(offset)) => Some(offset),
                _ => None,
            }
        };
        let low = of(&first).unwrap_or_default();
        let mut from = of(&committed).map_or(low, |offset| offset.max(low));
        if read.get(at).is_none_or(|read| *read <= from) {
            from = of(&position).map_or(from, |offset| offset.max(from));
        }
        let high = of(&end).unwrap_or(from);
        lag.push((at.clone(), (high - from).max(0).unsigned_abs()));
    }
    Ok(lag)
}

fn config(
    settings: &KafkaSettings,
    subscription: &Subscription,
) -> Result<ClientConfig, TransportError> {
    let mut config = settings.common(&subscription.member)?;
    // Others learn at their next heartbeat that a member left.
    let heartbeat = (settings.session_timeout / 6).min(Duration::from_millis(500));
    config
        .set("group.id", &subscription.group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", millis(settings.session_timeout))
        .set("heartbeat.interval.ms", millis(heartbeat))
        .set("topic.metadata.refresh.interval.ms", "30000")
        // A service that is far behind reads 8 MiB ahead and not 64 a group, and looks again soon.
        .set("queued.max.messages.kbytes", "8192")
        .set("fetch.queue.backoff.ms", "2");
    if let Some(id) = &settings.group_instance_id {
        // Several subscriptions of one instance may be in one group.
        config.set(
            "group.instance.id",
            format!("{id}-{}", subscription.topics.join("+")),
        );
    }
    settings.finish(&mut config)?;
    Ok(config)
}
