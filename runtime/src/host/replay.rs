//! Rebuilding a read model from the log: a generation of its own, with tables and a consumer group
//! of its own, which takes the place of the one in use once it has caught up.

use std::time::Duration;

use jiff::Timestamp;

use super::Running;
#[cfg(feature = "postgres")]
use super::generations::Generations;
#[cfg(feature = "postgres")]
use super::main::begin;
#[cfg(feature = "postgres")]
use super::signals::Signals;
#[cfg(feature = "postgres")]
use super::{Bound, Left, Setup};
#[cfg(feature = "postgres")]
use crate::binding::Definition;
#[cfg(feature = "postgres")]
use crate::error::Cause;
#[cfg(feature = "postgres")]
use crate::store::ReadModel;
#[cfg(feature = "postgres")]
use crate::store::postgres::ReadModels;

/// Records that may be left when the rest is waited for only so long as [`GRACE`]: where messages
/// keep coming, there is always one that is not handled yet, and a log may end with marks of
/// transactions that nobody reads.
const CLOSE: u64 = 256;

/// How long the rest is waited for.
const GRACE: Duration = Duration::from_secs(2);

/// How often it is said how much is left.
#[cfg(feature = "postgres")]
const TELL: Duration = Duration::from_secs(2);

/// How often it is looked how far the instance has come.
const LOOK: Duration = Duration::from_millis(200);

impl Running {
    /// Waits until the instance, which is alone in its consumer groups, has handled what lies in
    /// the log; where messages keep coming, all but the latest. `progress` is told at each look how
    /// many records are left.
    pub async fn catch_up(&self, mut progress: impl FnMut(u64)) {
        let mut close_since: Option<Timestamp> = None;
        loop {
            let now = self.world().now();
            // Before every partition is assigned, nobody knows how much is left.
            let left = self.lag().await;
            if let Some(left) = left {
                progress(left);
            }
            match left {
                Some(0) => return,
                Some(left) if left <= CLOSE => {
                    let since = *close_since.get_or_insert(now);
                    if now.duration_since(since).unsigned_abs() >= GRACE {
                        return;
                    }
                }
                _ => close_since = None,
            }
            self.world().sleep(LOOK).await;
        }
    }
}

/// Builds the read model anew in a generation of its own, switches to it once it has caught up, and
/// ends. Whoever serves the service notices the switch and goes on from where this one stopped.
#[cfg(feature = "postgres")]
pub(super) async fn rebuild<O, F>(
    definition: &'static Definition,
    mut setup: Setup<O>,
    build: F,
    start: Start,
    generations: &Generations,
    mut signals: Signals,
) -> Result<Left, Cause>
where
    F: AsyncFn(&Setup<O>) -> Result<Bound, Cause>,
{
    let service = definition.service;
    let models = database(&setup, generations)?;
    if !build(&setup).await?.is_read_model() {
        let why = "it keeps or says more than it reads from the log";
        return Err(format!("{service} is no read model: {why}").into());
    }
    setup.read_model = ReadModel {
        generation: models.begin().await?,
        since: start.0,
    };
    let generation = setup.read_model.generation;
    let began = setup.world.now();
    tracing::info!(service, generation, "building the read model anew");
    let (_, running) = begin(definition, &setup, &build).await?;
    let mut told = began;
    let caught_up = running.catch_up(|left| {
        let now = setup.world.now();
        if now.duration_since(told).unsigned_abs() >= TELL {
            told = now;
            tracing::info!(service, generation, left, "records to go");
        }
    });
    let in_time = tokio::select! {
        biased;
        () = signals.stop() => false,
        () = caught_up => true,
    };
    let limit = setup.settings.stop_timeout;
    if !in_time {
        running.stop(limit).await;
        return Err("stopped before it had caught up; the read model in use stays".into());
    }
    models.switch(setup.read_model).await?;
    let records = running.metrics().total("herald_consumed_total");
    let left = running.stop(limit).await;
    let seconds = setup.world.now().duration_since(began).as_secs_f64();
    let rebuilt = format!("{records} messages in {seconds:.1} s");
    println!("{service}: generation {generation} is in use, built from {rebuilt}");
    Ok(left)
}

/// What a replay needs: a database that remembers which generation is in use, and a log that other
/// processes see.
#[cfg(feature = "postgres")]
fn database<'g, O>(
    setup: &Setup<O>,
    generations: &'g Generations,
) -> Result<&'g ReadModels, Cause> {
    let database = generations.models().ok_or(
        "a read model is built anew in its database: name it by HERALD_POSTGRES_URL or --postgres-url",
    )?;
    #[cfg(feature = "kafka")]
    if setup.settings.kafka.brokers.is_none() {
        let why = "a read model is built from the log: name it by HERALD_KAFKA_BROKERS or --kafka-brokers";
        return Err(why.into());
    }
    let _ = setup;
    Ok(database)
}

/// Where in the log a replay starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start(pub Option<Timestamp>);

impl std::str::FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("start") {
            return Ok(Self(None));
        }
        let at = text.parse().map_err(|_| {
            format!("{text:?} is neither `start` nor a time such as 2026-11-30T08:00:00Z")
        });
        at.map(|at| Self(Some(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_starts_at_the_start_or_at_a_time() {
        assert_eq!("START".parse(), Ok(Start(None)));
        let at = "2026-11-30T08:00:00Z".parse::<Timestamp>().ok();
        assert_eq!("2026-11-30T08:00:00Z".parse(), Ok(Start(at)));
        let wrong = "yesterday".parse::<Start>().unwrap_err();
        assert!(wrong.contains("neither `start` nor a time"), "{wrong}");
    }
}
