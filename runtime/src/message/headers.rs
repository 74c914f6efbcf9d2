//! Headers of a message's own, which the catalog declares beside its payload: text on the wire, typed
//! in Rust.

use std::fmt::Display;
use std::str::FromStr;

use crate::transport::Headers;

/// The longest text of a header that an error repeats, in characters.
const SHOWN: usize = 80;

/// The headers that a message declares; generated from `headers:` in the catalog, and `()` for a
/// message without.
pub trait MessageHeaders: Sized + Send + Sync + 'static {
    /// Adds them, each as the UTF-8 text that a key of its type has.
    fn write(&self, to: &mut Headers);

    /// Reads them.
    ///
    /// # Errors
    /// If one that must be there is not, or the text of one is no value of its type.
    fn read(from: &Headers) -> Result<Self, HeaderError>;
}

/// Headers none of which must be given, so that the message may be published or sent without them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` must be given: the catalog declares a header that this message always has",
    label = "goes with `{Self}`",
    note = "use `publish_with` or `send_with`, which take the message and its headers"
)]
pub trait OptionalHeaders: MessageHeaders + Default {}

impl MessageHeaders for () {
    fn write(&self, _: &mut Headers) {}

    fn read(_: &Headers) -> Result<Self, HeaderError> {
        Ok(())
    }
}

impl OptionalHeaders for () {}

/// Why headers are not those that the catalog declares.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A header that must be there is not.
    #[error("header {0} is missing")]
    Missing(&'static str),
    /// A header is not text.
    #[error("header {0} is not UTF-8")]
    NotText(&'static str),
    /// The text of a header is no value of its type.
    #[error("header {name} is {text:?}: {why}")]
    Unreadable {
        /// The header's name.
        name: &'static str,
        /// Its text, cut where it is long.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// The message in hand is another one.
    #[error("headers of {asked} were asked for, the message is {found}")]
    OtherMessage {
        /// The type whose headers were asked for.
        asked: &'static str,
        /// The type of the message.
        found: String,
    },
}

/// Reading for generated code. A value that is empty counts as absent where no value of the type is
/// written so: clients of Kafka and AMQP send it for null.
impl Headers {
    /// The value of a header that must be there.
    pub fn required<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, HeaderError> {
        self.optional(name)?.ok_or(HeaderError::Missing(name))
    }

    /// The value of a header that may be left out.
    pub fn optional<T: FromStr<Err: Display>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, HeaderError> {
        let Some(bytes) = self.get(name) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(bytes).map_err(|_| HeaderError::NotText(name))?;
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) if text.is_empty() => Ok(None),
            Err(error) => Err(HeaderError::Unreadable {
                name,
                text: text.chars().take(SHOWN).collect(),
                why: error.to_string(),
            }),
        }
    }

    /// As [`required`](Self::required), for an enum with a symbol that stands for those that only
    /// newer writers know.
    pub fn required_symbol<T>(&self, name: &'static str) -> Result<T, HeaderError>
    where
        T: FromStr<Err: Display> + Default,
    {
        self.optional_symbol(name)?
            .ok_or(HeaderError::Missing(name))
    }

    /// As [`optional`](Self::optional), for such an enum.
    pub fn optional_symbol<T>(&self, name: &'static str) -> Result<Option<T>, HeaderError>
    where
        T: FromStr<Err: Display> + Default,
    {
        match self.optional(name) {
            Err(HeaderError::Unreadable { .. }) => Ok(Some(T::default())),
            read => read,
        }
    }
}

#[cfg(test)]
mod tests {
    use herald_avro::codec::{Decimal, TimestampMillis, Uuid};

    use super::*;

    fn one(value: &[u8]) -> Headers {
        let mut headers = Headers::new();
        headers.push("x", value);
        headers
    }

    fn read<T: FromStr<Err: Display>>(value: &str) -> Result<T, HeaderError> {
        one(value.as_bytes()).required("x")
    }

    #[test]
    fn values_are_the_text_of_their_types() {
        assert_eq!(read::<bool>("true"), Ok(true));
        assert_eq!(read::<i32>("-7"), Ok(-7));
        assert_eq!(read::<f64>("1.5"), Ok(1.5));
        assert_eq!(read::<String>(""), Ok(String::new()));
        assert_eq!(read("12.50"), Ok(Decimal::<2>::from_unscaled(1250)));
        assert_eq!(
            read("1970-01-01T00:00:01Z"),
            Ok(TimestampMillis::from(1_000))
        );
        let id = Uuid::from_u128(7);
        assert_eq!(read(&id.to_string()), Ok(id));
    }

    #[test]
    fn an_error_names_the_header_and_what_is_wrong() {
        assert_eq!(
            Headers::new().required::<i32>("x"),
            Err(HeaderError::Missing("x"))
        );
        assert_eq!(
            one(&[0xff]).optional::<String>("x"),
            Err(HeaderError::NotText("x"))
        );
        let error = read::<i32>("seven").unwrap_err().to_string();
        assert_eq!(
            error,
            "header x is \"seven\": invalid digit found in string"
        );
        let long = read::<i32>(&"ä".repeat(1_000)).unwrap_err().to_string();
        assert!(long.len() < 300, "{long}");
    }

    #[test]
    fn nothing_is_absent_but_for_text() {
        let none = Headers::new();
        assert_eq!(none.optional::<i32>("x"), Ok(None));
        assert_eq!(one(b"").optional::<i32>("x"), Ok(None));
        assert_eq!(
            one(b"").required::<i32>("x"),
            Err(HeaderError::Missing("x"))
        );
        assert_eq!(one(b"").optional::<String>("x"), Ok(Some(String::new())));
    }

    #[test]
    fn of_several_the_last_counts() {
        let mut headers = one(b"1");
        headers.push("x", "2");
        assert_eq!(headers.required::<i32>("x"), Ok(2));
    }

    #[test]
    fn an_enum_with_a_default_reads_symbols_it_does_not_know() {
        // `bool` stands for an enum whose default is its first symbol.
        assert_eq!(one(b"maybe").required_symbol::<bool>("x"), Ok(false));
        assert_eq!(one(b"true").optional_symbol::<bool>("x"), Ok(Some(true)));
        assert_eq!(one(b"").optional_symbol::<bool>("x"), Ok(None));
        let none = Headers::new();
        assert_eq!(
            none.required_symbol::<bool>("x"),
            Err(HeaderError::Missing("x"))
        );
        assert_eq!(
            one(&[0xff]).required_symbol::<bool>("x"),
            Err(HeaderError::NotText("x"))
        );
    }
}
