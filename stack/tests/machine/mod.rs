//! What the kernel says about processes and sockets, independent of what the stack recorded.

pub(crate) mod client;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A listening TCP socket.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) port: u16,
    pub(crate) loopback: bool,
}

/// Listeners of one process, by `/proc/net/tcp` and `/proc/net/tcp6`.
pub(crate) fn listeners(pid: i32) -> Vec<Listener> {
    let links = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let own: BTreeSet<String> = links
        .filter_map(|entry| {
            Some(
                fs::read_link(entry.ok()?.path())
                    .ok()?
                    .to_str()?
                    .strip_prefix("socket:[")?
                    .to_owned(),
            )
        })
        .collect();
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|table| {
            fs::read_to_string(table)
                .unwrap_or_default()
                .lines()
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter_map(|line| listener(&line, &own))
        .collect()
}

fn listener(line: &str, own: &BTreeSet<String>) -> Option<Listener> {
    const LISTEN: &str = "0A";
    let fields: Vec<_> = line.split_ascii_whitespace().collect();
    let (address, port) = fields[1].split_once(':')?;
    let ours = own.contains(&format!("{}]", fields[9]));
    (fields[3] == LISTEN && ours).then(|| Listener {
        port: u16::from_str_radix(port, 16).unwrap(),
        loopback: is_loopback(address),
    })
}

/// 127.0.0.1, the same as an IPv6 address, or `::1` (which Erlang's port mapper always adds).
fn is_loopback(address: &str) -> bool {
    [
        "0100007F",
        "0000000000000000FFFF00000100007F",
        "00000000000000000000000001000000",
    ]
    .contains(&address)
}

/// Command lines of processes that were started for this stack or work in its folder.
pub(crate) fn left_running(dir: &Path) -> Vec<String> {
    let mark = format!("HERALD_STACK_DIR={}", dir.display());
    let ours = |process: &Path| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        let marked = environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == mark.as_bytes());
        marked || fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(dir))
    };
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|process| process.join("exe").exists() && ours(process))
        .map(|process| {
            fs::read_to_string(process.join("cmdline"))
                .unwrap_or_default()
                .replace('\0', " ")
        })
        .collect()
}
