//! Processes by identity: a pid alone may have been given to another program since.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use crate::Error;

/// One process that was started: pid, start time, and the boot they belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The process id.
    pub pid: i32,
    /// Start time in clock ticks since boot (`proc_pid_stat(5)`, field 22).
    pub started: u64,
    /// Boot id of the kernel.
    pub boot: String,
}

/// The state of a process that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Running,
    /// Stopped by SIGSTOP.
    Paused,
}

impl Identity {
    /// The process that has this pid now.
    pub fn of(pid: i32) -> Option<Self> {
        let stat = Stat::read(pid)?;
        Some(Self {
            pid,
            started: stat.started,
            boot: boot_id()?,
        })
    }

    /// Whether this very process still runs (a zombie does not).
    pub fn is_alive(&self) -> bool {
        self.life().is_some()
    }

    pub(crate) fn life(&self) -> Option<Life> {
        let stat = Stat::read(self.pid)?;
        if stat.started != self.started || boot_id()? != self.boot {
            return None;
        }
        match stat.state {
            'Z' | 'X' => None,
            'T' => Some(Life::Paused),
            _ => Some(Life::Running),
        }
    }

    /// Resident memory in bytes.
    pub(crate) fn memory(&self) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    }

    /// Sends a signal to this process and to no other; `false` when it is gone.
    ///
    /// The descriptor is opened first and the identity checked after, so a reused pid is never hit.
    pub(crate) fn signal(&self, signal: Signal) -> Result<bool, Error> {
        let Some(handle) = self.open()? else {
            return Ok(false);
        };
        match pidfd_send_signal(&handle, signal) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::SRCH) => Ok(false),
            Err(error) => Err(self.signal_error(error.into())),
        }
    }

    /// Waits for the end of this process; `false` when it outlived `limit`.
    pub(crate) fn wait_gone(&self, limit: Duration) -> Result<bool, Error> {
        let Some(handle) = self.open()? else {
            return Ok(true);
        };
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let timeout = Timespec {
                tv_sec: left.as_secs() as i64,
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            match poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&timeout)) {
                Ok(0) => return Ok(false),
                Ok(_) => return Ok(true),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(self.signal_error(error.into())),
            }
        }
    }

    fn open(&self) -> Result<Option<OwnedFd>, Error> {
        let Some(pid) = Pid::from_raw(self.pid) else {
            return Ok(None);
        };
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(handle) => Ok(self.is_alive().then_some(handle)),
            Err(rustix::io::Errno::SRCH) => Ok(None),
            Err(error) => Err(self.signal_error(error.into())),
        }
    }

    fn signal_error(&self, source: io::Error) -> Error {
        Error::Signal {
            pid: self.pid,
            source,
        }
    }

    /// This process and all that descend from it, itself first.
    pub(crate) fn family(&self) -> Vec<Self> {
        if !self.is_alive() {
            return Vec::new();
        }
        let all: Vec<(i32, i32)> = pids()
            .filter_map(|pid| Some((pid, Stat::read(pid)?.parent)))
            .collect();
        let mut members = vec![self.pid];
        let mut next = 0;
        while let Some(&parent) = members.get(next) {
            members.extend(
                all.iter()
                    .filter(|(_, of)| *of == parent)
                    .map(|(pid, _)| *pid),
            );
            next += 1;
        }
        members.into_iter().filter_map(Self::of).collect()
    }
}

/// Processes whose working folder is `folder` (PostgreSQL's backends, which outlive a killed postmaster for a moment).
pub(crate) fn working_in(folder: &Path) -> Vec<Identity> {
    pids()
        .filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == folder))
        .filter_map(Identity::of)
        .filter(Identity::is_alive)
        .collect()
}

fn pids() -> impl Iterator<Item = i32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

fn boot_id() -> Option<String> {
    Some(
        fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .ok()?
            .trim()
            .to_owned(),
    )
}

struct Stat {
    state: char,
    parent: i32,
    started: u64,
}

impl Stat {
    fn read(pid: i32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The command name (field 2) may itself hold spaces and parentheses: the fields follow the last one.
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        let started = fields.nth(17)?.parse().ok()?;
        Some(Self {
            state,
            parent,
            started,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    fn sleeper() -> (std::process::Child, Identity) {
        let child = Command::new("sleep")
            .arg("600")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let identity = Identity::of(child.id().cast_signed()).unwrap();
        (child, identity)
    }

    #[test]
    fn stat_is_read_past_a_name_with_parentheses() {
        let line = "42 (a) b (c)) S 7 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 98765 1 2";
        let stat = Stat::parse(line).unwrap();
        assert_eq!((stat.state, stat.parent, stat.started), ('S', 7, 98765));
    }

    #[test]
    fn a_signalled_process_ends_and_is_then_gone() {
        let (mut child, identity) = sleeper();
        assert!(identity.signal(Signal::TERM).unwrap());
        assert!(identity.wait_gone(Duration::from_secs(20)).unwrap());
        assert!(!identity.is_alive(), "a zombie is not alive");
        child.wait().unwrap();
        assert!(!identity.signal(Signal::TERM).unwrap());
    }

    #[test]
    fn a_reused_pid_is_another_process() {
        let (mut child, identity) = sleeper();
        let earlier = Identity {
            started: identity.started - 1,
            ..identity.clone()
        };
        let other_boot = Identity {
            boot: "another".into(),
            ..identity.clone()
        };
        assert!(!earlier.signal(Signal::KILL).unwrap());
        assert!(!other_boot.signal(Signal::KILL).unwrap());
        assert!(identity.is_alive());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn waiting_for_a_living_process_is_bounded() {
        let (mut child, identity) = sleeper();
        assert!(!identity.wait_gone(Duration::from_millis(1)).unwrap());
        assert!(identity.memory().unwrap() > 0);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_family_is_the_process_and_its_descendants() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 600 & wait"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let identity = Identity::of(child.id().cast_signed()).unwrap();
        while identity.family().len() < 2 {
            std::thread::yield_now();
        }
        let family = identity.family();
        assert_eq!(family[0], identity);
        for member in &family {
            member.signal(Signal::KILL).unwrap();
        }
        child.wait().unwrap();
    }
}
