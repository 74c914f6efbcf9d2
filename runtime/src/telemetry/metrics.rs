//! Counters, gauges and histograms in Prometheus' text format (version 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets of handler times, in microseconds.
const BOUNDS_MICROS: [u64; 12] = [
    100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 1_000_000, 5_000_000,
    30_000_000,
];

/// The metrics of one instance. Looking a series up takes a lock; adding to one
/// does not, so hot paths keep what they looked up.
#[derive(Debug, Default)]
pub struct Metrics {
    families: Mutex<BTreeMap<&'static str, Family>>,
}

#[derive(Debug)]
struct Family {
    help: &'static str,
    series: BTreeMap<String, Series>,
}

#[derive(Debug, Clone)]
enum Series {
    Counter(Counter),
    Gauge(Gauge),
    Histogram(Histogram),
}

/// A number that only grows.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds one.
    pub fn increment(&self) {
        self.add(1);
    }

    /// Adds.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// The number now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that rises and falls.
#[derive(Debug, Clone, Default)]
pub struct Gauge(Arc<AtomicI64>);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// The number now.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How long something took, in buckets.
#[derive(Debug, Clone, Default)]
pub struct Histogram(Arc<Buckets>);

#[derive(Debug, Default)]
struct Buckets {
    counts: [AtomicU64; BOUNDS_MICROS.len() + 1],
    sum_micros: AtomicU64,
}

impl Histogram {
    /// Adds one observation.
    pub fn observe(&self, took: Duration) {
        let micros = took.as_micros() as u64;
        let bucket = BOUNDS_MICROS.partition_point(|bound| *bound < micros);
        self.0.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.0.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// The number of observations.
    pub fn count(&self) -> u64 {
        let counts = self.0.counts.iter();
        counts.map(|count| count.load(Ordering::Relaxed)).sum()
    }
}

impl Metrics {
    /// The counter of that name and labels.
    pub fn counter(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
    ) -> Counter {
        let fresh = || Series::Counter(Counter::default());
        match self.series(name, help, labels, fresh) {
            Series::Counter(counter) => counter,
            _ => Counter::default(),
        }
    }

    /// The gauge of that name and labels.
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Gauge {
        let fresh = || Series::Gauge(Gauge::default());
        match self.series(name, help, labels, fresh) {
            Series::Gauge(gauge) => gauge,
            _ => Gauge::default(),
        }
    }

    /// The histogram of that name and labels, in seconds.
    pub fn histogram(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
    ) -> Histogram {
        let fresh = || Series::Histogram(Histogram::default());
        match self.series(name, help, labels, fresh) {
            Series::Histogram(histogram) => histogram,
            _ => Histogram::default(),
        }
    }

    /// The sum of a counter over all its labels.
    pub fn total(&self, name: &str) -> u64 {
        let families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let series = families.get(name).into_iter();
        let series = series.flat_map(|family| family.series.values());
        series
            .map(|series| match series {
                Series::Counter(counter) => counter.get(),
                Series::Gauge(gauge) => gauge.get().max(0) as u64,
                Series::Histogram(histogram) => histogram.count(),
            })
            .sum()
    }

    /// Everything, in the text format.
    pub fn render(&self) -> String {
        let families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        for (name, family) in &*families {
            let kind = match family.series.values().next() {
                Some(Series::Gauge(_)) => "gauge",
                Some(Series::Histogram(_)) => "histogram",
                _ => "counter",
            };
            let _ = writeln!(out, "# HELP {name} {}\n# TYPE {name} {kind}", family.help);
            for (labels, series) in &family.series {
                series.render(name, labels, &mut out);
            }
        }
        out
    }

    fn series(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
        fresh: impl FnOnce() -> Series,
    ) -> Series {
        let mut families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let family = families.entry(name).or_insert_with(|| Family {
            help,
            series: BTreeMap::new(),
        });
        let series = family.series.entry(render_labels(labels));
        series.or_insert_with(fresh).clone()
    }
}

impl Series {
    fn render(&self, name: &str, labels: &str, out: &mut String) {
        let braced = |labels: &str| match labels {
            "" => String::new(),
            labels => format!("{{{labels}}}"),
        };
        let labelled = braced(labels);
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Counter(counter) => writeln!(out, "{name}{labelled} {}", counter.get()),
            Self::Gauge(gauge) => writeln!(out, "{name}{labelled} {}", gauge.get()),
            Self::Histogram(histogram) => {
                let comma = if labels.is_empty() { "" } else { "," };
                let mut cumulative = 0;
                for (at, count) in histogram.0.counts.iter().enumerate() {
                    cumulative += count.load(Ordering::Relaxed);
                    let bound = BOUNDS_MICROS.get(at);
                    let bound =
                        bound.map_or("+Inf".into(), |micros| (*micros as f64 / 1e6).to_string());
                    let labels = format!("{labels}{comma}le=\"{bound}\"");
                    let _ = writeln!(out, "{name}_bucket{{{labels}}} {cumulative}");
                }
                let sum = histogram.0.sum_micros.load(Ordering::Relaxed) as f64 / 1e6;
                writeln!(
                    out,
                    "{name}_sum{labelled} {sum}\n{name}_count{labelled} {cumulative}"
                )
            }
        };
    }
}

fn render_labels(labels: &[(&str, &str)]) -> String {
    let escaped = |value: &str| {
        let value = value.replace('\\', r"\\").replace('"', "\\\"");
        value.replace('\n', r"\n")
    };
    let labels = labels.iter();
    let labels: Vec<_> = labels
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    labels.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_format() {
        let metrics = Metrics::default();
        let labels = [("topic", "a\"b")];
        metrics.counter("c_total", "Counts.", &labels).add(2);
        metrics.counter("c_total", "Counts.", &labels).increment();
        metrics.gauge("g", "Rises and falls.", &[]).set(-4);
        let histogram = metrics.histogram("h_seconds", "Takes.", &[]);
        histogram.observe(Duration::from_micros(100));
        histogram.observe(Duration::from_mins(1));
        let text = metrics.render();
        assert!(
            text.contains("# TYPE c_total counter\nc_total{topic=\"a\\\"b\"} 3\n"),
            "{text}"
        );
        assert!(text.contains("# TYPE g gauge\ng -4\n"), "{text}");
        assert!(
            text.contains("h_seconds_bucket{le=\"0.0001\"} 1\n"),
            "{text}"
        );
        assert!(text.contains("h_seconds_bucket{le=\"30\"} 1\n"), "{text}");
        assert!(text.contains("h_seconds_bucket{le=\"+Inf\"} 2\n"), "{text}");
        assert!(
            text.contains("h_seconds_sum 60.0001\nh_seconds_count 2\n"),
            "{text}"
        );
        assert_eq!(metrics.total("c_total"), 3);
    }
}
