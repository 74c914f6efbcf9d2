//! The hour that ends with the latest order, minute by minute.

use std::collections::BTreeMap;

use generated::types::{Dashboard, MinuteFigures};
use herald::avro::codec::{Decimal, TimestampMillis};

use crate::sales::{MINUTE_MS, minute_of};

/// Minutes before the latest one.
const BEFORE: i64 = 60;

/// What became of the orders of one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Orders that were placed.
    pub placed: i64,
    /// Orders the payment provider refused.
    pub declined: i64,
    /// Orders that found an article out of stock.
    pub short: i64,
    /// How long orders took from placed to decided.
    pub took: Took,
    /// What confirmed orders pay.
    pub revenue: Decimal<2>,
    /// What the stream closed the minute with.
    pub closed: Option<Decimal<2>>,
}

/// How long orders took from placed to decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// How many were decided.
    pub decided: i64,
    /// Half of them took no longer, in milliseconds.
    pub p50_ms: Option<i64>,
    /// 99 of 100 took no longer, in milliseconds.
    pub p99_ms: Option<i64>,
}

impl Took {
    /// Of these milliseconds, in any order.
    pub fn of(mut millis: Vec<i64>) -> Self {
        millis.sort_unstable();
        let percentile = |hundredths: usize| {
            let rank = (millis.len() * hundredths).div_ceil(100);
            millis.get(rank.checked_sub(1)?).copied()
        };
        Self {
            decided: millis.len() as i64,
            p50_ms: percentile(50),
            p99_ms: percentile(99),
        }
    }
}

/// The hour: its minutes by their start in RFC 3339, those without orders left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// The minutes.
    pub minutes: BTreeMap<String, Minute>,
    /// How long orders of the whole hour took.
    pub took: Took,
}

/// The first minute of the hour that ends with `latest`; both are starts of minutes in RFC 3339.
pub fn first_of(latest: &str) -> Option<String> {
    let latest: TimestampMillis = latest.parse().ok()?;
    Some(minute_of(TimestampMillis(latest.0 - BEFORE * MINUTE_MS)))
}

impl Hour {
    /// The minutes without a gap, nothing else.
    pub fn dashboard(mut self) -> Dashboard {
        let latest = self.minutes.keys().next_back();
        let latest = latest.and_then(|minute| minute.parse::<TimestampMillis>().ok());
        let starts = latest.into_iter().flat_map(|TimestampMillis(latest)| {
            (0..=BEFORE).map(move |at| TimestampMillis(latest - (BEFORE - at) * MINUTE_MS))
        });
        let minutes = starts.map(|start| {
            let minute = self.minutes.remove(&minute_of(start));
            figures(start, minute.unwrap_or_default())
        });
        Dashboard {
            minutes: minutes.collect(),
            decided: self.took.decided,
            p50_ms: self.took.p50_ms,
            p99_ms: self.took.p99_ms,
            declines: Vec::new(),
            countries: Vec::new(),
        }
    }
}

fn figures(start: TimestampMillis, minute: Minute) -> MinuteFigures {
    MinuteFigures {
        minute: start,
        placed: minute.placed,
        revenue: minute.revenue,
        closed: minute.closed,
        open: None,
        declined: minute.declined,
        short: minute.short,
        decided: minute.took.decided,
        p50_ms: minute.took.p50_ms,
        p99_ms: minute.took.p99_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_values_there_are() {
        let took = |millis: std::ops::RangeInclusive<i64>| Took::of(millis.rev().collect());
        let of = |took: Took| (took.decided, took.p50_ms, took.p99_ms);
        assert_eq!(of(took(1..=200)), (200, Some(100), Some(198)));
        assert_eq!(of(took(7..=7)), (1, Some(7), Some(7)));
        assert_eq!(of(Took::of(Vec::new())), (0, None, None));
    }

    #[test]
    fn an_hour_has_no_gaps() {
        let placed = |placed| Minute {
            placed,
            ..Minute::default()
        };
        let hour = Hour {
            minutes: BTreeMap::from([
                ("2026-11-02T09:30:00Z".to_owned(), placed(1)),
                ("2026-11-02T10:20:00Z".to_owned(), placed(2)),
            ]),
            took: Took::default(),
        };
        assert_eq!(
            first_of("2026-11-02T10:20:00Z").as_deref(),
            Some("2026-11-02T09:20:00Z")
        );
        let minutes = hour.dashboard().minutes;
        assert_eq!(minutes.len(), 61);
        assert_eq!(minutes[0].minute.to_string(), "2026-11-02T09:20:00Z");
        let placed: Vec<i64> = minutes.iter().map(|minute| minute.placed).collect();
        assert_eq!(
            (placed[10], placed[60], placed.iter().sum::<i64>()),
            (1, 2, 3)
        );
        assert!(Hour::default().dashboard().minutes.is_empty());
    }
}
