//! What asks a service program to stop.

use std::io::{Read as _, stdin};
use std::thread;

use tokio::signal::unix::{Signal as UnixSignal, SignalKind, signal};

use crate::signal::Signal;

/// SIGTERM, SIGINT, and the end of standard input where that counts.
pub(super) struct Signals {
    terminate: UnixSignal,
    interrupt: UnixSignal,
    input_ended: Signal,
}

impl Signals {
    pub(super) fn new(until_input_ends: bool) -> std::io::Result<Self> {
        let input_ended = Signal::default();
        if until_input_ends {
            let ended = input_ended.clone();
            // A thread of its own: a runtime would wait for its read before it ends.
            thread::Builder::new()
                .name("standard input".to_owned())
                .spawn(move || {
                    let mut unread = [0; 256];
                    while stdin().read(&mut unread).is_ok_and(|count| count > 0) {}
                    ended.raise();
                })?;
        }
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            input_ended,
        })
    }

    /// Waits until one comes.
    pub(super) async fn stop(&mut self) {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = self.input_ended.wait() => {}
        }
    }
}
