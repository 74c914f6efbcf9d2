//! Child processes measured: wall clock, CPU time and peak memory, from `/proc`.

use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run of a child cost.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Wall-clock time.
    pub(crate) wall: Duration,
    /// CPU time of the child and its own children, user and system, in seconds.
    pub(crate) cpu: f64,
    /// Peak resident memory of the child itself, in MiB.
    pub(crate) peak_mib: f64,
}

/// Runs `command` to its end and says what it cost.
///
/// # Errors
/// When the program cannot be started or ends with another code than 0.
pub(crate) fn run(command: &mut Command) -> io::Result<Cost> {
    let before = children_cpu()?;
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_kib = peak_kib.max(high_water_kib(&status_file));
        std::thread::sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed();
    if !status.success() {
        return Err(io::Error::other(format!("{command:?} ended with {status}")));
    }
    let cpu = children_cpu()? - before;
    Ok(Cost {
        wall,
        cpu,
        peak_mib: f64::from(peak_kib) / 1024.0,
    })
}

fn high_water_kib(status_file: &str) -> u32 {
    let text = fs::read_to_string(status_file).unwrap_or_default();
    kib(&text, "VmHWM:")
}

fn kib(status: &str, name: &str) -> u32 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or(0)
}

/// CPU seconds of all children waited for so far (`proc(5)`: fields 16 and 17, in 1/100 s).
fn children_cpu() -> io::Result<f64> {
    seconds("/proc/self/stat", 13)
}

/// CPU seconds of a running process so far (fields 14 and 15).
pub(crate) fn cpu(pid: u32) -> io::Result<f64> {
    seconds(&format!("/proc/{pid}/stat"), 11)
}

/// Resident memory of a running process, in MiB.
pub(crate) fn resident_mib(pid: u32) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    Ok(f64::from(kib(&status, "VmRSS:")) / 1024.0)
}

/// Two fields of such a file, added; `after` of those behind the name stand before them.
fn seconds(file: &str, after: usize) -> io::Result<f64> {
    let text = fs::read_to_string(file)?;
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(after)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}
