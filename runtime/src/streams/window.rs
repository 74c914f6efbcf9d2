//! Stretches of event time.

/// A stretch of event time, in milliseconds since the epoch. The end of a session is its last
/// record, that of any other window the first instant behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Start.
    pub start: i64,
    /// End.
    pub end: i64,
}

/// Windows of one length, one every `advance_ms`, aligned to the epoch; tumbling where both are
/// the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hopping {
    /// Length in milliseconds, at least 1.
    pub size_ms: i64,
    /// Step in milliseconds, from 1 to the length.
    pub advance_ms: i64,
    /// How long after its end a window still takes records, in milliseconds.
    pub grace_ms: i64,
}

impl Hopping {
    /// The windows that hold an instant, the earliest first (`TimeWindows.windowsFor`).
    pub fn windows(self, time: i64) -> impl Iterator<Item = Window> {
        let Self {
            size_ms,
            advance_ms,
            ..
        } = self;
        let first = (time - size_ms + advance_ms).max(0) / advance_ms * advance_ms;
        let starts = (0..)
            .map(move |i| first + i * advance_ms)
            .take_while(move |start| *start <= time);
        starts.map(move |start| Window {
            start,
            end: start + size_ms,
        })
    }
}

/// Sessions: as long as no pause is longer than the gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Longest pause in milliseconds, at least 1.
    pub gap_ms: i64,
    /// How long records may come late, in milliseconds.
    pub grace_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::Hopping;

    fn starts(size_ms: i64, advance_ms: i64, time: i64) -> Vec<i64> {
        let windows = Hopping {
            size_ms,
            advance_ms,
            grace_ms: 0,
        };
        windows.windows(time).map(|w| w.start).collect()
    }

    #[test]
    fn an_instant_lies_in_the_windows_that_hold_it() {
        assert_eq!(starts(60, 60, 59), [0]);
        assert_eq!(starts(60, 60, 60), [60]);
        assert_eq!(starts(5, 2, 7), [4, 6]);
        assert_eq!(starts(5, 2, 8), [4, 6, 8]);
        // No window begins before the epoch.
        assert_eq!(starts(5, 2, 1), [0]);
        assert_eq!(starts(5, 2, 0), [0]);
    }
}
