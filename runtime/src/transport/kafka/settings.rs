//! Where the cluster is, and how it is used.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use crate::flags::{self, duration};
use crate::transport::TransportError;

/// Flags and environment variables of the log on Kafka. Secrets belong into the
/// environment or a file, since other users of the machine see flags.
#[derive(Clone, clap::Args)]
pub struct KafkaSettings {
    /// Brokers to begin with: `host:port`, separated by commas. Without them, the log lives in
    /// this process.
    #[arg(
        id = "kafka_brokers",
        long = "kafka-brokers",
        env = "HERALD_KAFKA_BROKERS"
    )]
    pub brokers: Option<String>,
    /// `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`.
    #[arg(
        id = "kafka_security_protocol",
        long = "kafka-security-protocol",
        env = "HERALD_KAFKA_SECURITY_PROTOCOL"
    )]
    pub security_protocol: Option<String>,
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    #[arg(
        id = "kafka_sasl_mechanism",
        long = "kafka-sasl-mechanism",
        env = "HERALD_KAFKA_SASL_MECHANISM"
    )]
    pub sasl_mechanism: Option<String>,
    /// The user to log in as.
    #[arg(
        id = "kafka_sasl_username",
        long = "kafka-sasl-username",
        env = "HERALD_KAFKA_SASL_USERNAME"
    )]
    pub sasl_username: Option<String>,
    /// The password of that user.
    #[arg(
        id = "kafka_sasl_password",
        long = "kafka-sasl-password",
        env = "HERALD_KAFKA_SASL_PASSWORD",
        hide_env_values = true
    )]
    pub sasl_password: Option<String>,
    /// A file that holds the password, instead.
    #[arg(
        id = "kafka_sasl_password_file",
        long = "kafka-sasl-password-file",
        env = "HERALD_KAFKA_SASL_PASSWORD_FILE"
    )]
    pub sasl_password_file: Option<PathBuf>,
    /// A file or folder of certificates (PEM) that brokers' certificates are checked against.
    #[arg(
        id = "kafka_ssl_ca_location",
        long = "kafka-ssl-ca-location",
        env = "HERALD_KAFKA_SSL_CA_LOCATION"
    )]
    pub ssl_ca_location: Option<PathBuf>,
    /// Makes this instance a static member of its groups: a restart within the session timeout
    /// moves no partitions. Unique among running instances, the same after a restart.
    #[arg(
        id = "kafka_group_instance_id",
        long = "kafka-group-instance-id",
        env = "HERALD_KAFKA_GROUP_INSTANCE_ID"
    )]
    pub group_instance_id: Option<String>,
    /// The time after which a member that vanished loses its partitions.
    #[arg(
        id = "kafka_session_timeout",
        long = "kafka-session-timeout",
        env = "HERALD_KAFKA_SESSION_TIMEOUT",
        default_value = "6s",
        value_parser = duration
    )]
    pub session_timeout: Duration,
    /// How long revoked partitions may take to be drained before they are handed back undrained.
    #[arg(
        id = "kafka_revoke_timeout",
        long = "kafka-revoke-timeout",
        env = "HERALD_KAFKA_REVOKE_TIMEOUT",
        default_value = "30s",
        value_parser = duration
    )]
    pub revoke_timeout: Duration,
    /// How long the producer waits for more records before it sends a batch.
    #[arg(
        id = "kafka_linger",
        long = "kafka-linger",
        env = "HERALD_KAFKA_LINGER",
        default_value = "2ms",
        value_parser = duration
    )]
    pub linger: Duration,
    /// How long the producer tries before a record counts as not delivered.
    #[arg(
        id = "kafka_delivery_timeout",
        long = "kafka-delivery-timeout",
        env = "HERALD_KAFKA_DELIVERY_TIMEOUT",
        default_value = "30s",
        value_parser = duration
    )]
    pub delivery_timeout: Duration,
    /// How often the clients' statistics are taken.
    #[arg(
        id = "kafka_statistics_interval",
        long = "kafka-statistics-interval",
        env = "HERALD_KAFKA_STATISTICS_INTERVAL",
        default_value = "10s",
        value_parser = duration
    )]
    pub statistics_interval: Duration,
    /// Any property of librdkafka, as `name=value`; it wins over what is set here.
    #[arg(
        id = "kafka_property",
        long = "kafka-property",
        env = "HERALD_KAFKA_PROPERTIES",
        hide_env_values = true,
        value_delimiter = ';'
    )]
    pub properties: Vec<String>,
}

