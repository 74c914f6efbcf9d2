//! Where the server is, and how much of it an instance may use.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use crate::flags::{self, duration};
use crate::store::StoreError;

/// Flags and environment variables of the store on PostgreSQL. Without a URL the
/// service keeps its state in memory. Secrets belong into the environment or a
/// file, since other users of the machine see flags.
#[derive(Clone, clap::Args)]
pub struct PostgresSettings {
    /// The database of this service: `postgres://user:password@host:port/database`,
    /// with `?sslmode=verify-full` for TLS. Without it, state is kept in memory.
    #[arg(
        id = "postgres_url",
        long = "postgres-url",
        env = "HERALD_POSTGRES_URL",
        hide_env_values = true
    )]
    pub url: Option<String>,
    /// A file that holds the password, for a URL without one.
    #[arg(
        id = "postgres_password_file",
        long = "postgres-password-file",
        env = "HERALD_POSTGRES_PASSWORD_FILE"
    )]
    pub password_file: Option<PathBuf>,
    /// Connections that one instance opens at most, besides one that listens.
    #[arg(
        id = "postgres_connections",
        long = "postgres-connections",
        env = "HERALD_POSTGRES_CONNECTIONS",
        default_value_t = 16,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub connections: u32,
    /// How long a unit of work waits for a connection before the store counts as
    /// unavailable.
    #[arg(
        id = "postgres_acquire_timeout",
        long = "postgres-acquire-timeout",
        env = "HERALD_POSTGRES_ACQUIRE_TIMEOUT",
        default_value = "5s",
        value_parser = duration
    )]
    pub acquire_timeout: Duration,
    /// How long the server works on one statement, waits for locks included.
    #[arg(
        id = "postgres_statement_timeout",
        long = "postgres-statement-timeout",
        env = "HERALD_POSTGRES_STATEMENT_TIMEOUT",
        default_value = "20s",
        value_parser = duration
    )]
    pub statement_timeout: Duration,
}

impl PostgresSettings {
    /// The defaults, for the database at that URL.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            password_file: None,
            connections: 16,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(20),
        }
    }

    /// What every connection begins with; the service's own tables lie in that schema.
    pub(super) fn options(
        &self,
        service: &str,
        schema: &str,
    ) -> Result<PgConnectOptions, StoreError> {
        let url = self.url.as_deref().unwrap_or_default();
        // The parser's message may quote the URL, and with it the password.
        let refused = |_| StoreError::Refused("the PostgreSQL URL cannot be read".to_owned());
        let mut options: PgConnectOptions = url.parse().map_err(refused)?;
        if let Some(file) = &self.password_file {
            let password = flags::password(file).map_err(StoreError::Refused)?;
            options = options.password(&password);
        }
        let timeout = self.statement_timeout.as_millis().to_string();
        Ok(options.application_name(service).options([
            ("search_path", format!("{},public", quoted(schema))),
            ("statement_timeout", timeout),
        ]))
    }
}

/// An identifier as SQL writes it.
pub(super) fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

impl fmt::Debug for PostgresSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresSettings")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("password_file", &self.password_file)
            .field("connections", &self.connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let settings = PostgresSettings::at("postgres://shop:s3cret@db/shop");
        assert!(!format!("{settings:?}").contains("s3cret"));
        let broken = PostgresSettings::at("postgres://shop:s3cret@db:port/shop");
        let error = broken.options("shop", "shop").map(drop).unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }

    #[tokio::test]
    async fn nor_does_a_store_print_it() {
        let settings = PostgresSettings::at("postgres://shop:s3cret@db/shop");
        let store = crate::store::postgres::Postgres::connect(&settings, "shop", &[]);
        assert!(!format!("{store:?}").contains("s3cret"), "{store:?}");
    }

    #[test]
    fn identifiers_are_quoted() {
        assert_eq!(quoted("order\"s"), "\"order\"\"s\"");
    }
}
