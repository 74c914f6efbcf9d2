//! The real servers, empty at the start and stopped at the end.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use herald::topology::Topology;
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::rabbitmq::{Rabbitmq, RabbitmqSettings};
use herald::transport::{Log, QueueSpec, Queues, TopicSpec};
use stack::{Console, Endpoints, Home, Options};

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
    /// Starts what the shop runs on, without any data of an earlier run, and declares topics and
    /// queues.
    pub(super) async fn up(cluster: bool, topology: &'static Topology) -> Result<Self, PlayError> {
        let servers = blocking(move || {
            let developers = Home::find()?;
            let home = Home::at(developers.dir().join("demo"))?.with_downloads_of(&developers);
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
        let servers = servers.await?;
        let declared = servers.declare(topology).await;
        if declared.is_err() {
            servers.down().await?;
        }
        declared.map(|()| servers)
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

    /// Kafka, as the demo itself uses it.
    pub(super) fn kafka(&self) -> Result<Kafka, PlayError> {
        let settings: KafkaSettings = told(&["--kafka-brokers", &self.endpoints.kafka.join(",")])?;
        Kafka::connect(&settings, "demo").map_err(|error| server("Kafka")(&error))
    }

    async fn declare(&self, topology: &Topology) -> Result<(), PlayError> {
        let topics = TopicSpec::all_of(topology);
        let log = self.kafka()?;
        let declared = log.declare(&topics).await;
        declared.map_err(|error| server("Kafka")(&error))?;
        let url = self.endpoints.amqp.first().map_or("", String::as_str);
        let settings: RabbitmqSettings = told(&["--rabbitmq-url", url])?;
        let rabbitmq = Rabbitmq::connect(&settings, "demo").await;
        let queues: Arc<dyn Queues> =
            Arc::new(rabbitmq.map_err(|error| server("RabbitMQ")(&error))?);
        let specs = QueueSpec::all_of(topology);
        let declared = queues.declare(&specs).await;
        declared.map_err(|error| server("RabbitMQ")(&error))
    }
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
