//! An e-mail server that answers as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The server's answers, by step.
#[derive(Clone, Copy)]
pub(crate) struct Script {
    pub(crate) greeting: &'static str,
    pub(crate) recipient: &'static str,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            greeting: "220 ready",
            recipient: "250 ok",
        }
    }
}

#[derive(Default)]
struct State {
    script: Script,
    received: Vec<String>,
}

/// Listens on a port of its own until the test's process ends.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        server.change(script);
        let state = server.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = state.clone();
                std::thread::spawn(move || converse(stream, &state));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub(crate) fn change(&self, script: Script) {
        self.state.lock().unwrap().script = script;
    }

    pub(crate) fn received(&self) -> Vec<String> {
        self.state.lock().unwrap().received.clone()
    }
}

/// One connection, until the client leaves.
fn converse(mut stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut say = |what: &str| stream.write_all(format!("{what}\r\n").as_bytes()).ok();
    let script = || state.lock().unwrap().script;
    say(script().greeting)?;
    while let Some(Ok(line)) = lines.next() {
        match line.get(..4)? {
            "EHLO" => say("250-here\r\n250 8BITMIME")?,
            "RCPT" => say(script().recipient)?,
            "DATA" => {
                say("354 go on")?;
                let body: Vec<_> = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".")
                    .collect();
                state.lock().unwrap().received.push(body.join("\n"));
                say("250 taken")?;
            }
            "QUIT" => say("221 bye")?,
            _ => say("250 ok")?,
        }
    }
    Some(())
}
