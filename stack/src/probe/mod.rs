//! Health checks, each in its server's own protocol: a listening socket is not yet a server.

pub(crate) mod amqp;
pub(crate) mod epmd;
pub(crate) mod http;
pub(crate) mod kafka;
pub(crate) mod mongodb;
pub(crate) mod postgres;
pub(crate) mod smtp;

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// What a healthy server said in a few words, or why it is not healthy.
pub(crate) type Answer = Result<String, Trouble>;

/// Why a server did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("no answer: {0}")]
    Io(#[from] io::Error),
    #[error("unexpected answer: {0}")]
    Odd(String),
    #[error("{0}")]
    NotYet(String),
}

impl Trouble {
    pub(crate) fn odd(text: impl Into<String>) -> Self {
        Self::Odd(text.into())
    }
}

const CONNECT: Duration = Duration::from_secs(1);
const ANSWER: Duration = Duration::from_secs(3);
/// No answer to a health check is longer; a stranger on the port must not fill the memory.
const LARGEST: usize = 1 << 20;

fn connect(port: u16) -> io::Result<TcpStream> {
    let stream =
        TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), CONNECT)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn read_bytes(from: &mut impl Read, count: usize) -> Result<Vec<u8>, Trouble> {
    if count > LARGEST {
        return Err(Trouble::odd(format!("a frame of {count} bytes")));
    }
    let mut bytes = vec![0; count];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A cursor over the bytes of one answer.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Trouble> {
        let (head, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| Trouble::odd("a short frame"))?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Trouble> {
        self.take(N)?
            .try_into()
            .map_err(|_| Trouble::odd("a short frame"))
    }

    fn u8(&mut self) -> Result<u8, Trouble> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    fn i16(&mut self) -> Result<i16, Trouble> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    fn i32(&mut self) -> Result<i32, Trouble> {
        Ok(i32::from_be_bytes(self.array()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_beyond_the_limit_or_cut_short_is_an_error() {
        assert!(matches!(
            read_bytes(&mut io::empty(), LARGEST + 1),
            Err(Trouble::Odd(_))
        ));
        assert!(matches!(
            read_bytes(&mut &b"ab"[..], 3),
            Err(Trouble::Io(_))
        ));
        let mut bytes = Bytes(&[0, 1, 2]);
        assert_eq!(bytes.i16().unwrap(), 1);
        assert!(bytes.i32().is_err());
    }
}
