//! Kafka: a Metadata request (API key 3, version 4), which only a broker that joined its cluster answers usefully.

use std::io::Write;

use super::{Bytes, Trouble, connect, read_bytes};

const METADATA: i16 = 3;
const VERSION: i16 = 4;
const CORRELATION: i32 = 0x4865;

/// Ids of the brokers that are up, as the broker on `port` sees them.
pub(crate) fn brokers(port: u16) -> Result<Vec<i32>, Trouble> {
    let mut stream = connect(port)?;
    stream.write_all(&request())?;
    let length = Bytes(&read_bytes(&mut stream, 4)?).i32()?;
    let length = usize::try_from(length).map_err(|_| Trouble::odd("a negative length"))?;
    parse(&read_bytes(&mut stream, length)?)
}

fn request() -> Vec<u8> {
    let client = b"herald-stack";
    let mut body = Vec::new();
    body.extend(METADATA.to_be_bytes());
    body.extend(VERSION.to_be_bytes());
    body.extend(CORRELATION.to_be_bytes());
    body.extend((client.len() as i16).to_be_bytes());
    body.extend(client);
    body.extend(0_i32.to_be_bytes()); // no topics
    body.push(0); // create none
    let mut frame = (body.len() as i32).to_be_bytes().to_vec();
    frame.extend(body);
    frame
}

fn parse(answer: &[u8]) -> Result<Vec<i32>, Trouble> {
    let mut bytes = Bytes(answer);
    if bytes.i32()? != CORRELATION {
        return Err(Trouble::odd("not an answer to the Metadata request"));
    }
    bytes.i32()?; // throttle time
    (0..bytes.i32()?)
        .map(|_| {
            let id = bytes.i32()?;
            skip_string(&mut bytes)?; // host
            bytes.i32()?; // port
            skip_string(&mut bytes)?; // rack
            Ok(id)
        })
        .collect()
}

fn skip_string(bytes: &mut Bytes<'_>) -> Result<(), Trouble> {
    let length = bytes.i16()?;
    bytes.take(usize::try_from(length).unwrap_or(0)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_brokers_are_read_and_a_cut_answer_is_an_error() {
        let mut answer = Vec::new();
        for number in [CORRELATION, 0, 2] {
            answer.extend(number.to_be_bytes());
        }
        for id in [1_i32, 3] {
            answer.extend(id.to_be_bytes());
            answer.extend([0, 1, b'h', 0, 0, 0x52, 0x64, 0xff, 0xff]);
        }
        assert_eq!(parse(&answer).unwrap(), [1, 3]);
        assert!(parse(&answer[..answer.len() - 1]).is_err());
        assert!(parse(b"HTTP/1.1 400").is_err());
    }
}
