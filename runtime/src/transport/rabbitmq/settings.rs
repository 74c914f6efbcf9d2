//! Where the broker is, and how it is used.

use std::fmt;
use std::path::{Path, PathBuf};

use lapin::tcp::OwnedTLSConfig;
use lapin::uri::AMQPUri;

use crate::flags;
use crate::transport::TransportError;

/// Flags and environment variables of the queues on RabbitMQ. Without a URL the
/// service uses the embedded queues. Secrets belong into the environment or a
/// file, since other users of the machine see flags.
#[derive(Clone, clap::Args)]
pub struct RabbitmqSettings {
    /// The broker: `amqp://user:password@host:port/vhost`, `amqps://` for TLS; the
    /// virtual host `/` is written `%2f`. Without it, queues live in this process.
    #[arg(
        id = "rabbitmq_url",
        long = "rabbitmq-url",
        env = "HERALD_RABBITMQ_URL",
        hide_env_values = true
    )]
    pub url: Option<String>,
    /// A file that holds the password, in the place of the URL's.
    #[arg(
        id = "rabbitmq_password_file",
        long = "rabbitmq-password-file",
        env = "HERALD_RABBITMQ_PASSWORD_FILE"
    )]
    pub password_file: Option<PathBuf>,
    /// A PEM file of authorities to trust besides the machine's own.
    #[arg(
        id = "rabbitmq_ca_file",
        long = "rabbitmq-ca-file",
        env = "HERALD_RABBITMQ_CA_FILE"
    )]
    pub ca_file: Option<PathBuf>,
    /// Seconds between signs of life, unless the URL says `?heartbeat=`; a
    /// connection without them for twice as long counts as lost.
    #[arg(
        id = "rabbitmq_heartbeat",
        long = "rabbitmq-heartbeat",
        env = "HERALD_RABBITMQ_HEARTBEAT",
        default_value_t = 10,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub heartbeat: u16,
    /// Messages of one publishing call that wait for their confirms at a time.
    #[arg(
        id = "rabbitmq_confirm_window",
        long = "rabbitmq-confirm-window",
        env = "HERALD_RABBITMQ_CONFIRM_WINDOW",
        default_value_t = 512,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub confirm_window: u16,
    /// Seconds without any confirm after which the broker counts as unavailable.
    #[arg(
        id = "rabbitmq_confirm_timeout",
        long = "rabbitmq-confirm-timeout",
        env = "HERALD_RABBITMQ_CONFIRM_TIMEOUT",
        default_value_t = 30,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub confirm_timeout: u16,
    /// Bytes of body and headers that a message may have.
    #[arg(
        id = "rabbitmq_max_message_bytes",
        long = "rabbitmq-max-message-bytes",
        env = "HERALD_RABBITMQ_MAX_MESSAGE_BYTES",
        default_value_t = 16 << 20
    )]
    pub max_message_bytes: usize,
}

impl RabbitmqSettings {
    /// That broker with the defaults of everything else.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            password_file: None,
            ca_file: None,
            heartbeat: 10,
            confirm_window: 512,
            confirm_timeout: 30,
            max_message_bytes: 16 << 20,
        }
    }

    /// What to connect to.
    pub(super) fn target(&self) -> Result<Target, TransportError> {
        let unknown = |what: String| TransportError::Unknown(what);
        let url = self.url.as_deref();
        let url = url.ok_or_else(|| unknown("broker: no RabbitMQ URL is set".to_owned()))?;
        // The error of the parser does not repeat the URL, which holds a password.
        let mut uri: AMQPUri = url
            .parse()
            .map_err(|error| unknown(format!("RabbitMQ URL: {error}")))?;
        uri.query.heartbeat.get_or_insert(self.heartbeat);
        if let Some(path) = &self.password_file {
            uri.authority.userinfo.password =
                flags::password(path).map_err(TransportError::Unknown)?;
        }
        let tls = OwnedTLSConfig {
            identity: None,
            cert_chain: self.ca_file.as_deref().map(read).transpose()?,
        };
        Ok(Target { uri, tls })
    }
}

fn read(path: &Path) -> Result<String, TransportError> {
    std::fs::read_to_string(path)
        .map_err(|error| TransportError::Unknown(format!("{}: {error}", path.display())))
}

impl fmt::Debug for RabbitmqSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RabbitmqSettings")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("password_file", &self.password_file)
            .field("ca_file", &self.ca_file)
            .field("heartbeat", &self.heartbeat)
            .field("confirm_window", &self.confirm_window)
            .field("confirm_timeout", &self.confirm_timeout)
            .field("max_message_bytes", &self.max_message_bytes)
            .finish()
    }
}

/// A broker's address, with its credentials.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) uri: AMQPUri,
    pub(super) tls: OwnedTLSConfig,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let settings = RabbitmqSettings::at("amqp://shop:s3cret@host/%2f");
        assert!(!format!("{settings:?}").contains("s3cret"));
        let wrong = RabbitmqSettings::at("http://shop:s3cret@host/%2f");
        let error = wrong.target().err().unwrap().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[test]
    fn the_url_decides_over_the_flag() {
        let heartbeat = |url: &str| {
            let target = RabbitmqSettings::at(url).target().unwrap();
            target.uri.query.heartbeat
        };
        assert_eq!(heartbeat("amqp://host/%2f?heartbeat=3"), Some(3));
        assert_eq!(heartbeat("amqp://host/%2f"), Some(10));
    }
}
