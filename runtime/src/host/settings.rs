//! What a service program is told by flags and environment variables.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;

use super::Tuning;
use crate::flags::duration;
use crate::telemetry::logs;

/// Flags and environment variables of a service program. Durations are written
/// `500ms`, `4s`, `15m`, `45d`.
#[derive(Debug, Clone, Parser)]
#[command(version, about = None, long_about = None)]
pub struct Settings {
    /// The environment of the catalog whose topology holds.
    #[arg(long, env = "HERALD_ENVIRONMENT", default_value = "default")]
    pub environment: String,
    /// Where HTTP is served.
    #[arg(long, env = "HERALD_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How log lines look.
    #[arg(long, env = "HERALD_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: logs::Format,
    /// Which log lines are written, in tracing's directive syntax.
    #[arg(long, env = "HERALD_LOG", default_value = "info")]
    pub log: String,
    /// Stops when standard input ends: whoever holds its other end need not live to ask.
    #[arg(long)]
    pub until_input_ends: bool,
    /// How long stopping may take, before what is left is left to others.
    #[arg(long, env = "HERALD_STOP_TIMEOUT", default_value = "10s", value_parser = duration)]
    pub stop_timeout: Duration,
    /// How long handlers may go on when their partition goes to another instance.
    #[arg(long, env = "HERALD_DRAIN_TIMEOUT", default_value = "4s", value_parser = duration)]
    pub drain_timeout: Duration,
    /// How long a request may take.
    #[arg(long, env = "HERALD_REQUEST_TIMEOUT", default_value = "30s", value_parser = duration)]
    pub request_timeout: Duration,
    /// The longest body of a request, in bytes.
    #[arg(long, env = "HERALD_BODY_LIMIT", default_value_t = 1_048_576)]
    pub body_limit: usize,
    /// How long handled messages are remembered; longer than a repeat may come after.
    #[arg(long, env = "HERALD_INBOX_AGE", default_value = "45d", value_parser = duration)]
    pub inbox_age: Duration,
    /// Records of one partition that may be in hand before fetching pauses.
    #[arg(long, env = "HERALD_WINDOW", default_value_t = 4_096)]
    pub window: usize,
    /// The read model's generation, where it is not the one that the database says is in use.
    #[arg(long, env = "HERALD_GENERATION")]
    pub generation: Option<u32>,
    /// Builds the read model anew from the log, from `start` or from a time on, beside the one in
    /// use; switches to it once it has caught up, and ends.
    #[cfg(feature = "postgres")]
    #[arg(long, value_name = "START")]
    pub replay_from: Option<super::replay::Start>,
    /// Registers schemas that the registry does not have, instead of refusing to start.
    #[cfg(feature = "registry")]
    #[arg(long, env = "HERALD_REGISTER")]
    pub register: bool,
    /// The schema registry.
    #[cfg(feature = "registry")]
    #[command(flatten)]
    pub registry: crate::registry::confluent::RegistrySettings,
    /// Kafka.
    #[cfg(feature = "kafka")]
    #[command(flatten)]
    pub kafka: crate::transport::kafka::KafkaSettings,
    /// RabbitMQ.
    #[cfg(feature = "rabbitmq")]
    #[command(flatten)]
    pub rabbitmq: crate::transport::rabbitmq::RabbitmqSettings,
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    #[command(flatten)]
    pub postgres: crate::store::postgres::PostgresSettings,
    /// MongoDB.
    #[cfg(feature = "mongodb")]
    #[command(flatten)]
    pub mongodb: crate::store::mongodb::MongodbSettings,
}

impl Settings {
    /// The part that delivery works by.
    pub fn tuning(&self) -> Tuning {
        Tuning {
            window: self.window.max(1),
            drain: self.drain_timeout,
            inbox_age: self.inbox_age,
            body_limit: self.body_limit,
            request_timeout: self.request_timeout,
            ..Tuning::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_tuning() {
        let settings = Settings::parse_from(["service"]);
        assert_eq!(settings.tuning(), Tuning::default());
    }
}
