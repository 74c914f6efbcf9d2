//! How fast letters are redriven.

use std::time::Duration;

/// The most letters that go in one batch.
const BATCH: usize = 256;
/// Batches in a second, at most, where a rate is given.
const BATCHES: u32 = 10;

/// Letters per time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    letters: u32,
    per: Duration,
}

impl std::str::FromStr for Rate {
    type Err = String;

    /// `50/s`, `600/m` or `1000/h`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no rate; write it as 50/s, 600/m or 1000/h");
        let (letters, unit) = text.split_once('/').ok_or_else(wrong)?;
        let letters: u32 = letters.trim().parse().map_err(|_| wrong())?;
        let per = match unit.trim() {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return Err(wrong()),
        };
        if letters == 0 {
            return Err(wrong());
        }
        Ok(Self { letters, per })
    }
}

/// Lets letters go in batches, no faster than a rate.
#[derive(Debug)]
pub struct Pace {
    rate: Option<Rate>,
    due: Option<tokio::time::Instant>,
}

impl Pace {
    /// At that rate; without one, as fast as the brokers take them.
    pub fn new(rate: Option<Rate>) -> Self {
        Self { rate, due: None }
    }

    /// How many letters may go at once.
    pub fn batch(&self) -> usize {
        let Some(rate) = self.rate else {
            return BATCH;
        };
        let a_second = f64::from(rate.letters) / rate.per.as_secs_f64();
        let share = (a_second / f64::from(BATCHES)) as usize;
        share.clamp(1, BATCH)
    }

    /// Waits until that many more letters may go.
    pub async fn wait_for(&mut self, letters: usize) {
        let Some(rate) = self.rate else {
            return;
        };
        let now = tokio::time::Instant::now();
        let due = self.due.unwrap_or(now).max(now);
        let letters = u32::try_from(letters).unwrap_or(u32::MAX);
        self.due = Some(
            due + rate
                .per
                .mul_f64(f64::from(letters) / f64::from(rate.letters)),
        );
        tokio::time::sleep_until(due).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        let rate = |text: &str| text.parse::<Rate>();
        assert_eq!(Pace::new(Some(rate("500/s").unwrap())).batch(), 50);
        assert_eq!(Pace::new(Some(rate("60/m").unwrap())).batch(), 1);
        assert_eq!(Pace::new(Some(rate("9000000/h").unwrap())).batch(), 250);
        assert_eq!(Pace::new(None).batch(), BATCH);
        for wrong in ["", "5", "0/s", "-1/s", "5/d", "x/s"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn letters_go_no_faster_than_their_rate() {
        let mut pace = Pace::new(Some("10/s".parse().unwrap()));
        let start = tokio::time::Instant::now();
        for _ in 0..21 {
            pace.wait_for(1).await;
        }
        assert_eq!(start.elapsed().as_secs(), 2);
    }
}
