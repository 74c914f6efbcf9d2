//! The command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dlq::filter::Filter;
use dlq::pace::Rate;
use dlq::redrive::Wish;
use herald::flags::duration;
use herald::registry::confluent::RegistrySettings;
use herald::transport::kafka::KafkaSettings;
use herald::transport::rabbitmq::RabbitmqSettings;
use herald_codegen::model::Settings;

/// Dead letters of the catalog's consumer groups and queues.
#[derive(Parser)]
#[command(name = "dlq", bin_name = "cargo xtask dlq", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Lists dead letters, oldest offset first.
    List {
        #[command(flatten)]
        options: Box<Options>,
        /// Those as well that were redriven or discarded; topics keep them until they are too old.
        #[arg(long)]
        handled: bool,
    },
    /// Shows them in full, payloads decoded by their writer's schema.
    Show {
        #[command(flatten)]
        options: Box<Options>,
        /// Those as well that were redriven or discarded.
        #[arg(long)]
        handled: bool,
    },
    /// Sends them to their group or queue again, and to no other; the message ids stay, so that
    /// doing it twice has one effect.
    Redrive {
        #[command(flatten)]
        options: Box<Options>,
        #[command(flatten)]
        how: How,
    },
    /// Gives them up for good, and releases records that wait behind them.
    Discard {
        #[command(flatten)]
        options: Box<Options>,
        /// Needed where no ids are given.
        #[arg(long)]
        yes: bool,
    },
}

/// How letters are redriven.
#[derive(Debug, Args)]
pub(crate) struct How {
    /// How many at most: `50/s`, `600/m`, `1000/h`.
    #[arg(long, value_name = "N/s")]
    rate: Option<Rate>,
    /// Says what would go, and sends nothing.
    #[arg(long)]
    dry_run: bool,
    /// Sends letters too that are older than their service remembers what it handled.
    #[arg(long)]
    accept_duplicate: bool,
    /// How long services remember that, as they are told it.
    #[arg(long, env = "HERALD_INBOX_AGE", default_value = "45d", value_parser = duration)]
    inbox_age: Duration,
}

impl How {
    pub(crate) fn wish(&self) -> Wish {
        Wish {
            rate: self.rate,
            accept_duplicate: self.accept_duplicate,
            dry_run: self.dry_run,
            memory: self.inbox_age,
        }
    }
}

/// How letters are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

/// One of the brokers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Broker {
    /// Dead-letter topics.
    Kafka,
    /// Dead-letter queues.
    Rabbitmq,
}

/// Which letters, and where they are.
#[derive(Args)]
pub(crate) struct Options {
    /// Message ids, or places as `list` prints them.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Dead-letter topics or queues, what they are of, services or groups.
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(crate) from: Vec<String>,
    /// Reasons: rejected, attempts-exhausted, undecodable, no-envelope; broker-expired and the like
    /// where RabbitMQ gave up.
    #[arg(long = "reason", value_delimiter = ',', value_name = "REASON")]
    reasons: Vec<String>,
    /// Types, by the catalog's names or Avro's full ones.
    #[arg(long = "type", value_delimiter = ',', value_name = "TYPE")]
    types: Vec<String>,
    /// Keys.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// Given up at least this long ago, such as `15m` or `2d`.
    #[arg(long, value_parser = duration, value_name = "AGE")]
    older_than: Option<Duration>,
    /// Given up at most this long ago.
    #[arg(long, value_parser = duration, value_name = "AGE")]
    newer_than: Option<Duration>,
    /// How letters are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Environment of the catalog; `default` is the one without overrides.
    #[arg(
        long,
        env = "HERALD_ENVIRONMENT",
        default_value = "default",
        value_name = "NAME"
    )]
    pub(crate) env: String,
    /// Folder of the catalog [default: the repository's `catalog`].
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
    /// Looks at this broker only.
    #[arg(long, value_enum, value_name = "BROKER")]
    pub(crate) only: Option<Broker>,
    #[command(flatten, next_help_heading = "Kafka, as services are told it")]
    pub(crate) kafka: KafkaSettings,
    #[command(flatten, next_help_heading = "RabbitMQ, as services are told it")]
    pub(crate) rabbitmq: RabbitmqSettings,
    #[command(
        flatten,
        next_help_heading = "The schema registry, as services are told it"
    )]
    pub(crate) registry: RegistrySettings,
}

impl Options {
    /// Folder of the catalog.
    pub(crate) fn catalog(&self) -> PathBuf {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap_or(here);
        self.catalog.clone().unwrap_or_else(|| root.join("catalog"))
    }

    /// Whether letters are named one by one.
    pub(crate) fn names_letters(&self) -> bool {
        !self.ids.is_empty()
    }

    pub(crate) fn filter(&self) -> Filter {
        Filter {
            reasons: self.reasons.clone(),
            types: self.types.clone(),
            keys: self.keys.clone(),
            ids: self.ids.clone(),
            older_than: self.older_than,
            newer_than: self.newer_than,
        }
    }
}

impl Verb {
    pub(crate) fn options(&self) -> &Options {
        match self {
            Self::List { options, .. }
            | Self::Show { options, .. }
            | Self::Redrive { options, .. }
            | Self::Discard { options, .. } => options,
        }
    }
}

/// Nothing is generated here, so it says little.
pub(crate) fn settings() -> Settings {
    Settings {
        runtime: "../runtime".to_owned(),
        standalone: false,
        today: None,
        ..Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
