//! Ports that collide with nobody: the preferred one, or the next free one, remembered from then on.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::net::{Ipv4Addr, TcpListener};

use crate::Error;
use crate::component::{Component, Ports};
use crate::report::Reporter;

/// Below the kernel's ephemeral range, so that no outgoing connection takes a port while its server is down.
const LIMIT: u16 = 32_768;
const NODE_STEP: u16 = 1000;
/// A search moves by this much, past the neighbours in the table.
const SEARCH_STEP: u16 = 7;

/// Waits until no other stack of this machine is between choosing its ports and listening there;
/// none chooses while the file is held. Where there is no folder for that, none waits.
pub(crate) fn turn(report: &dyn Reporter) -> Option<File> {
    let path = std::env::temp_dir().join("herald-stack-ports.lock");
    let existing = OpenOptions::new().read(true).open(&path);
    let file = existing.or_else(|_| File::create(&path)).ok()?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        report.line(
            "stack",
            "another one on this machine is starting; waiting for its ports",
        );
        file.lock().ok()?;
    }
    Some(file)
}

/// Whether a server of this machine could listen there now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Ports for one node: those it had, the preferred ones, or the next free ones. `taken` grows by them.
pub(crate) fn choose(
    component: &'static Component,
    server: &str,
    index: u8,
    before: &Ports,
    taken: &mut BTreeSet<u16>,
    is_free: impl Fn(u16) -> bool,
) -> Result<Ports, Error> {
    let mut chosen = Ports::new();
    for port in component.ports {
        let from = port.preferred + NODE_STEP * u16::from(index.saturating_sub(1));
        let had = before.get(port.name).copied();
        let number = had
            .into_iter()
            .chain((from..LIMIT).step_by(usize::from(SEARCH_STEP)))
            .find(|number| !taken.contains(number) && is_free(*number))
            .ok_or_else(|| Error::NoPort {
                server: server.to_owned(),
                port: port.name,
                from,
            })?;
        taken.insert(number);
        chosen.insert(port.name.to_owned(), number);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::find;

    fn ports(before: &Ports, taken: &[u16], busy: &[u16]) -> Ports {
        let mut taken = taken.iter().copied().collect();
        choose(
            find("mail").unwrap(),
            "mail",
            1,
            before,
            &mut taken,
            |port| !busy.contains(&port),
        )
        .unwrap()
    }

    #[test]
    fn preferred_then_next_then_remembered() {
        let first = ports(&Ports::new(), &[], &[]);
        let preferred = first["smtp"];
        assert_eq!(preferred, find("mail").unwrap().ports[0].preferred);
        let moved = ports(&Ports::new(), &[preferred + SEARCH_STEP], &[preferred]);
        assert_eq!(moved["smtp"], preferred + 2 * SEARCH_STEP);
        assert_eq!(ports(&moved, &[], &[]), moved, "what was chosen once stays");
    }

    #[test]
    fn nothing_free_is_an_error_that_names_the_listener() {
        let error = choose(
            find("mail").unwrap(),
            "mail",
            1,
            &Ports::new(),
            &mut BTreeSet::new(),
            |_| false,
        );
        assert!(error.unwrap_err().to_string().contains("smtp"));
    }

    #[test]
    fn a_port_somebody_listens_on_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
    }
}
