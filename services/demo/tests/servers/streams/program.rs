//! The application as a process of its own, which environment variables tell where it runs.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use demo::doors;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::instances::{Instance, close_windows};
use crate::ground::{Ground, free};

/// Killed when dropped.
pub(super) struct Program {
    child: Child,
    instance: Instance,
    log: PathBuf,
}

impl Program {
    /// Starts it with these variables beside those that every run has; it was built before.
    pub(super) fn start(ground: &Ground, name: &str, variables: &[(&str, &str)]) -> Self {
        let (address, log) = (free(), ground.home.log(name));
        let output = File::create(&log).unwrap();
        let mut command = Command::from(stack::streams_program(&ground.home).unwrap());
        command
            .env_clear()
            .env(
                "HERALD_REGISTRY_URL",
                ground.endpoints.registry.as_ref().unwrap(),
            )
            .env(
                "HERALD_STATE_DIR",
                ground.home.dir().join("data").join(name),
            )
            .env("HERALD_LISTEN", address.to_string())
            .env("HERALD_STANDBY_REPLICAS", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .kill_on_drop(true);
        Self {
            child: command.spawn().unwrap(),
            instance: instance(address),
            log,
        }
    }

    /// Waits until every stream runs.
    pub(super) async fn ready(&self, ground: &Ground) {
        ground
            .until("the application is ready", async || {
                let answer = self.instance.ask(doors::get("/health/ready")).await;
                answer.is_some_and(|answer| answer.status.is_success())
            })
            .await;
    }

    /// Closes the open windows, as silence would in the end.
    pub(super) async fn close_windows(&self, ground: &Ground) {
        close_windows(ground, std::slice::from_ref(&self.instance)).await;
    }

    /// Stops it as an operator does.
    pub(super) async fn stop(mut self) {
        let pid = i32::try_from(self.child.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), Signal::TERM).unwrap();
        self.child.wait().await.unwrap();
    }

    /// Waits until it ends by itself: with which code, and what it wrote.
    pub(super) async fn ended(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().await.unwrap();
        (status.code(), fs::read_to_string(&self.log).unwrap())
    }
}

fn instance(address: SocketAddr) -> Instance {
    Instance::at(&format!("http://{address}"))
}