impl KafkaSettings {
    /// The defaults, for the cluster of those brokers.
    pub fn at(brokers: impl Into<String>) -> Self {
        Self {
            brokers: Some(brokers.into()),
            security_protocol: None,
            sasl_mechanism: None,
            sasl_username: None,
            sasl_password: None,
            sasl_password_file: None,
            ssl_ca_location: None,
            group_instance_id: None,
            session_timeout: Duration::from_secs(6),
            revoke_timeout: Duration::from_secs(30),
            linger: Duration::from_millis(2),
            delivery_timeout: Duration::from_secs(30),
            statistics_interval: Duration::from_secs(10),
            properties: Vec::new(),
        }
    }

    /// What every client begins with.
    pub(super) fn common(&self, client: &str) -> Result<ClientConfig, TransportError> {
        self.possible()?;
        let mut config = ClientConfig::new();
        config
            .set(
                "bootstrap.servers",
                self.brokers.as_deref().unwrap_or_default(),
            )
            .set("client.id", client)
            .set("allow.auto.create.topics", "false")
            .set("reconnect.backoff.max.ms", "2000")
            .set("statistics.interval.ms", millis(self.statistics_interval))
            .set_log_level(RDKafkaLogLevel::Warning);
        let ca = self
            .ssl_ca_location
            .as_ref()
            .map(|path| path.display().to_string());
        let optional = [
            ("security.protocol", &self.security_protocol),
            ("sasl.mechanism", &self.sasl_mechanism),
            ("sasl.username", &self.sasl_username),
            ("sasl.password", &self.password()?),
            ("ssl.ca.location", &ca),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                config.set(name, value);
            }
        }
        Ok(config)
    }

    /// Says so before librdkafka does, in words that do not help.
    fn possible(&self) -> Result<(), TransportError> {
        let wants = |of: &Option<String>, what: &str| {
            let value = of.as_deref().unwrap_or_default();
            value.to_ascii_lowercase().contains(what)
        };
        let openssl = wants(&self.security_protocol, "ssl") || wants(&self.sasl_mechanism, "scram");
        if cfg!(feature = "kafka-tls") || !openssl {
            return Ok(());
        }
        Err(TransportError::Refused(
            "TLS and SCRAM towards Kafka need OpenSSL, which this program was built without: with \
             libssl-dev and pkg-config installed, build it with `--features servers,herald/kafka-tls`"
                .to_owned(),
        ))
    }

    /// Sets the properties that the user gave, after everything else.
    pub(super) fn finish(&self, config: &mut ClientConfig) -> Result<(), TransportError> {
        for property in &self.properties {
            // The value may be a secret: it is not quoted.
            let (name, value) = property.split_once('=').ok_or_else(|| {
                TransportError::Unknown("Kafka property: write it as name=value".to_owned())
            })?;
            config.set(name.trim(), value.trim());
        }
        Ok(())
    }

    fn password(&self) -> Result<Option<String>, TransportError> {
        let Some(file) = &self.sasl_password_file else {
            return Ok(self.sasl_password.clone());
        };
        flags::password(file)
            .map(Some)
            .map_err(TransportError::Unknown)
    }
}

/// A duration as librdkafka's `.ms` properties have it.
pub(super) fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

impl fmt::Debug for KafkaSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaSettings")
            .field("brokers", &self.brokers)
            .field("security_protocol", &self.security_protocol)
            .field("sasl_mechanism", &self.sasl_mechanism)
            .field("sasl_username", &self.sasl_username)
            .field("group_instance_id", &self.group_instance_id)
            .field("session_timeout", &self.session_timeout)
            .field("linger", &self.linger)
            .field("delivery_timeout", &self.delivery_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_printed() {
        let settings = KafkaSettings {
            sasl_password: Some("s3cret".to_owned()),
            properties: vec!["ssl.key.password=s3cret".to_owned()],
            ..KafkaSettings::at("localhost:9092")
        };
        assert!(!format!("{settings:?}").contains("s3cret"));
        let broken = KafkaSettings {
            properties: vec!["s3cret".to_owned()],
            ..settings
        };
        let error = broken.finish(&mut ClientConfig::new()).unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }

    #[test]
    fn properties_win() {
        let settings = KafkaSettings {
            properties: vec!["client.id=mine".to_owned()],
            ..KafkaSettings::at("localhost:9092")
        };
        let mut config = settings.common("theirs").unwrap();
        settings.finish(&mut config).unwrap();
        assert_eq!(config.get("client.id"), Some("mine"));
    }
}
