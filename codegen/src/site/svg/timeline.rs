//! A retry policy as a line in time: attempts, the waits between them, and what comes after.

use super::{Canvas, n, width};
use crate::{model::Policy, site::words::duration};

const STEP: f64 = 106.0;
const LEFT: f64 = 26.0;
const LINE: f64 = 40.0;
/// Attempts that are drawn; of more, the first ones and the last one are.
const MOST: usize = 7;

/// How long the waits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::site) enum Waits {
    /// Between nothing and what is written: full jitter.
    Drawn,
    /// As long as is written: a wait queue's time.
    Fixed,
}

impl Waits {
    fn label(self, wait: u64) -> String {
        match self {
            Self::Drawn => format!("≤ {}", duration(wait)),
            Self::Fixed => duration(wait),
        }
    }
}

/// The drawing of a policy; `end` says what becomes of a message that fails every time.
pub(in crate::site) fn draw(policy: &Policy, lengths: Waits, end: &str) -> String {
    let waits: Vec<u64> = policy.backoffs_ms().take(100).collect();
    let attempts = policy.attempts as usize;
    let shown: Vec<usize> = if attempts <= MOST {
        (1..=attempts).collect()
    } else {
        (1..MOST).chain([attempts]).collect()
    };
    let mut canvas = Canvas::new();
    let mut x = LEFT;
    let mut spent: u64 = 0;
    let mut last = 0;
    for (place, attempt) in shown.iter().enumerate() {
        let skipped = *attempt > last + 1;
        if place > 0 {
            let begin = x;
            x += STEP;
            let class = if skipped { "w skip" } else { "w" };
            canvas.path(
                class,
                &format!("M{} {LINE}H{}", n(begin + 11.0), n(x - 11.0)),
            );
            let label = if skipped {
                format!("{} more", attempt - last - 1)
            } else {
                let wait = waits.get(attempt - 2).copied().unwrap_or_default();
                lengths.label(wait)
            };
            let middle = f64::midpoint(begin, x) - width(&label) * 0.44;
            canvas.text(middle, LINE - 9.0, "s", &label);
        }
        spent = waits
            .iter()
            .take(attempt - 1)
            .fold(0, |sum, w| sum.saturating_add(*w));
        super::put(
            &mut canvas.body,
            format_args!(
                "<circle class=\"dot\" cx=\"{}\" cy=\"{LINE}\" r=\"11\"/>",
                n(x)
            ),
        );
        let number = attempt.to_string();
        canvas.text(x - width(&number) * 0.47, LINE + 4.5, "num", &number);
        last = *attempt;
    }
    // After the last attempt.
    let begin = x;
    x += 46.0;
    canvas.path("w", &format!("M{} {LINE}H{}", n(begin + 11.0), n(x - 4.0)));
    let wide = width(end) + 26.0;
    super::put(
        &mut canvas.body,
        format_args!(
            "<rect class=\"end\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"28\" rx=\"14\"/>",
            n(x),
            n(LINE - 14.0),
            n(wide)
        ),
    );
    canvas.text(x + 13.0, LINE + 4.5, "n", end);
    let total = x + wide + 2.0;
    canvas.text(LEFT - 11.0, LINE + 34.0, "s", "at once");
    if spent > 0 {
        let text = match lengths {
            Waits::Drawn => format!("after {} at the latest", duration(spent)),
            Waits::Fixed => format!("after {} of waiting", duration(spent)),
        };
        let at = (begin - width(&text) * 0.45).max(LEFT + 60.0);
        canvas.text(at, LINE + 34.0, "s", &text);
    }
    let what = format!("{attempts} attempts, then {end}");
    canvas.finish(total, LINE + 44.0, &what)
}
