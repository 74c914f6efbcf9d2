//! The table of servers: one entry a component, everything else is derived from it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::compose::Service;
use crate::install::Installer;
use crate::probe::Answer;
use crate::tool::Tool;
use crate::{Error, Home, servers};

/// A listener of a component.
#[derive(Debug)]
pub struct Port {
    /// What it is for.
    pub name: &'static str,
    /// Taken when free. Below 32768, where the kernel's ephemeral ports begin, and beside the well-known ports,
    /// which belong to a developer's own servers.
    pub preferred: u16,
}

/// One part of the system that runs as a server.
pub struct Component {
    /// Its name on the command line; a single node bears it too.
    pub name: &'static str,
    /// The server and its version.
    pub product: &'static str,
    /// Its listeners; further nodes take the same ports plus 1000 each.
    pub ports: &'static [Port],
    /// Nodes of a cluster.
    pub cluster: u8,
    /// Components that must run before it.
    pub needs: &'static [&'static str],
    /// How it is installed, started and asked.
    pub(crate) server: &'static dyn Server,
}

/// Every component, in the order they are shown.
pub static COMPONENTS: &[&Component] = &[
    &servers::kafka::COMPONENT,
    &servers::epmd::COMPONENT,
    &servers::rabbitmq::COMPONENT,
    &servers::postgres::COMPONENT,
    &servers::mongodb::COMPONENT,
    &servers::registry::COMPONENT,
    &servers::mail::COMPONENT,
    &servers::streams::COMPONENT,
];

/// What a file of `servers/` knows about its server.
pub(crate) trait Server: Sync {
    /// Programs it runs on.
    fn tools(&self) -> &'static [Tool];

    /// Programs that only fetching it needs.
    fn builders(&self) -> &'static [Tool] {
        &[]
    }

    /// Whether it starts only when it is named: it is no server that others stand on.
    fn only_by_name(&self) -> bool {
        false
    }

    /// Whether everything that `fetch` brings is there.
    fn fetched(&self, home: &Home) -> bool {
        let _ = home;
        true
    }

    /// Brings what no system package brings. Called while `fetched` is false.
    fn fetch(&self, installer: &Installer<'_>) -> Result<(), Error> {
        let _ = installer;
        Ok(())
    }

    /// Prepares data and configuration, and says what to run in the foreground.
    fn launch(&self, node: &Node<'_>) -> Result<Command, Error>;

    /// Asks in the server's own protocol; `Ok` means it serves.
    fn probe(&self, node: &Node<'_>) -> Answer;

    /// Asks whether the node may be handed to its users; stricter than `probe` where a cluster has to form.
    fn ready(&self, node: &Node<'_>) -> Answer {
        self.probe(node)
    }

    /// Makes what users expect to find (databases). Runs after each start and changes nothing the second time.
    fn furnish(&self, node: &Node<'_>) -> Result<(), Error> {
        let _ = node;
        Ok(())
    }

    /// The signal that ends it in order.
    fn stop_signal(&self) -> Signal {
        Signal::TERM
    }

    /// The longest start on a slow machine, all nodes at once.
    fn patience(&self) -> Duration {
        Duration::from_mins(2)
    }

    /// The same server as an official image, with the same settings.
    fn compose(&self) -> Option<Service>;
}

pub(crate) type Ports = BTreeMap<String, u16>;

/// One server process to be: a component, or one node of its cluster.
pub(crate) struct Node<'a> {
    pub(crate) home: &'a Home,
    pub(crate) component: &'static Component,
    /// "kafka", or "kafka-2" in a cluster.
    pub(crate) name: &'a str,
    /// From 1.
    pub(crate) index: u8,
    /// Nodes of the cluster, 1 without one.
    pub(crate) of: u8,
    /// Listeners of every node of the component, by index.
    pub(crate) nodes: BTreeMap<u8, Ports>,
    /// Listeners of every node of the components it needs.
    pub(crate) needs: BTreeMap<&'static str, Vec<Ports>>,
}

