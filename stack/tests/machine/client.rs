//! Writes of a client, so that there is something to lose.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};

/// Registers one schema through the Confluent API.
pub(crate) fn register_schema(port: u16) {
    let body = r#"{"schema":"{\"type\":\"string\"}"}"#;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    write!(
        stream,
        "POST /apis/ccompat/v7/subjects/test-value/versions HTTP/1.0\r\nHost: localhost\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains(" 200 ") && answer.contains("\"id\""),
        "{answer}"
    );
}

/// Delivers one mail and has it acknowledged.
pub(crate) fn send_mail(port: u16) {
    let mut stream = BufReader::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap());
    let mut expect = |command: &str, code: &str| {
        stream.get_mut().write_all(command.as_bytes()).unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        assert!(line.starts_with(code), "{command:?}: {line}");
    };
    expect("", "220 ");
    expect("HELO localhost\r\n", "250 ");
    expect("MAIL FROM:<a@shop.example>\r\n", "250 ");
    expect("RCPT TO:<b@shop.example>\r\n", "250 ");
    expect("DATA\r\n", "354 ");
    expect("Subject: one\r\n\r\nbody\r\n.\r\n", "250 ");
}
