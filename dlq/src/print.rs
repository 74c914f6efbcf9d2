//! Letters for people and for machines.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::horizon::rough;
use crate::letter::Letter;
use crate::schemas::Payload;

/// Characters of an error that a line shows.
const SHOWN: usize = 200;

/// A letter in a list: where it lies, why, how old it is; then the last error.
pub fn lines(letter: &Letter, now: Timestamp) -> String {
    let age = letter.given_up().map_or_else(
        || "no time".to_owned(),
        |time| {
            let age = now.duration_since(time).max(jiff::SignedDuration::ZERO);
            format!("{} ago", rough(age.unsigned_abs()))
        },
    );
    let name = letter.message_type().unwrap_or("no type");
    let name = name.rsplit('.').next().unwrap_or(name);
    let mut text = format!("{}  {name}  {}  {age}", letter.place, letter.reason());
    if let Some(id) = letter.id() {
        let _ = write!(text, "  id {id}");
    }
    if let Some(key) = letter.key() {
        let _ = write!(text, "  key {key}");
    }
    if let Some(handled) = &letter.handled {
        let _ = write!(text, "  {}", handled.action);
    }
    text.push('\n');
    if let Some(error) = letter.last_error() {
        let mut shown: String = one_line(error).chars().take(SHOWN).collect();
        if shown.len() < error.len() {
            shown.push('…');
        }
        let _ = writeln!(text, "  {shown}");
    }
    text
}

/// Everything about a letter, a line each.
pub fn page(letter: &Letter, payload: &Payload) -> String {
    let Value::Object(all) = object(letter, Some(payload)) else {
        return String::new();
    };
    let mut text = String::new();
    for (name, value) in &all {
        let _ = match value {
            Value::Null => continue,
            Value::String(value) if name != "payload" => writeln!(text, "{name}: {value}"),
            Value::Object(inner) if name == "headers" => {
                let _ = writeln!(text, "headers:");
                inner
                    .iter()
                    .try_for_each(|(name, value)| writeln!(text, "  {name}: {}", bare(value)))
            }
            value => writeln!(text, "{name}: {value:#}"),
        };
    }
    text
}

/// A letter for machines. Payloads that are not decoded are given in hexadecimal digits.
pub fn object(letter: &Letter, payload: Option<&Payload>) -> Value {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let mut all = json!({
        "place": letter.place.to_string(),
        "id": letter.id(),
        "type": letter.message_type(),
        "key": letter.key(),
        "service": letter.origin.service(),
        "group": letter.origin.group(),
        "source": letter.source(),
        "partition": letter.partition(),
        "offset": letter.offset(),
        "reason": letter.reason(),
        "attempts": letter.attempts(),
        "first_error": letter.first_error(),
        "last_error": letter.last_error(),
        "given_up": time(letter.given_up()),
    });
    let Value::Object(object) = &mut all else {
        return all;
    };
    if let Some(handled) = &letter.handled {
        object.insert("handled".to_owned(), json!(handled.action));
        object.insert("handled_at".to_owned(), json!(time(handled.time)));
    }
    if let Some(payload) = payload {
        add_payload(object, letter, payload);
    }
    all
}

fn add_payload(object: &mut Map<String, Value>, letter: &Letter, payload: &Payload) {
    let headers = letter.headers.iter().map(|(name, value)| {
        let value =
            std::str::from_utf8(value).map_or_else(|_| json!({ "hex": hex(value) }), Value::from);
        (name.to_owned(), value)
    });
    object.insert("headers".to_owned(), Value::Object(headers.collect()));
    object.insert("schema_id".to_owned(), json!(payload.schema_id));
    object.insert("written_as".to_owned(), json!(payload.written_as));
    object.insert("unreadable".to_owned(), json!(payload.unreadable));
    match &payload.value {
        Some(Ok(value)) => {
            object.insert("payload".to_owned(), value.clone());
        }
        Some(Err(why)) => {
            object.insert("undecodable".to_owned(), json!(why));
            let bytes = letter.payload.as_deref().unwrap_or_default();
            object.insert("payload_hex".to_owned(), json!(hex(bytes)));
        }
        None => {
            object.insert("payload".to_owned(), Value::Null);
        }
    }
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), one_line)
}

/// Line ends and other control characters as a space: what others wrote must not look like our lines.
fn one_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(plain).collect()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::tests::letter;
    use herald::delivery::dead_letter::names;

    #[test]
    fn a_line_says_where_why_and_since_when() {
        let now: Timestamp = "2026-01-01T02:00:00Z".parse().unwrap();
        let dead = letter(&[
            ("ce_type", "shop.mail.SendEmail"),
            (names::REASON, "rejected"),
            (names::TIME, "2026-01-01T00:00:00Z"),
            (names::LAST_ERROR, "no\nsuch\tbox"),
        ]);
        let place = &dead.place;
        let wanted = format!("{place}  SendEmail  rejected  2h ago\n  no such box\n");
        assert_eq!(lines(&dead, now), wanted);
    }

    #[test]
    fn bytes_that_are_not_decoded_are_shown_exactly() {
        let payload = Payload {
            value: Some(Err("damaged".to_owned())),
            ..Payload::default()
        };
        let object = object(&letter(&[]), Some(&payload));
        assert_eq!(object["payload_hex"], "78");
        assert_eq!(object["undecodable"], "damaged");
        assert!(page(&letter(&[]), &payload).contains("undecodable: damaged\n"));
    }
}
