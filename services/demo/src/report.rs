//! The run as a table that a person reads, or as JSON that a machine does.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::checks::Check;

/// A name and how many.
pub type Row = (String, u64);

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The seed of a simulated run.
    pub seed: Option<u64>,
    /// Orders that were placed.
    pub orders: u64,
    /// Orders by final state, cancelled ones by cause.
    pub endings: Vec<Row>,
    /// Records by topic, dead-letter topics that hold none left out.
    pub topics: Vec<Row>,
    /// Messages ever put into each queue, empty ones left out.
    pub queues: Vec<Row>,
    /// What delivery had to do besides: retries, repeats, crashes.
    pub delivery: Vec<Row>,
    /// From accepted to confirmed or cancelled, median.
    pub p50: Duration,
    /// The same, 99 of 100 took no longer.
    pub p99: Duration,
    /// From the first order to rest.
    pub took: Duration,
    /// Hash and length of the simulation's event log.
    pub event_log: Option<String>,
    /// What was checked.
    pub checks: Vec<Check>,
}

const WIDTH: usize = 58;

impl Report {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(Check::holds)
    }

    /// The table.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}\n", self.title());
        section(&mut out, "Orders by final state", &self.endings, true);
        section(&mut out, "Messages by topic", &self.topics, true);
        section(&mut out, "Messages by queue", &self.queues, true);
        section(&mut out, "Delivery", &self.delivery, false);
        self.times(&mut out);
        self.invariants(&mut out);
        out
    }

    fn title(&self) -> String {
        let orders = thousands(self.orders as i64);
        match self.seed {
            Some(seed) => {
                format!("{orders} orders through five services, simulated with seed {seed}")
            }
            None => format!("{orders} orders through five services, over HTTP"),
        }
    }

    fn times(&self, out: &mut String) {
        let virtually = if self.seed.is_some() {
            " (virtual)"
        } else {
            ""
        };
        let _ = writeln!(out, "Placed → confirmed or cancelled{virtually}");
        line(out, "half within", &duration(self.p50));
        line(out, "99 of 100 within", &duration(self.p99));
        let _ = writeln!(out, "Throughput{virtually}");
        line(out, "first order to rest", &duration(self.took));
        line(out, "orders a second", &format!("{:.0}", self.throughput()));
        if let Some(hash) = &self.event_log {
            let _ = writeln!(out, "Event log  {hash}");
        }
    }

    fn throughput(&self) -> f64 {
        let seconds = self.took.as_secs_f64();
        if seconds > 0.0 {
            self.orders as f64 / seconds
        } else {
            0.0
        }
    }

    fn invariants(&self, out: &mut String) {
        let _ = writeln!(out, "\nInvariants");
        for check in &self.checks {
            let mark = if check.holds() { '✓' } else { '✗' };
            let _ = write!(out, "  {mark} {}", check.name);
            if !check.note.is_empty() {
                let _ = write!(out, " ({})", check.note);
            }
            out.push('\n');
            for difference in check.differences.iter().take(5) {
                let _ = writeln!(out, "      {difference}");
            }
            if check.differences.len() > 5 {
                let _ = writeln!(out, "      and {} more", check.differences.len() - 5);
            }
        }
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Value {
        let checks = self.checks.iter().map(|check| {
            json!({
                "name": check.name,
                "holds": check.holds(),
                "note": check.note,
                "differences": check.differences,
            })
        });
        json!({
            "seed": self.seed,
            "orders": self.orders,
            "endings": rows(&self.endings),
            "topics": rows(&self.topics),
            "queues": rows(&self.queues),
            "delivery": rows(&self.delivery),
            "placed_to_decided_ms": {
                "virtual": self.seed.is_some(),
                "p50": millis(self.p50),
                "p99": millis(self.p99),
            },
            "took_ms": millis(self.took),
            "orders_per_second": self.throughput(),
            "event_log": self.event_log,
            "invariants": checks.collect::<Vec<Value>>(),
            "holds": self.holds(),
        })
    }
}

fn rows(rows: &[Row]) -> Value {
    let pairs = rows.iter();
    Value::Object(
        pairs
            .map(|(name, count)| (name.clone(), json!(count)))
            .collect(),
    )
}

fn section(out: &mut String, title: &str, rows: &[Row], sum: bool) {
    let total: u64 = rows.iter().map(|(_, count)| count).sum();
    let total = if sum {
        thousands(total as i64)
    } else {
        String::new()
    };
    let head = format!("{title:<WIDTH$}{total:>8}");
    let _ = writeln!(out, "{}", head.trim_end());
    for (name, count) in rows {
        line(out, name, &thousands(*count as i64));
    }
}

fn line(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "  {name:<width$}{value:>8}", width = WIDTH - 2);
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{:.0} ms", seconds * 1_000.0)
    }
}

/// A whole number with a comma between thousands.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    if number < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The value that a share of the sorted values does not exceed.
pub fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    let index = rank.clamp(1, sorted.len().max(1)) - 1;
    sorted.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1_000, -12_345, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "-12,345", "1,234,567"]);
    }

    #[test]
    fn percentiles_are_of_the_values_there_are() {
        let values: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&values, 0.50), Duration::from_millis(100));
        assert_eq!(percentile(&values, 0.99), Duration::from_millis(198));
        assert_eq!(percentile(&values[..1], 0.99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 0.5), Duration::ZERO);
    }
}
