//! `down`: stop what `up` started, and nothing else.

use std::fs;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde::Serialize;

use crate::component::COMPONENTS;
use crate::ledger::Ledger;
use crate::process::Identity;
use crate::report::Reporter;
use crate::up::is_needed;
use crate::{Error, Home};

/// For an orderly end, which for a Java server may include writing its archive of classes.
const GRACE: Duration = Duration::from_secs(30);
const AFTER_KILL: Duration = Duration::from_secs(10);

/// A server that was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// Its name.
    pub name: String,
    /// The process it was.
    pub pid: i32,
    /// Whether it ended by itself after the signal; otherwise it was killed.
    pub in_order: bool,
}

/// Stops these servers (all when empty), whatever their names stand for: a node or a component. Data stays.
pub fn down(home: &Home, names: &[String], report: &dyn Reporter) -> Result<Vec<Stopped>, Error> {
    let _lock = home.lock()?;
    let ledger = Ledger::open(home)?;
    let mut nodes = if names.is_empty() {
        ledger.all()
    } else {
        Vec::new()
    };
    for name in names {
        nodes.extend(ledger.named(name)?);
    }
    // What others need stops last.
    let (needed, rest): (Vec<_>, Vec<_>) = nodes
        .into_iter()
        .partition(|name| is_needed(&ledger, name, COMPONENTS));
    let mut stopped = stop(&ledger, &rest, report)?;
    stopped.extend(stop(&ledger, &needed, report)?);
    ledger.update(|state| {
        for name in rest.iter().chain(&needed) {
            if let Some(record) = state.servers.get_mut(name) {
                record.wanted = false;
            }
        }
        Ok(())
    })?;
    Ok(stopped)
}

/// Stops everything of this stack and of those in its folders, whoever started them.
pub fn down_all(home: &Home, report: &dyn Reporter) -> Result<Vec<Stopped>, Error> {
    let mut stopped = down(home, &[], report)?;
    for inner in home.inner()? {
        stopped.extend(down(&inner, &[], report)?);
    }
    Ok(stopped)
}

/// Removes the data of a stack that is down; downloads and ports stay.
pub fn wipe(home: &Home) -> Result<(), Error> {
    let _lock = home.lock()?;
    let ledger = Ledger::open(home)?;
    for name in ledger.all() {
        if ledger.process(&name)?.is_some() {
            return Err(Error::Unsuitable(format!(
                "{name} is running on its data; stop it first (`down`)"
            )));
        }
    }
    let data = home.dir().join("data");
    match fs::remove_dir_all(&data) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", data)(error)),
        _ => Ok(()),
    }
}

/// Signals all, then waits for each.
pub(crate) fn stop(
    ledger: &Ledger<'_>,
    names: &[String],
    report: &dyn Reporter,
) -> Result<Vec<Stopped>, Error> {
    let mut ending = Vec::new();
    for name in names {
        if let Some(process) = ledger.process(name)? {
            ask_to_end(&process, ledger.node(name)?.component.server.stop_signal())?;
            report.busy(name, "stopping");
            ending.push((name, process));
        }
    }
    let (began, mut stopped) = (Instant::now(), Vec::new());
    for (name, process) in ending {
        let in_order = finish(name, &process, GRACE.saturating_sub(began.elapsed()))?;
        ledger.set_process(name, None)?;
        let how = if in_order {
            "stopped"
        } else {
            "killed: it did not stop in order"
        };
        report.line(
            name,
            &format!(
                "{how} (pid {}, {:.1} s)",
                process.pid,
                began.elapsed().as_secs_f32()
            ),
        );
        stopped.push(Stopped {
            name: name.clone(),
            pid: process.pid,
            in_order,
        });
    }
    Ok(stopped)
}

/// A paused process takes no signal before it goes on.
fn ask_to_end(process: &Identity, signal: Signal) -> Result<(), Error> {
    process.signal(signal)?;
    process
        .family()
        .iter()
        .try_for_each(|member| member.signal(Signal::CONT).map(|_| ()))
}

/// Waits, and kills what outlives the grace.
fn finish(name: &str, process: &Identity, grace: Duration) -> Result<bool, Error> {
    if process.wait_gone(grace)? {
        return Ok(true);
    }
    process.signal(Signal::KILL)?;
    if process.wait_gone(AFTER_KILL)? {
        return Ok(false);
    }
    Err(Error::NotStopped {
        server: name.to_owned(),
        pid: process.pid,
        waited: grace + AFTER_KILL,
    })
}
