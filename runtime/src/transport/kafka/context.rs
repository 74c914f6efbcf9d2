//! What librdkafka calls back with, for every client.

use std::sync::Arc;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::{ClientContext, Statistics};

use super::statistics::Meters;

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
