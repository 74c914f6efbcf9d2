//! What a service's own part of the start is given.

use crate::World;

use super::Settings;

/// What [`main`](super::main) hands to the function that makes a service and its store.
#[derive(Debug)]
pub struct Setup<O = NoOptions> {
    /// Time, chance, identifiers and tasks of this instance.
    pub world: World,
    /// The service's own flags and environment variables.
    pub options: O,
    pub(super) service: &'static str,
    pub(super) settings: Settings,
}

/// For services without flags of their own.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct NoOptions {}

impl<O> Setup<O> {
    /// The service's name in the catalog.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The flags and environment variables that every service has.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
