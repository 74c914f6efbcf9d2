//! `status`: what runs, where, and how it feels.

use std::collections::BTreeMap;
use std::fmt;
use std::thread;

use serde::Serialize;

use crate::component::Node;
use crate::process::{Identity, Life};
use crate::state::{Record, State};
use crate::{Error, Home};

/// How a server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "detail", rename_all = "lowercase")]
pub enum Health {
    /// It answered in its own protocol; what it said.
    Healthy(String),
    /// It runs and does not serve; why.
    Unhealthy(String),
    /// It was paused (SIGSTOP).
    Paused,
    /// It does not run.
    Stopped,
}

impl Health {
    /// Whether it serves.
    pub fn is_healthy(&self) -> bool {
        matches!(self, Self::Healthy(_))
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Healthy(said) => write!(f, "healthy: {said}"),
            Self::Unhealthy(why) => write!(f, "unhealthy: {why}"),
            Self::Paused => f.write_str("paused"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// One server between `up` and `down`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// "kafka", or "kafka-2" in a cluster.
    pub name: String,
    /// The server and its version.
    pub product: &'static str,
    /// Its listeners on 127.0.0.1 by what they are for.
    pub ports: BTreeMap<String, u16>,
    /// The process, if it runs.
    pub pid: Option<i32>,
    /// Resident memory of that process in bytes.
    pub memory: Option<u64>,
    /// How it is.
    pub health: Health,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports: Vec<_> = self
            .ports
            .iter()
            .map(|(name, port)| format!("{name} {port}"))
            .collect();
        let pid = self
            .pid
            .map_or_else(|| "-".to_owned(), |pid| pid.to_string());
        let memory = self
            .memory
            .map_or_else(|| "-".to_owned(), |bytes| format!("{} MB", bytes >> 20));
        write!(
            f,
            "{:<12} {pid:>8} {memory:>7}  {:<28} {}",
            self.name,
            self.health.to_string(),
            ports.join(", ")
        )
    }
}

/// Asks every server that was started and not taken down.
pub fn status(home: &Home) -> Result<Vec<Row>, Error> {
    let state = State::load(home)?;
    let wanted: Vec<_> = state
        .servers
        .iter()
        .filter(|(_, record)| record.wanted || record.is_alive())
        .collect();
    thread::scope(|scope| {
        let threads: Vec<_> = wanted
            .iter()
            .map(|(name, record)| scope.spawn(|| Ok(row(&state.node(home, name)?, record))))
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}

/// The names of the servers whose processes live.
pub fn running(home: &Home) -> Result<Vec<String>, Error> {
    let state = State::load(home)?;
    let alive = state.servers.iter().filter(|(_, record)| record.is_alive());
    Ok(alive.map(|(name, _)| name.clone()).collect())
}

fn row(node: &Node<'_>, record: &Record) -> Row {
    let process = record.process.as_ref();
    let life = process.and_then(Identity::life);
    let health = match life {
        None => Health::Stopped,
        Some(Life::Paused) => Health::Paused,
        Some(Life::Running) => match node.component.server.probe(node) {
            Ok(said) => Health::Healthy(said),
            Err(trouble) => Health::Unhealthy(trouble.to_string()),
        },
    };
    let process = process.filter(|_| life.is_some());
    Row {
        name: node.name.to_owned(),
        product: node.component.product,
        ports: record.ports.clone(),
        pid: process.map(|process| process.pid),
        memory: process.and_then(Identity::memory),
        health,
    }
}
