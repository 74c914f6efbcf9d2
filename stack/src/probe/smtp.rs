//! SMTP: greeting and EHLO.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use super::{Trouble, connect};

/// The server's greeting.
pub(crate) fn greet(port: u16) -> Result<String, Trouble> {
    let mut stream = BufReader::new(connect(port)?);
    let greeting = reply(&mut stream, "220")?;
    stream.get_mut().write_all(b"EHLO localhost\r\n")?;
    reply(&mut stream, "250")?;
    stream.get_mut().write_all(b"QUIT\r\n")?;
    Ok(greeting)
}

/// The last line of a reply, which must carry this code.
fn reply(stream: &mut BufReader<TcpStream>, code: &str) -> Result<String, Trouble> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(Trouble::odd("the connection closed"));
        }
        match line.trim_end().strip_prefix(code) {
            Some(rest) if rest.starts_with('-') => {}
            Some(rest) => return Ok(rest.trim().to_owned()),
            None => return Err(Trouble::odd(line.trim_end())),
        }
    }
}
