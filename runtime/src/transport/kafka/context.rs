//! What librdkafka calls back with, for every client.

use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{ClientContext, Statistics};

use super::settings::KafkaSettings;
use super::statistics::Meters;
use crate::transport::TransportError;

/// The context of a client that only logs and counts.
#[derive(Clone)]
pub(super) struct Common(pub(super) Arc<Meters>);

impl ClientContext for Common {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.0.note(&statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        complain(&error, reason);
    }
}

impl ConsumerContext for Common {}

/// The first word of a cluster that does not let a client in.
#[derive(Default)]
pub(super) struct Refusal(Mutex<Option<(RDKafkaErrorCode, String)>>);

impl Refusal {
    /// Takes an error, if it is one that trying again does not mend.
    pub(super) fn note(&self, error: &KafkaError, reason: &str) {
        let code = error.rdkafka_error_code();
        if let Some(code @ (RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SSL)) = code {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| (code, reason.to_owned()));
        }
    }

    /// What it said, and what to look at.
    pub(super) fn told(&self, settings: &KafkaSettings) -> Option<TransportError> {
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (code, reason) = first.as_ref()?;
        let help = if *code == RDKafkaErrorCode::SSL {
            "HERALD_KAFKA_SSL_CA_LOCATION names the file of the authorities that sign the brokers' \
             certificates"
                .to_owned()
        } else {
            let user = settings.sasl_username.as_deref().unwrap_or("nobody");
            format!(
                "it was {user} who logged in: HERALD_KAFKA_SASL_USERNAME, HERALD_KAFKA_SASL_PASSWORD \
                 or _PASSWORD_FILE, and HERALD_KAFKA_SASL_MECHANISM say who does, and how"
            )
        };
        Some(TransportError::Refused(format!(
            "Kafka does not let this service in: {reason}; {help}"
        )))
    }
}

/// Passes a line of librdkafka's log on.
pub(super) fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => tracing::error!(target: "kafka", facility, "{message}"),
        RDKafkaLogLevel::Warning => tracing::warn!(target: "kafka", facility, "{message}"),
        _ => tracing::debug!(target: "kafka", facility, "{message}"),
    }
}

/// Logs an error that librdkafka recovers from by itself.
pub(super) fn complain(error: &KafkaError, reason: &str) {
    tracing::warn!(target: "kafka", %error, "{reason}");
}
