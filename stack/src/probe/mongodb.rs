//! MongoDB wire protocol: an `OP_MSG` (2013) with the command `isMaster`, which servers know from before `hello`.

use std::io::Write;

use super::{Trouble, connect, read_bytes};

const OP_MSG: i32 = 2013;
const HEADER: usize = 16;
/// Flag bits and the kind of the body section.
const PREFIX: usize = 5;

/// Wire version the server offers.
pub(crate) fn hello(port: u16) -> Result<i32, Trouble> {
    let mut stream = connect(port)?;
    stream.write_all(&request())?;
    let header = read_bytes(&mut stream, HEADER)?;
    let length = header
        .first_chunk()
        .map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
    let rest = length
        .checked_sub(HEADER)
        .ok_or_else(|| Trouble::odd("a short message"))?;
    let body = read_bytes(&mut stream, rest)?;
    let document = body
        .get(PREFIX..)
        .ok_or_else(|| Trouble::odd("a short message"))?;
    if double(document, "ok") != Some(1.0) && int32(document, "ok") != Some(1) {
        return Err(Trouble::odd("isMaster was refused"));
    }
    int32(document, "maxWireVersion").ok_or_else(|| Trouble::odd("isMaster without maxWireVersion"))
}

fn request() -> Vec<u8> {
    let mut elements = b"\x10isMaster\x00\x01\x00\x00\x00".to_vec();
    elements.extend(b"\x02$db\x00\x06\x00\x00\x00admin\x00\x00");
    let document_length = elements.len() + 4;
    let mut message = Vec::new();
    for number in [(HEADER + PREFIX + document_length) as i32, 1, 0, OP_MSG, 0] {
        message.extend(number.to_le_bytes());
    }
    message.push(0);
    message.extend((document_length as i32).to_le_bytes());
    message.extend(elements);
    message
}

/// The bytes after the element of this BSON type and name. Answers to `isMaster` hold no user text that could imitate it.
fn element<'a>(document: &'a [u8], kind: u8, name: &str) -> Option<&'a [u8]> {
    let key = [&[kind], name.as_bytes(), &[0]].concat();
    let at = document
        .windows(key.len())
        .position(|window| window == key)?;
    document.get(at + key.len()..)
}

fn int32(document: &[u8], name: &str) -> Option<i32> {
    element(document, 0x10, name)?
        .first_chunk()
        .map(|bytes| i32::from_le_bytes(*bytes))
}

fn double(document: &[u8], name: &str) -> Option<f64> {
    element(document, 0x01, name)?
        .first_chunk()
        .map(|bytes| f64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_states_its_own_length() {
        let message = request();
        assert_eq!(
            i32::from_le_bytes(*message.first_chunk().unwrap()) as usize,
            message.len()
        );
        assert_eq!(message.last(), Some(&0));
    }

    #[test]
    fn numbers_are_found_by_name_and_type() {
        let document = b"....\x10maxWireVersion\x00\x09\x00\x00\x00\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f\x00";
        assert_eq!(int32(document, "maxWireVersion"), Some(9));
        assert_eq!(double(document, "ok"), Some(1.0));
        assert_eq!(int32(document, "ok"), None);
        assert_eq!(int32(b"\x10a\x00\x01", "a"), None);
    }
}
