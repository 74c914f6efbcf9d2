//! HTTP/1.1: one request, one answer.

use std::io::{Read, Write};

use super::{Trouble, connect};

/// Longest answer kept, in bytes.
const LIMIT: u64 = 4 << 20;

/// GET a path; the body of a 200, an error otherwise.
pub(crate) fn get(port: u16, path: &str, login: Option<(&str, &str)>) -> Result<Vec<u8>, Trouble> {
    let authorization = login.map_or_else(String::new, |(user, password)| {
        format!(
            "Authorization: Basic {}\r\n",
            base64(format!("{user}:{password}").as_bytes())
        )
    });
    let mut stream = connect(port)?;
    // HTTP/1.0 asks for a body that ends with the connection, never for chunks.
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n{authorization}Connection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(LIMIT).read_to_end(&mut answer)?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> Result<Vec<u8>, Trouble> {
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| Trouble::odd("not HTTP"))?;
    let (head, body) = answer.split_at(end + 4);
    let status = String::from_utf8_lossy(head)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    match status.split(' ').nth(1) {
        Some("200") => Ok(body.to_vec()),
        _ => Err(Trouble::Odd(status)),
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |sum, i| {
            sum << 8 | u32::from(chunk.get(i).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            let index = (group >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit <= chunk.len() {
                char::from(DIGITS[index])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn only_200_is_an_answer() {
        assert_eq!(
            parse(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody").unwrap(),
            b"body"
        );
        assert!(
            parse(b"HTTP/1.1 503 Busy\r\n\r\n")
                .unwrap_err()
                .to_string()
                .contains("503")
        );
        assert!(parse(b"220 smtp").is_err());
    }
}
