//! Why dead letters cannot be read or acted on.

use herald::transport::{PublishError, TransportError};
use herald_codegen::model::NoEnvironment;

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No address of a broker is known.
    #[error(
        "no address of {broker}: set {variable}, or leave it out with --only {other}\n  = help: `eval \"$(cargo xtask status --export)\"` names those that `cargo xtask up` started"
    )]
    NoAddress {
        /// The broker.
        broker: &'static str,
        /// The environment variable that names it.
        variable: &'static str,
        /// What can be looked at without it.
        other: &'static str,
    },
    /// The environment is none of the catalog's.
    #[error(transparent)]
    NoEnvironment(#[from] NoEnvironment),
    /// The catalog has no dead-letter topic or queue of that name.
    #[error("no dead letters come from {name}; --from takes one of: {known}")]
    NoOrigin {
        /// The name asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// A broker cannot be used.
    #[error("{place}: {source}")]
    Transport {
        /// The topic or queue.
        place: String,
        /// Why.
        source: TransportError,
    },
    /// A topic or queue that the catalog declares does not exist.
    #[error("{0} does not exist; `cargo xtask apply` makes it")]
    Missing(String),
    /// A message was not taken by its broker.
    #[error("{place}: {source}")]
    Publish {
        /// The topic or queue it was for.
        place: String,
        /// Why.
        source: PublishError,
    },
    /// What was done cannot be written down, so that the letter is still listed.
    #[error("done, but {place} still lists it: {why}")]
    NotNoted {
        /// The letter.
        place: String,
        /// Why.
        why: String,
    },
    /// The group has no topic that letters can be redriven by.
    #[error("{0} has no redrive topic: the catalog turned dead letters off for it")]
    NoRedrive(String),
    /// The schema registry's settings do not fit together.
    #[error("the schema registry: {0}")]
    Registry(String),
}

impl Error {
    /// An error of a broker about a topic or queue.
    pub(crate) fn transport(place: &str, source: TransportError) -> Self {
        match source {
            TransportError::Unknown(_) => Self::Missing(place.to_owned()),
            source => Self::Transport {
                place: place.to_owned(),
                source,
            },
        }
    }
}
