//! Progress for the person who waits.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};

/// Hears what the stack is doing. Called from several threads.
pub trait Reporter: Sync {
    /// Something worth a line: "installing", "healthy after 2.1 s".
    fn line(&self, server: &str, text: &str);

    /// A sign of life of long work, replaced by the next one; a pipe need not see it.
    fn busy(&self, server: &str, text: &str) {
        let _ = (server, text);
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn line(&self, _: &str, _: &str) {}
}

/// Lines on standard error; signs of life only where it is a terminal.
#[derive(Debug)]
pub struct Console {
    terminal: bool,
    /// Whether a sign of life stands on the current line.
    pending: Mutex<bool>,
}

const COLUMNS: usize = 100;

impl Console {
    /// For the standard error of this process.
    pub fn new() -> Self {
        Self {
            terminal: stderr().is_terminal(),
            pending: Mutex::new(false),
        }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Reporter for Console {
    fn line(&self, server: &str, text: &str) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let erase = if *pending { "\r\x1b[2K" } else { "" };
        *pending = false;
        // A closed standard error is no reason to stop starting servers.
        let _ = writeln!(stderr(), "{erase}{server:<12} {text}");
    }

    fn busy(&self, server: &str, text: &str) {
        if !self.terminal {
            return;
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let shown: String = format!("{server:<12} {text}")
            .chars()
            .filter(|c| !c.is_control())
            .take(COLUMNS)
            .collect();
        *pending = true;
        let _ = write!(stderr(), "\r\x1b[2K{shown}");
        let _ = stderr().flush();
    }
}
