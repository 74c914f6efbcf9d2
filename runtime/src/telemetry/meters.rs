//! The series that delivery counts in.

use std::sync::Arc;

use super::metrics::{Counter, Gauge, Histogram, Metrics};
use crate::store::Broker;

/// What is counted for one consumed topic or queue.
#[derive(Debug, Clone)]
pub(crate) struct ConsumerMeters {
    pub(crate) consumed: Counter,
    pub(crate) repeats: Counter,
    pub(crate) foreign: Counter,
    pub(crate) retries: Counter,
    pub(crate) dead_letters: Counter,
    pub(crate) parked: Counter,
    pub(crate) unavailable: Counter,
    pub(crate) seconds: Histogram,
    pub(crate) lag: Gauge,
}

/// The series of an instance.
#[derive(Debug)]
pub(crate) struct Meters {
    pub(crate) registry: Arc<Metrics>,
}

impl Meters {
    pub(crate) fn new(registry: Arc<Metrics>) -> Self {
        Self { registry }
    }

    /// The series of one source: a topic, a queue, a timer.
    pub(crate) fn consumer(&self, source: &str, group: &str) -> ConsumerMeters {
        let labels = [("source", source), ("group", group)];
        let counter = |name, help| self.registry.counter(name, help, &labels);
        ConsumerMeters {
            consumed: counter("herald_consumed_total", "Messages handled."),
            repeats: counter(
                "herald_repeats_total",
                "Messages recognised as handled before.",
            ),
            foreign: counter(
                "herald_foreign_total",
                "Records of types that are not consumed.",
            ),
            retries: counter("herald_retries_total", "Attempts after the first."),
            dead_letters: counter("herald_dead_letters_total", "Messages given up."),
            parked: counter("herald_parked_total", "Messages kept behind a dead letter."),
            unavailable: counter(
                "herald_unavailable_total",
                "Pauses because a dependency was down.",
            ),
            seconds: self.registry.histogram(
                "herald_handler_seconds",
                "Time from begin to commit.",
                &labels,
            ),
            lag: self
                .registry
                .gauge("herald_lag", "Records not committed yet.", &labels),
        }
    }

    pub(crate) fn produced(&self, name: &str) -> Counter {
        let help = "Messages that a broker acknowledged.";
        self.registry
            .counter("herald_produced_total", help, &[("message", name)])
    }

    pub(crate) fn outbox_depth(&self, broker: Broker) -> Gauge {
        let help = "Messages that wait for their broker.";
        let labels = [("broker", broker.as_str())];
        self.registry.gauge("herald_outbox_depth", help, &labels)
    }

    pub(crate) fn outbox_held(&self, broker: Broker) -> Counter {
        let help = "Messages that their broker refused for good.";
        let labels = [("broker", broker.as_str())];
        self.registry
            .counter("herald_outbox_held_total", help, &labels)
    }

    pub(crate) fn requests(&self, name: &str, status: u16) -> Counter {
        let help = "Requests answered.";
        let labels = [("request", name), ("status", &status.to_string())];
        self.registry
            .counter("herald_requests_total", help, &labels)
    }

    pub(crate) fn request_seconds(&self, name: &str) -> Histogram {
        let help = "Time to answer a request.";
        self.registry
            .histogram("herald_request_seconds", help, &[("request", name)])
    }
}
