//! The real servers, empty at the start and stopped at the end.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use clap::Parser;
use herald::registry::Registry;
use herald::registry::confluent::{ConfluentRegistry, RegistrySettings};
use herald::transport::kafka::{Kafka, KafkaSettings};
use stack::{Console, Endpoints, Home, Options};
use tokio::process::Command;

use super::server;
use crate::scenario::PlayError;

/// The servers of one run, in a folder of their own beside the developer's.
pub(super) struct Servers {
    home: Home,
    pub(super) endpoints: Endpoints,
}

/// The settings of an adaptor, as a service reads them.
#[derive(Parser)]
struct Told<S: clap::Args> {
    #[command(flatten)]
    settings: S,
}

impl Servers {
    /// Starts what the shop runs on, without any data of an earlier run, and makes what the
    /// environment declares.
    pub(super) async fn up(cluster: bool, environment: &str) -> Result<Self, PlayError> {
        let name = environment.to_owned();
        let servers = blocking(move || {
            let developers = Home::find()?;
            let home = Home::at(developers.dir().join("demo"))?
                .with_downloads_of(&developers)
                .in_environment(name);
            stack::down(&home, &[], &Console::new())?;
            stack::wipe(&home)?;
            let components = Vec::new();
            let options = Options {
                components,
                cluster,
            };
            stack::up(&home, &options, &Console::new())?;
            let endpoints = stack::endpoints(&home)?;
            Ok(Self { home, endpoints })
        });
        let mut servers = servers.await?;
        let made = match servers.provision(environment).await {
            Ok(()) => servers.streams(cluster).await,
            Err(error) => Err(error),
        };
        if made.is_err() {
            servers.down().await?;
        }
        made.map(|()| servers)
    }

    /// Starts the streams, which read what was provisioned: one instance, or two on a cluster.
    async fn streams(&mut self, cluster: bool) -> Result<(), PlayError> {
        let home = self.home.clone();
        let started = blocking(move || {
            let components = vec!["streams".to_owned()];
            let options = Options {
                components,
                cluster,
            };
            stack::up(&home, &options, &Console::new())?;
            stack::endpoints(&home)
        });
        self.endpoints = started.await?;
        Ok(())
    }

    /// The names of the streams' instances.
    pub(super) fn instances(&self) -> Vec<String> {
        match self.endpoints.streams.len() {
            1 => vec!["streams".to_owned()],
            count => (1..=count)
                .map(|index| format!("streams-{index}"))
                .collect(),
        }
    }

    /// Stops what `up` started.
    pub(super) async fn down(&self) -> Result<(), PlayError> {
        let home = self.home.clone();
        blocking(move || stack::down(&home, &[], &Console::new()).map(drop)).await
    }

    /// Stops a server as an operator does.
    pub(super) async fn stop(&self, name: &str) -> Result<(), PlayError> {
        let (home, name) = (self.home.clone(), name.to_owned());
        blocking(move || stack::stop_one(&home, &name)).await
    }

    /// Kills a server with SIGKILL.
    pub(super) async fn kill(&self, name: &str) -> Result<(), PlayError> {
        let (home, name) = (self.home.clone(), name.to_owned());
        blocking(move || stack::kill_one(&home, &name)).await
    }

    /// Starts a server that was stopped or killed, and waits until it answers.
    pub(super) async fn start(&self, name: &str) -> Result<(), PlayError> {
        let (home, name) = (self.home.clone(), name.to_owned());
        blocking(move || stack::start_one(&home, &name)).await
    }

    /// Where the services of the run write their output.
    pub(super) fn log(&self, service: &str) -> PathBuf {
        self.home.log(service)
    }

    /// The schema registry, as the demo itself uses it.
    pub(super) fn registry(&self) -> Result<Arc<dyn Registry>, PlayError> {
        let url = or_nothing(self.endpoints.registry.as_ref());
        let settings: RegistrySettings = told(&["--registry-url", url])?;
        match ConfluentRegistry::connect(&settings) {
            Ok(registry) => Ok(Arc::new(registry)),
            Err(error) => Err(server("registry")(&error)),
        }
    }

    /// Kafka, as the demo itself uses it.
    pub(super) fn kafka(&self) -> Result<Kafka, PlayError> {
        let settings: KafkaSettings = told(&["--kafka-brokers", &self.endpoints.kafka.join(",")])?;
        Kafka::connect(&settings, "demo").map_err(|error| server("Kafka")(&error))
    }

    /// Makes topics, queues and schemas as an operator does: by `apply`.
    async fn provision(&self, environment: &str) -> Result<(), PlayError> {
        let failed = |error: &dyn std::fmt::Display| server("provision")(error);
        let path = self.log("provision");
        let log = File::create(&path).map_err(|error| failed(&error))?;
        let errors = log.try_clone().map_err(|error| failed(&error))?;
        let endpoints = &self.endpoints;
        let management = endpoints.rabbitmq_management.first();
        let ended = Command::new(beside("provision").map_err(|error| failed(&error))?)
            .args(["apply", "--env", environment])
            .env("HERALD_KAFKA_BROKERS", endpoints.kafka.join(","))
            .env("HERALD_RABBITMQ_MANAGEMENT_URL", or_nothing(management))
            // The virtual host that the services' addresses name.
            .env("HERALD_RABBITMQ_VHOST", "/")
            .env(
                "HERALD_REGISTRY_URL",
                or_nothing(endpoints.registry.as_ref()),
            )
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .status()
            .await
            .map_err(|error| failed(&error))?;
        if ended.success() {
            return Ok(());
        }
        let path = path.display();
        Err(failed(&format_args!(
            "it ended with {ended}; {path} says why"
        )))
    }
}

fn or_nothing(address: Option<&String>) -> &str {
    address.map_or("", String::as_str)
}

/// A program that cargo put beside the demo's own.
pub(super) fn beside(name: &str) -> std::io::Result<PathBuf> {
    let mut program = std::env::current_exe()?;
    program.set_file_name(name);
    Ok(program)
}

fn told<S: clap::Args>(flags: &[&str]) -> Result<S, PlayError> {
    let flags = std::iter::once("demo").chain(flags.iter().copied());
    let told = Told::<S>::try_parse_from(flags).map_err(|error| server("settings")(&error))?;
    Ok(told.settings)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, stack::Error> + Send + 'static,
) -> Result<T, PlayError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| server("servers")(&error)),
        Err(error) => Err(server("servers")(&error)),
    }
}
