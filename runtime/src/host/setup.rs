//! What a service's own part of the start is given.

use super::Settings;
use crate::World;
use crate::store::ReadModel;
#[cfg(any(feature = "postgres", feature = "mongodb"))]
use crate::store::StoreError;
#[cfg(feature = "mongodb")]
use crate::store::mongodb::{MongoDocument, MongoDocuments};
#[cfg(feature = "postgres")]
use crate::store::postgres::{Migration, Postgres};

/// What [`main`](super::main) hands to the function that makes a service and its store.
#[derive(Debug)]
pub struct Setup<O = NoOptions> {
    /// Time, chance, identifiers and tasks of this instance.
    pub world: World,
    /// The service's own flags and environment variables.
    pub options: O,
    pub(super) service: &'static str,
    pub(super) settings: Settings,
    pub(super) read_model: ReadModel,
}

/// For services without flags of their own.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct NoOptions {}

impl<O> Setup<O> {
    /// The service's name in the catalog.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The generation of the service's read model that is to be kept and shown.
    pub fn read_model(&self) -> ReadModel {
        self.read_model
    }

    /// The flags and environment variables that every service has.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

#[cfg(feature = "postgres")]
impl<O> Setup<O> {
    /// The store on PostgreSQL, if the settings name a database; `migrations` make the service's
    /// own tables when it starts.
    ///
    /// # Errors
    /// If the settings name a database that cannot be a PostgreSQL one.
    pub fn postgres(
        &self,
        migrations: &'static [Migration],
    ) -> Result<Option<Postgres>, StoreError> {
        let settings = &self.settings.postgres;
        if settings.url.is_none() {
            return Ok(None);
        }
        let generation = self.read_model.generation;
        Postgres::connect_generation(settings, self.service, generation, migrations).map(Some)
    }
}

#[cfg(feature = "mongodb")]
impl<O> Setup<O> {
    /// The store on MongoDB, if the settings name a server.
    ///
    /// # Errors
    /// If the settings cannot be used.
    pub async fn mongodb<D: MongoDocument>(
        &self,
        collection: &str,
    ) -> Result<Option<MongoDocuments<D>>, StoreError> {
        let settings = &self.settings.mongodb;
        if settings.url.is_none() {
            return Ok(None);
        }
        MongoDocuments::connect(settings, collection)
            .await
            .map(Some)
    }
}