impl Node<'_> {
    /// The port of one of its own listeners.
    pub(crate) fn port(&self, name: &str) -> u16 {
        self.port_of(self.index, name)
    }

    /// The port of a listener of any node of the component.
    pub(crate) fn port_of(&self, index: u8, name: &str) -> u16 {
        self.nodes
            .get(&index)
            .and_then(|ports| ports.get(name))
            .copied()
            .unwrap_or_default()
    }

    /// The port of a listener of a needed component: of its first node.
    pub(crate) fn needed_port(&self, component: &str, name: &str) -> u16 {
        self.needed_ports(component, name)
            .next()
            .unwrap_or_default()
    }

    /// The ports of a listener of a needed component, one a node.
    pub(crate) fn needed_ports(&self, component: &str, name: &str) -> impl Iterator<Item = u16> {
        let nodes = self.needs.get(component).into_iter().flatten();
        nodes.filter_map(move |ports| ports.get(name).copied())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.data(self.name)
    }

    pub(crate) fn conf(&self, file: &str) -> PathBuf {
        self.home.conf(self.name).join(file)
    }

    pub(crate) fn refused(&self, reason: impl Into<String>) -> Error {
        Error::Refused {
            server: self.name.to_owned(),
            reason: reason.into(),
        }
    }
}

/// The component of this name.
pub(crate) fn find(name: &str) -> Result<&'static Component, Error> {
    COMPONENTS
        .iter()
        .copied()
        .find(|component| component.name == name)
        .ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Error {
    let known: Vec<_> = COMPONENTS.iter().map(|component| component.name).collect();
    Error::Unknown {
        name: name.to_owned(),
        known: known.join(", "),
    }
}

/// The components of these names (every server when empty) and those they need, in the order of the table.
pub(crate) fn select(names: &[String]) -> Result<Vec<&'static Component>, Error> {
    let mut wanted = Vec::new();
    for name in names {
        let component = find(name)?;
        wanted.push(component.name);
        wanted.extend(component.needs);
    }
    let chosen = |component: &&&Component| match names {
        [] => !component.server.only_by_name(),
        _ => wanted.contains(&component.name),
    };
    Ok(COMPONENTS.iter().filter(chosen).copied().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_port_of_every_node_is_below_the_ephemeral_range_and_its_own() {
        let mut seen = BTreeSet::new();
        for component in COMPONENTS {
            for (index, port) in
                (0..component.cluster).flat_map(|i| component.ports.iter().map(move |p| (i, p)))
            {
                let number = port.preferred + 1000 * u16::from(index);
                assert!(
                    (20_000..32_768).contains(&number),
                    "{} {}",
                    component.name,
                    port.name
                );
                assert!(seen.insert(number), "{number} twice");
            }
        }
    }

    #[test]
    fn a_part_brings_what_it_needs() {
        let names = |list: &[&str]| {
            let list: Vec<String> = list.iter().map(|name| (*name).to_owned()).collect();
            select(&list).map(|found| {
                found
                    .iter()
                    .map(|component| component.name)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            names(&["rabbitmq", "kafka"]).unwrap(),
            ["kafka", "epmd", "rabbitmq"]
        );
        assert_eq!(
            names(&["streams"]).unwrap(),
            ["kafka", "registry", "streams"]
        );
        let all = names(&[]).unwrap();
        assert!(all.len() == COMPONENTS.len() - 1 && !all.contains(&"streams"));
        let error = names(&["kafak"]).unwrap_err().to_string();
        assert!(
            error.contains("\"kafak\"") && error.contains("kafka, epmd"),
            "{error}"
        );
    }

    #[test]
    fn what_is_needed_exists_and_comes_before() {
        for (position, component) in COMPONENTS.iter().enumerate() {
            for need in component.needs {
                assert!(
                    COMPONENTS[..position]
                        .iter()
                        .any(|other| other.name == *need),
                    "{need}"
                );
            }
        }
    }
}
