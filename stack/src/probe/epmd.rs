//! Erlang's port mapper: `NAMES_REQ` lists the nodes that registered.

use std::io::{Read, Write};

use super::{Trouble, connect};

/// Names of the registered nodes.
pub(crate) fn nodes(port: u16) -> Result<Vec<String>, Trouble> {
    let mut stream = connect(port)?;
    stream.write_all(b"\x00\x01n")?;
    let mut answer = Vec::new();
    stream.take(1 << 16).read_to_end(&mut answer)?;
    parse(&answer, port)
}

fn parse(answer: &[u8], port: u16) -> Result<Vec<String>, Trouble> {
    let text = answer
        .strip_prefix(&u32::from(port).to_be_bytes())
        .ok_or_else(|| Trouble::odd("not a port mapper"))?;
    let text = String::from_utf8_lossy(text);
    let name = |line: &str| Some(line.strip_prefix("name ")?.split(' ').next()?.to_owned());
    Ok(text.lines().filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed() {
        let answer = b"\x00\x00\x53\x79name rabbit at port 21674\nname r2 at port 22674\n";
        assert_eq!(parse(answer, 0x5379).unwrap(), ["rabbit", "r2"]);
        assert!(parse(b"HTTP", 0x5379).is_err());
    }
}
