//! What flags and environment variables of every part have in common.

use std::time::Duration;

use jiff::SignedDuration;

/// A duration as people write it: `500ms`, `4s`, `15m`, `45d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    // The unit `d` is 24 hours here; calendars have no say.
    let days = text
        .strip_suffix('d')
        .and_then(|days| days.parse::<u32>().ok());
    if let Some(days) = days {
        return Ok(Duration::from_secs(u64::from(days) * 24 * 3600));
    }
    let duration: SignedDuration = text
        .parse()
        .map_err(|_| format!("{text:?} is not a duration such as 500ms, 4s, 15m or 45d"))?;
    Duration::try_from(duration).map_err(|_| format!("{text:?} is negative"))
}

/// The password in a file, without the end of its line; otherwise a sentence that says why not.
#[cfg(any(
    feature = "kafka",
    feature = "rabbitmq",
    feature = "registry",
    feature = "postgres",
    feature = "mongodb"
))]
pub(crate) fn password(file: &std::path::Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("the password file {}: {error}", file.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("45d"), Ok(Duration::from_hours(45 * 24)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("15m"), Ok(Duration::from_mins(15)));
        assert!(duration("-1s").is_err());
        assert!(duration("soon").is_err());
    }
}
