//! Whether a redriven letter can still be told from one that was handled.

use std::time::Duration;

use jiff::Timestamp;

use crate::letter::Letter;

/// Why a letter is not redriven.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The service may have forgotten what it did with it since.
    #[error(
        "{place} was given up {age} ago, and its service remembers {memory}: if it was redriven before, it would take effect twice; --accept-duplicate redrives it all the same"
    )]
    Old {
        /// The letter.
        place: String,
        /// Its age, for people.
        age: String,
        /// How long the service remembers, for people.
        memory: String,
    },
    /// Nobody knows how old it is.
    #[error(
        "{place} does not say when it was given up: if it was redriven long ago, it would take effect twice; --accept-duplicate redrives it all the same"
    )]
    Ageless {
        /// The letter.
        place: String,
    },
}

/// Whether a letter may be redriven while its service remembers ids for that long. What was given up
/// had not been handled until then, so its age counts from there.
///
/// # Errors
/// [`Refused`].
pub fn check(letter: &Letter, memory: Duration, now: Timestamp) -> Result<(), Refused> {
    let place = letter.place.to_string();
    let Some(time) = letter.given_up() else {
        return Err(Refused::Ageless { place });
    };
    let age = now.duration_since(time).max(jiff::SignedDuration::ZERO);
    if age.unsigned_abs() < memory {
        return Ok(());
    }
    Err(Refused::Old {
        place,
        age: rough(age.unsigned_abs()),
        memory: rough(memory),
    })
}

/// A duration in its largest unit: `3d`, `5h`, `12m`, `40s`.
pub fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::tests::letter;
    use herald::delivery::dead_letter::names;

    #[test]
    fn what_may_be_forgotten_is_refused() {
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let memory = Duration::from_hours(24 * 45);
        let of = |time| check(&letter(&[(names::TIME, time)]), memory, now);
        assert_eq!(of("2026-02-01T00:00:00Z"), Ok(()));
        assert_eq!(of("2026-04-01T00:00:00Z"), Ok(()));
        let old = of("2026-01-01T00:00:00Z").unwrap_err().to_string();
        assert!(
            old.contains("59d ago") && old.contains("remembers 45d"),
            "{old}"
        );
        let ageless = check(&letter(&[]), memory, now);
        assert!(matches!(ageless, Err(Refused::Ageless { .. })));
    }
}
