//! PostgreSQL, protocol 3.0: connect and run simple queries.

use std::io::Write;
use std::net::TcpStream;

use super::{Bytes, Trouble, connect, read_bytes};

/// One connection of a trusted user.
pub(crate) struct Session(TcpStream);

impl Session {
    pub(crate) fn open(port: u16, user: &str, database: &str) -> Result<Self, Trouble> {
        let mut body = 196_608_i32.to_be_bytes().to_vec();
        for text in ["user", user, "database", database, ""] {
            body.extend(text.as_bytes());
            body.push(0);
        }
        let mut session = Self(connect(port)?);
        session
            .0
            .write_all(&[&(body.len() as i32 + 4).to_be_bytes()[..], &body].concat())?;
        session.until_ready()?;
        Ok(session)
    }

    /// First columns of the rows of one statement.
    pub(crate) fn query(&mut self, sql: &str) -> Result<Vec<String>, Trouble> {
        let mut message = vec![b'Q'];
        message.extend((sql.len() as i32 + 5).to_be_bytes());
        message.extend(sql.as_bytes());
        message.push(0);
        self.0.write_all(&message)?;
        self.until_ready()
    }

    /// Reads to `ReadyForQuery`; the server's error if it sent one.
    fn until_ready(&mut self) -> Result<Vec<String>, Trouble> {
        let (mut rows, mut error) = (Vec::new(), None);
        loop {
            let head = read_bytes(&mut self.0, 5)?;
            let mut bytes = Bytes(&head);
            let kind = bytes.u8()?;
            let length =
                usize::try_from(bytes.i32()? - 4).map_err(|_| Trouble::odd("a negative length"))?;
            let body = read_bytes(&mut self.0, length)?;
            match kind {
                b'Z' => return error.map_or(Ok(rows), Err),
                b'D' => rows.extend(first_column(&body)),
                // Before the session is open an error ends the connection, so it is returned at once.
                b'E' if message_of(&body).1 => return Err(Trouble::NotYet(message_of(&body).0)),
                b'E' => error = Some(Trouble::Odd(message_of(&body).0)),
                b'R' if body.get(..4) != Some(&[0; 4]) => {
                    return Err(Trouble::odd("a password is asked for"));
                }
                _ => {}
            }
        }
    }
}

fn first_column(body: &[u8]) -> Option<String> {
    let mut bytes = Bytes(body);
    bytes.i16().ok()?;
    let length = usize::try_from(bytes.i32().ok()?).ok()?;
    Some(String::from_utf8_lossy(bytes.take(length).ok()?).into_owned())
}

/// The text of an `ErrorResponse`, and whether the server closes the connection after it.
fn message_of(body: &[u8]) -> (String, bool) {
    let field = |code: u8| {
        let text = body
            .split(|byte| *byte == 0)
            .find_map(|field| field.strip_prefix(&[code]))?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let fatal = field(b'V').is_some_and(|severity| severity != "ERROR");
    (
        field(b'M').unwrap_or_else(|| "an error without a message".to_owned()),
        fatal,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_their_message_and_whether_they_are_fatal() {
        let starting = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";
        assert_eq!(
            message_of(starting),
            ("the database system is starting up".to_owned(), true)
        );
        assert!(!message_of(b"SERROR\0VERROR\0Mno\0\0").1);
    }

    #[test]
    fn the_first_column_is_read() {
        assert_eq!(first_column(b"\0\x01\0\0\0\x02hi").as_deref(), Some("hi"));
        assert_eq!(first_column(b"\0\x01\xff\xff\xff\xff"), None, "null");
        assert_eq!(first_column(b"\0\x01\0\0\0\x09hi"), None, "cut short");
    }
}
