//! How far a group member has come: windows, commits, handing partitions back.

use std::sync::Arc;

use super::group::{Group, Partitions};
use super::partition::Partition;
use crate::store::Store;
use crate::transport::{CommitError, LogConsumer};
use crate::world::Step;

impl<S, St> Group<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    /// A record is done with: the watermark may move.
    pub(super) fn finish(&self, partition: &Partition, offset: u64) {
        let mut watermark = partition.watermark();
        watermark.finish(offset);
        let in_hand = watermark.in_hand();
        drop(watermark);
        self.progress.notify_one();
        if partition.is_paused() && in_hand <= self.engine.platform.tuning.window / 2 {
            self.relief.notify_one();
        }
    }

    /// Stops fetching from partitions whose window is full.
    pub(super) fn pause_full(&self, consumer: &dyn LogConsumer, partitions: &Partitions) {
        let window = self.engine.platform.tuning.window;
        for partition in partitions.values() {
            if !partition.is_paused() && partition.watermark().in_hand() >= window {
                partition.set_paused(true);
                consumer.pause(std::slice::from_ref(&partition.at));
                // It may have emptied meanwhile, when nobody gave relief yet.
                self.relief.notify_one();
            }
        }
    }

    /// Fetches again where there is room.
    pub(super) fn resume(&self, consumer: &dyn LogConsumer, partitions: &Partitions) {
        let window = self.engine.platform.tuning.window;
        for partition in partitions.values() {
            if partition.is_paused() && partition.watermark().in_hand() <= window / 2 {
                partition.set_paused(false);
                consumer.resume(std::slice::from_ref(&partition.at));
            }
        }
    }

    /// Commits the watermarks that moved.
    pub(super) async fn commit<'p>(
        &self,
        consumer: &dyn LogConsumer,
        partitions: impl Iterator<Item = &'p Arc<Partition>>,
    ) {
        let moved = partitions.filter_map(|partition| {
            let offset = partition.watermark().to_commit()?;
            Some((partition, offset))
        });
        let moved: Vec<_> = moved.collect();
        if moved.is_empty() {
            return;
        }
        let offsets = moved
            .iter()
            .map(|(partition, offset)| (partition.at.clone(), *offset));
        match consumer.commit(offsets.collect()).await {
            Ok(()) => {
                for (partition, offset) in moved {
                    partition.watermark().committed(offset);
                }
                self.engine.world().checkpoint(Step::Settled).await;
            }
            Err(CommitError::Unavailable(why)) => {
                tracing::warn!(group = %self.id, why, "offsets were not committed yet");
                self.progress.notify_one();
            }
            Err(error @ CommitError::Fenced(_)) => tracing::warn!(group = %self.id, %error),
        }
    }

    /// Lets what is at work end within the bound, drops the rest, commits. Says
    /// how many records were dropped at work.
    pub(super) async fn hand_back(
        &self,
        consumer: &dyn LogConsumer,
        partitions: Vec<Arc<Partition>>,
    ) -> u64 {
        let world = self.engine.world();
        for partition in &partitions {
            partition.work.halt();
        }
        let drained = async {
            for partition in &partitions {
                partition.work.until_idle().await;
            }
        };
        let mut left = 0;
        if world
            .timeout(self.engine.platform.tuning.drain, drained)
            .await
            .is_none()
        {
            left = partitions
                .iter()
                .map(|partition| partition.work.at_work() as u64)
                .sum();
            for partition in &partitions {
                partition.work.cancelled.raise();
                partition.work.until_idle().await;
            }
        }
        self.commit(consumer, partitions.iter()).await;
        world.checkpoint(Step::Drained).await;
        left
    }
}
