//! The five services as five processes.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use herald::World;
use tokio::process::{Child, Command};

use super::servers::{Servers, beside};
use super::{server, soon};
use crate::doors::{self, Doors};
use crate::scenario::PlayError;
use crate::shop::Name;
use crate::socket::Connections;

/// First port that is tried; the ephemeral range lies above.
const PORTS: std::ops::Range<u16> = 23_100..32_768;

/// The running services.
pub(super) struct Fleet {
    servers: Arc<Servers>,
    environment: &'static str,
    provider: SocketAddr,
    doors: Doors,
    children: Mutex<BTreeMap<Name, Child>>,
}

impl Fleet {
    /// Starts all five.
    pub(super) fn start(
        servers: &Arc<Servers>,
        environment: &'static str,
        provider: SocketAddr,
    ) -> Result<Self, PlayError> {
        let fleet = Self {
            servers: servers.clone(),
            environment,
            provider,
            doors: Doors::default(),
            children: Mutex::default(),
        };
        let mut ports = PORTS;
        for name in Name::ALL {
            let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
            let port = ports.find(free).ok_or("no port is free");
            let port = port.map_err(|why| server("services")(&why))?;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            fleet.doors.open_socket(name, address);
            fleet.launch(name)?;
        }
        Ok(fleet)
    }

    /// Where they listen.
    pub(super) fn doors(&self) -> &Doors {
        &self.doors
    }

    /// Starts one that does not run.
    pub(super) fn launch(&self, name: Name) -> Result<(), PlayError> {
        let failed = |error: &dyn std::fmt::Display| server("services")(error);
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.servers.log(name.as_str()))
            .map_err(|error| failed(&error))?;
        let errors = log.try_clone().map_err(|error| failed(&error))?;
        let child = Command::new(beside(name.as_str()).map_err(|error| failed(&error))?)
            .envs(self.told(name))
            // Ends with us, however we end; the service with it.
            .arg("--until-input-ends")
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&format!("{}: {error}", name.as_str())))?;
        self.with(|children| children.insert(name, child));
        Ok(())
    }

    /// Waits until all are ready.
    pub(super) async fn ready(&self, world: &World) -> Result<(), PlayError> {
        let mut connections = Connections::default();
        for name in Name::ALL {
            loop {
                self.ended(name)?;
                let request = doors::get("/health/ready");
                let answer = self.doors.ask(&mut connections, name, request).await;
                if answer.is_ok_and(|answer| answer.status.is_success()) {
                    break;
                }
                soon(world).await;
            }
        }
        Ok(())
    }

    /// Whether one ended by itself, which none should.
    fn ended(&self, name: Name) -> Result<(), PlayError> {
        let status = self.with(|children| children.get_mut(&name)?.try_wait().ok().flatten());
        let log = self.servers.log(name.as_str());
        match status {
            Some(status) => Err(server(name.as_str())(&format!(
                "it ended with {status}; {} says why",
                log.display()
            ))),
            None => Ok(()),
        }
    }

    /// Kills one with SIGKILL, and waits until it is gone.
    pub(super) async fn kill(&self, name: Name) -> Result<(), PlayError> {
        let child = self.with(|children| children.remove(&name));
        let Some(mut child) = child else {
            return Ok(());
        };
        let killed = child.kill().await;
        killed.map_err(|error| server("services")(&error))
    }

    /// Asks all to stop, and kills what outlives the deadline.
    pub(super) async fn stop(&self, deadline: Duration) {
        let children = self.with(std::mem::take);
        for child in children.values() {
            let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
            if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
                // Gone already: there is nobody to ask.
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            }
        }
        for mut child in children.into_values() {
            // Dropped, it is killed.
            let _ = tokio::time::timeout(deadline, child.wait()).await;
        }
    }

    /// The environment variables of one.
    fn told(&self, name: Name) -> Vec<(&'static str, String)> {
        let endpoints = &self.servers.endpoints;
        let address = self.doors.address(name).map(|address| address.to_string());
        let mut told = vec![
            ("HERALD_ENVIRONMENT", self.environment.to_owned()),
            ("HERALD_LISTEN", address.unwrap_or_default()),
            ("HERALD_KAFKA_BROKERS", endpoints.kafka.join(",")),
            ("HERALD_RABBITMQ_URL", first(&endpoints.amqp)),
            ("HERALD_REGISTRY_URL", first(&endpoints.registry)),
        ];
        match name {
            Name::Order => {
                let base = first(&endpoints.mongodb);
                let url = format!("{}/order", base.trim_end_matches('/'));
                told.push(("HERALD_MONGODB_URL", url));
            }
            Name::Payment | Name::Inventory | Name::Notification | Name::Analytics => {
                let url = endpoints.postgres.get(name.as_str());
                told.push(("HERALD_POSTGRES_URL", first(url)));
            }
        }
        match name {
            Name::Payment => {
                told.push(("PAYMENT_PROVIDER_URL", format!("http://{}", self.provider)));
            }
            Name::Notification => {
                let url = format!("smtp://{}", first(&endpoints.smtp));
                told.push(("HERALD_SMTP_URL", url));
            }
            Name::Analytics => told.push(("ANALYTICS_STREAMS_URL", endpoints.streams.join(","))),
            Name::Order | Name::Inventory => {}
        }
        told
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<Name, Child>) -> T) -> T {
        work(&mut self.children.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn first<'a>(addresses: impl IntoIterator<Item = &'a String>) -> String {
    addresses.into_iter().next().cloned().unwrap_or_default()
}
