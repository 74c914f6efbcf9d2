//! What can go wrong, each with what to do about it.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the stack could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No certificate could be made.
    #[error("making certificates: {0}")]
    Certificates(#[from] rcgen::Error),
    /// A file or folder could not be read or written.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried, as a verb: "write", "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Nothing was named that could be run.
    #[error("name the program to run after `--`")]
    NoProgram,
    /// The recorded state is not readable by this version.
    #[error(
        "{path} is not a state file of this version ({source}); stop the servers it names and remove it"
    )]
    State {
        /// The state file.
        path: PathBuf,
        /// What the parser met.
        source: serde_json::Error,
    },
    /// No workspace above the current folder.
    #[error("no workspace in {0} or above it; run inside the repository or set HERALD_STACK_DIR")]
    NoHome(PathBuf),
    /// A name that is no server and no component.
    #[error("there is no server \"{name}\"; known: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// One node and three nodes of the same server cannot run together.
    #[error(
        "{name} already runs with {running} node(s); stop it first (`down`), then start it with {wanted}"
    )]
    OtherShape {
        /// The component.
        name: &'static str,
        /// Nodes that run.
        running: u8,
        /// Nodes that were asked for.
        wanted: u8,
    },
    /// Something has to be installed and this user may not.
    #[error("needs {what}, and installing packages needs root; type:\n    {command}")]
    NeedsRoot {
        /// What is missing.
        what: String,
        /// The command to type.
        command: String,
    },
    /// Something has to be installed and this system has no apt.
    #[error(
        "needs {0}, and this system has no apt-get; install it by hand, or use stack/compose.yaml with Docker"
    )]
    NoApt(String),
    /// A tool is still missing after its package was installed.
    #[error("{what} was not found, even after installing {packages}")]
    StillMissing {
        /// The tool.
        what: &'static str,
        /// The packages that should have brought it.
        packages: String,
    },
    /// Addresses are asked for and no server runs.
    #[error("nothing runs; `cargo xtask up` starts the servers")]
    Nothing,
    /// A program could not be started.
    #[error("run {program}: {source}")]
    Spawn {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A program that must succeed did not.
    #[error("{what} failed ({status}); the end of {log}:\n{tail}")]
    Command {
        /// What it was to do.
        what: String,
        /// How it ended.
        status: String,
        /// Its whole output.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// A server ended before it was healthy.
    #[error("{server} ended while starting; the end of {log}:\n{tail}")]
    Ended {
        /// The server.
        server: String,
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// A server did not become healthy in time.
    #[error("{server} was not healthy within {} s ({last}); the end of {log}:\n{tail}", waited.as_secs())]
    NotHealthy {
        /// The server.
        server: String,
        /// How long it had.
        waited: Duration,
        /// The last answer of the health check.
        last: String,
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// A server did not stop in time.
    #[error("{server} (pid {pid}) did not stop within {} s", waited.as_secs())]
    NotStopped {
        /// The server.
        server: String,
        /// Its process.
        pid: i32,
        /// How long it had.
        waited: Duration,
    },
    /// The server is not running, so there is nothing to do it to.
    #[error("{0} is not running")]
    NotRunning(String),
    /// No free port near the preferred one.
    #[error("no free port from {from} for {server}'s {port} listener")]
    NoPort {
        /// The server.
        server: String,
        /// The listener.
        port: &'static str,
        /// Where the search began.
        from: u16,
    },
    /// A server runs but refuses what its users need.
    #[error("{server}: {reason}")]
    Refused {
        /// The server.
        server: String,
        /// Its words.
        reason: String,
    },
    /// A server cannot run on this data folder as this user.
    #[error("{0}")]
    Unsuitable(String),
    /// A process could not be signalled.
    #[error("signal pid {pid}: {source}")]
    Signal {
        /// The process.
        pid: i32,
        /// The system's reason.
        source: io::Error,
    },
    /// Several servers failed; every reason.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<Error>),
}

impl Error {
    /// Names the file in an I/O error.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// One error out of many; `Ok` when there is none.
    pub(crate) fn join(mut errors: Vec<Self>) -> Result<(), Self> {
        match errors.pop() {
            None => Ok(()),
            Some(only) if errors.is_empty() => Err(only),
            Some(last) => {
                errors.push(last);
                Err(Self::Several(errors))
            }
        }
    }
}
