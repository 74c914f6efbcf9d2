//! The instances of the application, over HTTP.

use std::time::Duration;

use bytes::Bytes;
use demo::doors::{self, Answer, Doors};
use demo::shop::Name;
use demo::socket::Connections;
use serde_json::Value;

use crate::ground::Ground;

/// Silence after which nothing more is expected: longer than a thread that died begins again.
const QUIET: Duration = Duration::from_secs(8);

/// An instance of the application, over HTTP.
pub(super) struct Instance(Doors);

impl Instance {
    pub(super) fn at(url: &str) -> Self {
        let doors = Doors::default();
        let address = url.trim_start_matches("http://").parse().unwrap();
        // A way to any address: whose name it bears does not matter.
        doors.open_socket(Name::Analytics, address);
        Self(doors)
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.send(doors::get(path)).await.unwrap()
    }

    pub(super) async fn send(&self, request: axum::http::Request<Bytes>) -> Option<Value> {
        serde_json::from_slice(&self.ask(request).await?.body).ok()
    }

    pub(super) async fn ask(&self, request: axum::http::Request<Bytes>) -> Option<Answer> {
        let mut connections = Connections::default();
        let asked = self.0.ask(&mut connections, Name::Analytics, request);
        asked.await.ok()
    }
}

/// Records that lie before all instances, and that went through them; `None` until all run.
pub(super) async fn progress(instances: &[Instance]) -> Option<(u64, u64)> {
    let (mut lag, mut processed) = (0, 0);
    for instance in instances {
        for stream in instance.send(doors::get("/streams")).await?.as_array()? {
            if stream["state"] != "RUNNING" {
                return None;
            }
            lag += stream["lag"].as_u64()?;
            processed += stream["processed"].as_u64()?;
        }
    }
    Some((lag, processed))
}

pub(super) async fn at_rest(ground: &Ground, instances: &[Instance]) {
    let (mut last, mut since) = (None, ground.world.now());
    let quiet = async || {
        let now = progress(instances).await;
        if now.is_none_or(|(lag, _)| lag > 0) || now != last {
            (last, since) = (now, ground.world.now());
        }
        ground.world.now().duration_since(since).unsigned_abs() >= QUIET
    };
    ground.until("the streams are at rest", quiet).await;
}

/// Both instances have partitions of each stream, together all.
pub(super) async fn shared(instance: &Instance) {
    for stream in instance.get("/streams").await.as_array().unwrap() {
        let instances = stream["instances"].as_array().unwrap();
        let shares: Vec<_> = instances
            .iter()
            .map(|it| it["partitions"].as_u64().unwrap())
            .collect();
        assert_eq!(shares.len(), 2, "{stream}");
        assert!(shares.iter().all(|share| *share > 0), "{stream}");
        assert_eq!(
            shares.iter().sum::<u64>() % super::PARTITIONS,
            0,
            "{stream}"
        );
    }
}

pub(super) async fn close_windows(ground: &Ground, instances: &[Instance]) {
    let closed = async || {
        let mut open = 0;
        for instance in instances {
            let request = doors::ask("/streams/sales-per-minute/close-windows");
            let answer = instance.send(request).await;
            open += answer
                .and_then(|answer| answer["open"].as_u64())
                .unwrap_or(1);
        }
        open == 0
    };
    ground.until("no window is open", closed).await;
}
