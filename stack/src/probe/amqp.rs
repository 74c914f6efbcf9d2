//! AMQP 0-9-1: log in and open the virtual host `/`, then close.

use std::io::{Read, Write};

use super::{Bytes, Trouble, connect, read_bytes};

const METHOD: u8 = 1;
const END: u8 = 0xce;
/// Class 10, `connection`.
const CONNECTION: u16 = 10;
const START: u16 = 10;
const START_OK: u16 = 11;
const TUNE: u16 = 30;
const TUNE_OK: u16 = 31;
const OPEN: u16 = 40;
const OPEN_OK: u16 = 41;
const CLOSE: u16 = 50;

/// Whether this user can open `/` on the server at `port`.
pub(crate) fn log_in(port: u16, user: &str, password: &str) -> Result<(), Trouble> {
    let mut stream = connect(port)?;
    stream.write_all(b"AMQP\x00\x00\x09\x01")?;
    expect(&mut stream, START)?;
    stream.write_all(&frame(START_OK, &start_ok(user, password)))?;
    let tune = expect(&mut stream, TUNE)?;
    stream.write_all(&frame(TUNE_OK, &tune))?;
    stream.write_all(&frame(OPEN, b"\x01/\x00\x00"))?;
    expect(&mut stream, OPEN_OK)?;
    let (code, class_and_method) = (200_u16.to_be_bytes(), [0; 4]);
    stream.write_all(&frame(
        CLOSE,
        &[&code[..], b"\x03bye", &class_and_method].concat(),
    ))?;
    Ok(())
}

fn start_ok(user: &str, password: &str) -> Vec<u8> {
    let secret = format!("\0{user}\0{password}");
    let mut body = 0_u32.to_be_bytes().to_vec(); // no client properties
    body.extend(b"\x05PLAIN");
    body.extend((secret.len() as u32).to_be_bytes());
    body.extend(secret.as_bytes());
    body.extend(b"\x05en_US");
    body
}

fn frame(method: u16, arguments: &[u8]) -> Vec<u8> {
    let mut frame = vec![METHOD, 0, 0];
    frame.extend((arguments.len() as u32 + 4).to_be_bytes());
    frame.extend(CONNECTION.to_be_bytes());
    frame.extend(method.to_be_bytes());
    frame.extend(arguments);
    frame.push(END);
    frame
}

/// The arguments of the next method, which must be this one.
fn expect(stream: &mut impl Read, method: u16) -> Result<Vec<u8>, Trouble> {
    let head = read_bytes(stream, 7)?;
    let mut bytes = Bytes(&head);
    let (kind, _channel, size) = (bytes.u8()?, bytes.i16()?, bytes.i32()?);
    if kind != METHOD {
        return Err(Trouble::odd(format!("AMQP frame of kind {kind}")));
    }
    let size = usize::try_from(size).map_err(|_| Trouble::odd("a negative length"))?;
    let body = read_bytes(stream, size + 1)?;
    let mut bytes = Bytes(&body);
    let (class, found) = (bytes.i16()?, bytes.i16()?);
    if (class, found) != (CONNECTION.cast_signed(), method.cast_signed()) {
        return Err(Trouble::odd(format!(
            "AMQP method {class}.{found}, wanted {CONNECTION}.{method}"
        )));
    }
    Ok(bytes.0.strip_suffix(&[END]).unwrap_or(bytes.0).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_written() {
        let written = frame(TUNE, &[0, 5, 0, 0, 0, 9, 0, 60]);
        assert_eq!(
            expect(&mut &written[..], TUNE).unwrap(),
            [0, 5, 0, 0, 0, 9, 0, 60]
        );
        assert!(
            expect(&mut &written[..], OPEN_OK).is_err(),
            "another method is refused"
        );
        assert!(expect(&mut &written[..written.len() - 1], TUNE).is_err());
    }
}
