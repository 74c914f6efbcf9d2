//! Faults on purpose, for tests: one recorded server is stopped, killed, paused or brought back on the same data.
//!
//! Names are those of `status`: "postgres", "kafka-2".

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::ledger::Ledger;
use crate::process::{Identity, Life};
use crate::report::Silent;
use crate::start::{Until, start};
use crate::{Error, Home, down};

const KILLED: Duration = Duration::from_secs(10);
const TAKES_EFFECT: Duration = Duration::from_secs(5);

/// Stops one server in order; it stays part of the stack and comes back by [`start_one`].
pub fn stop_one(home: &Home, name: &str) -> Result<(), Error> {
    act(home, name, |ledger, _| {
        down::stop(ledger, &[name.to_owned()], &Silent).map(|_| ())
    })
}

/// Starts one server again on the same data and ports, and returns when it serves.
pub fn start_one(home: &Home, name: &str) -> Result<(), Error> {
    let _lock = home.lock()?;
    start(&Ledger::open(home)?, name, Until::Serving, &Silent)
}

/// kill -9, and returns when the process is gone.
pub fn kill_one(home: &Home, name: &str) -> Result<(), Error> {
    act(home, name, |ledger, process| {
        process.signal(Signal::KILL)?;
        if !process.wait_gone(KILLED)? {
            return Err(Error::NotStopped {
                server: name.to_owned(),
                pid: process.pid,
                waited: KILLED,
            });
        }
        ledger.set_process(name, None)
    })
}

/// SIGSTOP: the server and its helpers hold still, connections stay open.
pub fn pause_one(home: &Home, name: &str) -> Result<(), Error> {
    act(home, name, |_, process| {
        signal_family(process, Signal::STOP, Life::Paused)
    })
}

/// SIGCONT: goes on where it was paused.
pub fn resume_one(home: &Home, name: &str) -> Result<(), Error> {
    act(home, name, |_, process| {
        signal_family(process, Signal::CONT, Life::Running)
    })
}

/// Returns when every member is as wanted: a signal takes effect at its receiver's next turn.
fn signal_family(process: &Identity, signal: Signal, wanted: Life) -> Result<(), Error> {
    let family = process.family();
    family
        .iter()
        .try_for_each(|member| member.signal(signal).map(|_| ()))?;
    let end = Instant::now() + TAKES_EFFECT;
    while family
        .iter()
        .filter_map(Identity::life)
        .any(|life| life != wanted)
        && Instant::now() < end
    {
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn act(
    home: &Home,
    name: &str,
    work: impl FnOnce(&Ledger<'_>, &Identity) -> Result<(), Error>,
) -> Result<(), Error> {
    let _lock = home.lock()?;
    let ledger = Ledger::open(home)?;
    let process = ledger
        .process(name)?
        .ok_or_else(|| Error::NotRunning(name.to_owned()))?;
    work(&ledger, &process)
}
