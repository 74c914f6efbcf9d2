//! Where the server is, and what one document may hold.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use mongodb::options::{Acknowledgment, ClientOptions, ReadConcern, WriteConcern};

use crate::flags::{self, duration};
use crate::store::StoreError;

const TIMEOUT: Duration = Duration::from_secs(5);
const WINDOW: Duration = Duration::from_hours(24 * 60);
const PROCESSED: u32 = 10_000;
const PENDING: u32 = 1_000;
const PENDING_BYTES: u32 = 4 << 20;

/// Flags and environment variables of the store on MongoDB. Without a URL the
/// service keeps its state in memory. Secrets belong into the environment or a
/// file, since other users of the machine see flags.
#[derive(Clone, clap::Args)]
pub struct MongodbSettings {
    /// The server: `mongodb://user:password@host:port/database`, with `?tls=true`
    /// for TLS. Without it, state is kept in memory.
    #[arg(
        id = "mongodb_url",
        long = "mongodb-url",
        env = "HERALD_MONGODB_URL",
        hide_env_values = true
    )]
    pub url: Option<String>,
    /// A file that holds the password, for a URL that names a user alone.
    #[arg(
        id = "mongodb_password_file",
        long = "mongodb-password-file",
        env = "HERALD_MONGODB_PASSWORD_FILE"
    )]
    pub password_file: Option<PathBuf>,
    /// The database, where the URL names none.
    #[arg(
        id = "mongodb_database",
        long = "mongodb-database",
        env = "HERALD_MONGODB_DATABASE"
    )]
    pub database: Option<String>,
    /// How long one operation may take before the store counts as unavailable.
    #[arg(
        id = "mongodb_timeout",
        long = "mongodb-timeout",
        env = "HERALD_MONGODB_TIMEOUT",
        default_value = "5s",
        value_parser = duration
    )]
    pub timeout: Duration,
    /// How long a document remembers a processed message.
    #[arg(
        id = "mongodb_window",
        long = "mongodb-window",
        env = "HERALD_MONGODB_WINDOW",
        default_value = "1440h",
        value_parser = duration
    )]
    pub window: Duration,
    /// How many processed messages a document remembers; beyond that, and all
    /// younger than the window, the next one is refused as unavailable.
    #[arg(
        id = "mongodb_processed",
        long = "mongodb-processed",
        env = "HERALD_MONGODB_PROCESSED",
        default_value_t = PROCESSED,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub processed: u32,
    /// How many messages may wait in a document for their broker; beyond that
    /// the next unit is refused as unavailable.
    #[arg(
        id = "mongodb_pending",
        long = "mongodb-pending",
        env = "HERALD_MONGODB_PENDING",
        default_value_t = PENDING,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub pending: u32,
    /// How many bytes of messages may wait in a document, and how many one unit
    /// may add; as many again for answers to requests, and for parked messages.
    /// A document holds 16 MiB, its state included.
    #[arg(
        id = "mongodb_pending_bytes",
        long = "mongodb-pending-bytes",
        env = "HERALD_MONGODB_PENDING_BYTES",
        default_value_t = PENDING_BYTES,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub pending_bytes: u32,
}

impl MongodbSettings {
    /// The defaults, for the server at that URL.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            password_file: None,
            database: None,
            timeout: TIMEOUT,
            window: WINDOW,
            processed: PROCESSED,
            pending: PENDING,
            pending_bytes: PENDING_BYTES,
        }
    }

    /// What the driver needs to know: every write is acknowledged by a majority,
    /// and by its journal, and nothing is read that might be rolled back.
    pub(super) async fn options(&self) -> Result<ClientOptions, StoreError> {
        let url = self.url.as_deref().unwrap_or_default();
        // The parser's message may quote the URL, and with it the password.
        let refused = |_| StoreError::Refused("the MongoDB URL cannot be read".to_owned());
        let mut options = ClientOptions::parse(url).await.map_err(refused)?;
        options.server_selection_timeout = Some(self.timeout);
        options.connect_timeout = Some(self.timeout);
        options.app_name.get_or_insert_with(|| "herald".to_owned());
        options
            .read_concern
            .get_or_insert_with(ReadConcern::majority);
        let concern = options.write_concern.get_or_insert_with(|| {
            let concern = WriteConcern::builder().w(Acknowledgment::Majority);
            concern.build()
        });
        concern.journal = Some(true);
        if let Some(file) = &self.password_file {
            let password = flags::password(file).map_err(StoreError::Refused)?;
            let credential = options.credential.as_mut().ok_or_else(|| {
                StoreError::Refused("a password file needs a user in the MongoDB URL".to_owned())
            })?;
            credential.password = Some(password);
        }
        Ok(options)
    }
}

impl fmt::Debug for MongodbSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongodbSettings")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("password_file", &self.password_file)
            .field("database", &self.database)
            .field("timeout", &self.timeout)
            .field("window", &self.window)
            .field("processed", &self.processed)
            .field("pending", &self.pending)
            .field("pending_bytes", &self.pending_bytes)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_never_printed() {
        let settings = MongodbSettings::at("mongodb://shop:s3cret@db/shop");
        assert!(!format!("{settings:?}").contains("s3cret"));
        let broken = MongodbSettings::at("mongodb://shop:s3cret@db:port/shop");
        let error = broken.options().await.map(drop).unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}
