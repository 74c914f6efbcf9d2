//! The streams on Kafka Streams: one process, or two that share their partitions.

use std::sync::Arc;

use herald::World;
use serde_json::Value;

use super::servers::Servers;
use super::{server, soon, web};
use crate::doors;
use crate::scenario::PlayError;

const NAME: &str = "streams";

/// The running application.
pub(super) struct Application {
    servers: Arc<Servers>,
}

/// What moves while records are in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Records that lie before it.
    pub(super) lag: u64,
    /// Records that went through its instances since they started.
    pub(super) processed: u64,
}

impl Application {
    pub(super) fn new(servers: &Arc<Servers>) -> Self {
        Self {
            servers: servers.clone(),
        }
    }

    /// How far it is; an error while a stream does not run.
    pub(super) async fn progress(&self) -> Result<Progress, PlayError> {
        let mut progress = Progress::default();
        for stream in self.streams().await? {
            if stream.get("state").and_then(Value::as_str) != Some("RUNNING") {
                return Err(server(NAME)(&stream));
            }
            let figure = |name| stream.get(name).and_then(Value::as_u64).unwrap_or_default();
            progress.lag += figure("lag");
            progress.processed += figure("processed");
        }
        Ok(progress)
    }

    /// Closes every window, as silence would in the end. A record in each partition would not do:
    /// time stands still in the partitions of groups, behind the topics that are written to, and a
    /// record that comes there before the last ones of another partition makes them late.
    pub(super) async fn close_windows(&self, world: &World) -> Result<(), PlayError> {
        loop {
            let mut open = 0;
            for stream in self.streams().await? {
                let name = stream.get("stream").and_then(Value::as_str);
                let path = format!("/streams/{}/close-windows", name.unwrap_or_default());
                for base in &self.servers.endpoints.streams {
                    let answer = web::send(NAME, Some(base), doors::ask(&path)).await?;
                    open += answer.get("open").and_then(Value::as_u64).unwrap_or(1);
                }
            }
            if open == 0 {
                return Ok(());
            }
            soon(world).await;
        }
    }

    /// The streams of every instance, as they say themselves.
    async fn streams(&self) -> Result<Vec<Value>, PlayError> {
        let mut streams = Vec::new();
        for base in &self.servers.endpoints.streams {
            match web::json(NAME, Some(base), "/streams").await? {
                Value::Array(more) => streams.extend(more),
                other => return Err(server(NAME)(&other)),
            }
        }
        Ok(streams)
    }
}
