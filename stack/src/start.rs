//! One server: from its recipe to a process that serves.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::component::Node;
use crate::install::tail;
use crate::ledger::Ledger;
use crate::probe::Answer;
use crate::process::Identity;
use crate::report::Reporter;
use crate::{Error, home};

/// Between two health checks of a server that starts.
const PAUSE: Duration = Duration::from_millis(50);

/// When a server counts as started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// It serves, and its cluster is complete.
    Ready,
    /// It serves; others of its cluster may be down on purpose.
    Serving,
}

/// Starts the server unless it runs, and returns when it is healthy.
pub(crate) fn start(
    ledger: &Ledger<'_>,
    name: &str,
    until: Until,
    report: &dyn Reporter,
) -> Result<(), Error> {
    let node = ledger.node(name)?;
    let began = Instant::now();
    let (process, said, verb) = if let Some(process) = ledger.process(name)? {
        let said = wait(&node, &process, until, report)?;
        (process, said, "runs already".to_owned())
    } else {
        let (process, said) = spawn_until_healthy(ledger, &node, until, report)?;
        (
            process,
            said,
            format!("healthy after {:.1} s", began.elapsed().as_secs_f32()),
        )
    };
    node.component.server.furnish(&node)?;
    let port = node
        .component
        .ports
        .first()
        .map_or(0, |port| node.port(port.name));
    report.line(
        name,
        &format!("{verb} on 127.0.0.1:{port} (pid {}, {said})", process.pid),
    );
    Ok(())
}

/// A second try for a server that gave up: on a busy machine some of their own time limits pass.
fn spawn_until_healthy(
    ledger: &Ledger<'_>,
    node: &Node<'_>,
    until: Until,
    report: &dyn Reporter,
) -> Result<(Identity, String), Error> {
    let process = spawn(node, ledger)?;
    match wait(node, &process, until, report) {
        Err(Error::Ended { .. }) => {
            report.line(node.name, "ended while starting; trying once more");
            let process = spawn(node, ledger)?;
            let said = wait(node, &process, until, report)?;
            Ok((process, said))
        }
        outcome => outcome.map(|said| (process, said)),
    }
}

fn spawn(node: &Node<'_>, ledger: &Ledger<'_>) -> Result<Identity, Error> {
    let mut command = node.component.server.launch(node)?;
    let program = command.get_program().to_string_lossy().into_owned();
    let (output, errors) = log_files(node)?;
    isolate(&mut command, node);
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let mut child = command
        .spawn()
        .map_err(|source| Error::Spawn { program, source })?;
    let identity = Identity::of(child.id().cast_signed());
    ledger.set_process(node.name, identity.clone())?;
    // Reaps the server if it ends while this process lives.
    thread::spawn(move || child.wait());
    identity.ok_or_else(|| ended(node))
}

/// The server sees nothing of the developer's environment, and no Ctrl-C meant for `up`.
fn isolate(command: &mut Command, node: &Node<'_>) {
    let own: Vec<(OsString, OsString)> = command
        .get_envs()
        .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
        .collect();
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .env("LANG", "C.UTF-8")
        .env("HOME", node.home.dir())
        .env("HERALD_STACK_DIR", node.home.dir());
    command.envs(own).current_dir("/").process_group(0);
}

/// A fresh log; the one of the last run stays beside it.
fn log_files(node: &Node<'_>) -> Result<(File, File), Error> {
    let path = node.home.log(node.name);
    if let Some(parent) = path.parent() {
        home::create_dir(parent)?;
    }
    if path.exists() {
        fs::rename(&path, path.with_extension("previous.log"))
            .map_err(Error::io("rename", &path))?;
    }
    let file = File::create(&path).map_err(Error::io("create", &path))?;
    let second = file.try_clone().map_err(Error::io("open", &path))?;
    Ok((file, second))
}

fn wait(
    node: &Node<'_>,
    process: &Identity,
    until: Until,
    report: &dyn Reporter,
) -> Result<String, Error> {
    let (server, began) = (node.component.server, Instant::now());
    loop {
        let answer: Answer = if until == Until::Ready {
            server.ready(node)
        } else {
            server.probe(node)
        };
        let last = match answer {
            // Else somebody else answers on its port.
            Ok(said) if process.is_alive() => return Ok(said),
            Ok(_) => return Err(ended(node)),
            Err(trouble) => trouble.to_string(),
        };
        if !process.is_alive() {
            return Err(ended(node));
        }
        let waited = began.elapsed();
        if waited > server.patience() {
            let log = node.home.log(node.name);
            return Err(Error::NotHealthy {
                server: node.name.to_owned(),
                waited,
                last,
                tail: tail(&log),
                log,
            });
        }
        report.busy(
            node.name,
            &format!("starting, {:.0} s", waited.as_secs_f32()),
        );
        thread::sleep(PAUSE);
    }
}

fn ended(node: &Node<'_>) -> Error {
    let log = node.home.log(node.name);
    Error::Ended {
        server: node.name.to_owned(),
        tail: tail(&log),
        log,
    }
}
