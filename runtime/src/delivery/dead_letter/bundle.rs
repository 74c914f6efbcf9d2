//! Headers and payload of a queue message in one run of bytes: the number of
//! headers, for each the length of its name, the name, the length of its value and
//! the value, and the rest is the payload. Numbers are 4 bytes, big endian.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

use crate::transport::{Headers, QueueMessage};

pub(super) fn pack(message: &QueueMessage) -> Bytes {
    let headers = &message.headers;
    let size = 4 + message.size() + 8 * headers.len();
    let mut packed = BytesMut::with_capacity(size);
    // A broker takes no message of 4 GiB.
    packed.put_u32(headers.len() as u32);
    for (name, value) in headers.iter() {
        for part in [name.as_bytes(), value] {
            packed.put_u32(part.len() as u32);
            packed.put_slice(part);
        }
    }
    packed.put_slice(&message.payload);
    packed.freeze()
}

/// Headers and payload; `None` where the bytes are no bundle.
pub(super) fn unpack(packed: &Bytes) -> Option<(Headers, Bytes)> {
    let mut rest = packed.clone();
    let mut headers = Headers::new();
    for _ in 0..rest.try_get_u32().ok()? {
        let name = part(&mut rest)?;
        let name = std::str::from_utf8(&name).ok()?.to_owned();
        headers.push(name, part(&mut rest)?);
    }
    Some((headers, rest))
}

fn part(rest: &mut Bytes) -> Option<Bytes> {
    let length = rest.try_get_u32().ok()? as usize;
    (length <= rest.len()).then(|| rest.split_to(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was_and_other_bytes_do_not() {
        let mut message = QueueMessage::default();
        let empty = unpack(&pack(&message));
        assert_eq!(empty, Some((Headers::new(), Bytes::new())));
        message.headers.push("a", "1");
        message.headers.push("", vec![0xff, 0]);
        message.payload = Bytes::from_static(b"payload");
        let packed = pack(&message);
        let (headers, payload) = unpack(&packed).unwrap();
        assert_eq!((headers, payload), (message.headers, message.payload));
        for end in 0..packed.len() - b"payload".len() {
            assert_eq!(unpack(&packed.slice(..end)), None, "{end}");
        }
        assert_eq!(unpack(&Bytes::from_static(&[0xff; 64])), None);
    }
}
