//! Where the registry is, and who asks it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::flags::duration;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Flags and environment variables of the schema registry. Without a URL the
/// service knows its own schemas alone. Secrets belong into the environment or a
/// file, since other users of the machine see flags.
#[derive(Clone, clap::Args)]
pub struct RegistrySettings {
    /// The registry's Confluent API: `https://user:password@host:port/path`.
    /// Apicurio has it at `/apis/ccompat/v7`.
    #[arg(
        id = "registry_url",
        long = "registry-url",
        env = "HERALD_REGISTRY_URL",
        hide_env_values = true
    )]
    pub url: Option<String>,
    /// A file that holds the password, for a URL that names a user alone.
    #[arg(
        id = "registry_password_file",
        long = "registry-password-file",
        env = "HERALD_REGISTRY_PASSWORD_FILE"
    )]
    pub password_file: Option<PathBuf>,
    /// How long one request may take before the registry counts as unavailable.
    #[arg(
        id = "registry_timeout",
        long = "registry-timeout",
        env = "HERALD_REGISTRY_TIMEOUT",
        default_value = "5s",
        value_parser = duration
    )]
    pub timeout: Duration,
}

impl RegistrySettings {
    /// The defaults, for the registry at that URL.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            password_file: None,
            timeout: TIMEOUT,
        }
    }
}

impl fmt::Debug for RegistrySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrySettings")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("password_file", &self.password_file)
            .field("timeout", &self.timeout)
            .finish()
    }
}
