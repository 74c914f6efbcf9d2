//! Why a server could not be asked or changed.

use herald_codegen::model::NoEnvironment;

/// Why provisioning stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No address of a server is known.
    #[error("no address of {what}: set {variable}, or leave it out with --only")]
    NoAddress {
        /// The server.
        what: &'static str,
        /// The environment variable that names it.
        variable: &'static str,
    },
    /// The environment is none of the catalog's.
    #[error(transparent)]
    NoEnvironment(#[from] NoEnvironment),
    /// An address is no URL.
    #[error("{0} is not an address")]
    Address(String),
    /// A server did not answer.
    #[error("{url} does not answer: {source}")]
    Unreachable {
        /// What was asked, without credentials.
        url: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A server answered with an error.
    #[error("{method} {url}: {status}: {answer}")]
    Status {
        /// Method.
        method: String,
        /// What was asked, without credentials.
        url: String,
        /// Status code.
        status: u16,
        /// The beginning of the answer.
        answer: String,
    },
    /// A server's answer is not what its interface promises.
    #[error("{url} answered with something else than expected: {what}")]
    Answer {
        /// What was asked.
        url: String,
        /// What is wrong.
        what: String,
    },
    /// Kafka's client failed.
    #[error("Kafka: {0}")]
    Kafka(#[from] rdkafka::error::KafkaError),
    /// Kafka refused one thing.
    #[error("Kafka refused {what}: {code}")]
    KafkaRefused {
        /// What it was asked.
        what: String,
        /// Its reason.
        code: rdkafka::types::RDKafkaErrorCode,
    },
    /// Kafka does not let us in.
    #[error(
        "Kafka does not take user {user} by {mechanism}: {why}; HERALD_KAFKA_SASL_USERNAME, \
         HERALD_KAFKA_SASL_PASSWORD and --kafka-sasl-mechanism say who logs in, and how"
    )]
    KafkaLogin {
        /// User.
        user: String,
        /// SASL mechanism.
        mechanism: String,
        /// The broker's reason.
        why: String,
    },
    /// Kafka did not do something with access control lists.
    #[error(
        "Kafka refused {what}: {why} (whoever manages ACLs needs Describe and Alter on the cluster)"
    )]
    KafkaRules {
        /// What it was asked.
        what: String,
        /// Its reason.
        why: String,
    },
    /// This program was built without OpenSSL.
    #[error(
        "TLS and SCRAM towards Kafka need OpenSSL, which this program was built without: with \
         libssl-dev and pkg-config installed, `cargo run -p provision --features kafka-tls -- plan \
         --env NAME` builds it with OpenSSL"
    )]
    NoOpenSsl,
    /// A task was cut short.
    #[error("interrupted: {0}")]
    Task(#[from] tokio::task::JoinError),
}
