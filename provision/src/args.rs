//! The command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use herald_codegen::model::Settings;
use provision::{Error, Login, Servers, desired::Desired, kafka, rabbitmq, registry};

/// Kafka, RabbitMQ and the schema registry against the catalog.
#[derive(Parser)]
#[command(name = "provision", bin_name = "cargo xtask", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Writes every Avro schema of the registry to files, as a catalog keeps released versions.
    Export(Export),
    /// Shows what differs: + is missing, ~ is different, - is not declared, ! will not be done.
    Plan(Options),
    /// Makes and changes what differs.
    Apply {
        #[command(flatten)]
        options: Options,
        /// What may lose data or safety, by the name that the plan shows.
        #[arg(long = "allow-destructive", value_name = "NAME")]
        destructive: Vec<String>,
    },
}

/// Where the registry is and where files go.
#[derive(Args)]
pub(crate) struct Export {
    /// Base URL of the schema registry's API.
    #[arg(
        long,
        env = "HERALD_REGISTRY_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    registry_url: String,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

impl Export {
    /// How the registry is reached.
    pub(crate) fn settings(&self) -> registry::Settings {
        registry::Settings {
            url: self.registry_url.clone(),
            login: login("HERALD_REGISTRY"),
        }
    }
}

/// How the plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

/// One of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Server {
    /// Topics.
    Kafka,
    /// Queues.
    Rabbitmq,
    /// Schemas.
    Registry,
}

/// Where the catalog and the servers are. Passwords come from the environment alone.
#[derive(Args)]
pub(crate) struct Options {
    /// Environment of the catalog; `default` is the one without overrides.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// How the plan is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Looks at these servers only.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SERVER")]
    only: Vec<Server>,
    /// Folder of the catalog [default: the repository's `catalog`].
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
    /// Kafka's bootstrap servers, `host:port`, separated by commas [default: the catalog's].
    #[arg(long, env = "HERALD_KAFKA_BROKERS", value_name = "ADDRESSES")]
    kafka_brokers: Option<String>,
    /// A PEM file of the authorities that Kafka's brokers are checked against; with it TLS is spoken.
    #[arg(long, env = "HERALD_KAFKA_SSL_CA_LOCATION", value_name = "FILE")]
    kafka_ssl_ca_location: Option<String>,
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`, used when `HERALD_KAFKA_SASL_USERNAME` is set.
    #[arg(long, env = "HERALD_KAFKA_SASL_MECHANISM", default_value = "PLAIN")]
    kafka_sasl_mechanism: String,
    /// Base URL of RabbitMQ's management interface [default: the catalog's `rabbitmq-management`].
    #[arg(
        long,
        env = "HERALD_RABBITMQ_MANAGEMENT_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    rabbitmq_management_url: Option<String>,
    /// Virtual host [default: the system's name].
    #[arg(long, env = "HERALD_RABBITMQ_VHOST", value_name = "NAME")]
    rabbitmq_vhost: Option<String>,
    /// Base URL of the schema registry's API [default: the catalog's `registry`].
    #[arg(
        long,
        env = "HERALD_REGISTRY_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    registry_url: Option<String>,
}

impl Options {
    /// Folder of the catalog.
    pub(crate) fn catalog(&self) -> PathBuf {
        self.catalog
            .clone()
            .unwrap_or_else(|| root().join("catalog"))
    }

    /// The servers to look at; all that lack an address are errors.
    pub(crate) fn servers(&self, desired: &Desired) -> Result<Servers, Vec<Error>> {
        let mut errors = Vec::new();
        let mut address = |server, given: Option<&String>, key: &str, what, variable| {
            if !self.only.is_empty() && !self.only.contains(&server) {
                return None;
            }
            let declared = desired.brokers.get(key).filter(|all| !all.is_empty());
            let found = given.cloned().or_else(|| declared.map(|all| all.join(",")));
            if found.is_none() {
                errors.push(Error::NoAddress { what, variable });
            }
            found
        };
        let kafka = address(
            Server::Kafka,
            self.kafka_brokers.as_ref(),
            "kafka",
            "Kafka",
            "HERALD_KAFKA_BROKERS",
        );
        let rabbitmq = address(
            Server::Rabbitmq,
            self.rabbitmq_management_url.as_ref(),
            "rabbitmq-management",
            "RabbitMQ's management interface",
            "HERALD_RABBITMQ_MANAGEMENT_URL",
        );
        let registry = address(
            Server::Registry,
            self.registry_url.as_ref(),
            "registry",
            "the schema registry",
            "HERALD_REGISTRY_URL",
        );
        if !errors.is_empty() {
            return Err(errors);
        }
        let mechanism = &self.kafka_sasl_mechanism;
        Ok(Servers {
            kafka: kafka.map(|brokers| kafka::Settings {
                brokers,
                sasl: login("HERALD_KAFKA_SASL").map(|login| (login, mechanism.clone())),
                ca: self.kafka_ssl_ca_location.clone(),
            }),
            rabbitmq: rabbitmq.map(|url| rabbitmq::Settings {
                url,
                login: login("HERALD_RABBITMQ"),
                vhost: self.rabbitmq_vhost.clone(),
            }),
            registry: registry.map(|url| registry::Settings {
                url,
                login: login("HERALD_REGISTRY"),
            }),
        })
    }
}

/// Credentials from `<prefix>_USERNAME` and `<prefix>_PASSWORD`.
fn login(prefix: &str) -> Option<Login> {
    let get = |what: &str| std::env::var(format!("{prefix}_{what}")).ok();
    Some(Login {
        user: get("USERNAME")?,
        password: get("PASSWORD").unwrap_or_default(),
    })
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

/// The repository's root.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
