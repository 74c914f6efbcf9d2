//! What runs, on which ports, under which process: recorded the moment it changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

use crate::component::{Component, Node, Ports, find};
use crate::process::Identity;
use crate::{Error, Home, home};

/// The content of `state.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) servers: BTreeMap<String, Record>,
}

/// One server, kept after `down` so that it comes back on the same ports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) component: String,
    pub(crate) index: u8,
    pub(crate) of: u8,
    pub(crate) ports: Ports,
    /// Between `up` and `down`, even while it is stopped on purpose.
    pub(crate) wanted: bool,
    pub(crate) process: Option<Identity>,
}

impl Record {
    pub(crate) fn is_alive(&self) -> bool {
        self.process.as_ref().is_some_and(Identity::is_alive)
    }
}

impl State {
    pub(crate) fn load(home: &Home) -> Result<Self, Error> {
        let path = home.state_file();
        match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|source| Error::State { path, source })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::io("read", path)(source)),
        }
    }

    /// Replaces the file in one step, so that a reader never meets half of it.
    pub(crate) fn save(&self, home: &Home) -> Result<(), Error> {
        let path = home.state_file();
        let text = serde_json::to_string_pretty(self).map_err(|source| Error::State {
            path: path.clone(),
            source,
        })?;
        let next = path.with_extension("json.new");
        home::write(&next, &text)?;
        fs::rename(&next, &path).map_err(Error::io("replace", path))
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Record, Error> {
        self.servers.get(name).ok_or_else(|| {
            let known: Vec<_> = self.servers.keys().map(String::as_str).collect();
            Error::Unknown {
                name: name.to_owned(),
                known: known.join(", "),
            }
        })
    }

    /// The names of one server, or of every node of a component.
    pub(crate) fn named(&self, name: &str) -> Result<Vec<String>, Error> {
        let nodes: Vec<_> = self
            .servers
            .iter()
            .filter(|(key, record)| {
                key.as_str() == name || (record.component == name && record.wanted)
            })
            .map(|(key, _)| key.clone())
            .collect();
        if nodes.is_empty() && find(name).is_err() {
            return self.get(name).map(|_| nodes);
        }
        Ok(nodes)
    }

    /// Records of a component's nodes, in a cluster of this size.
    fn nodes_of(&self, component: &str, of: u8) -> BTreeMap<u8, Ports> {
        self.servers
            .values()
            .filter(|record| record.component == component && record.of == of)
            .map(|record| (record.index, record.ports.clone()))
            .collect()
    }

    /// Listeners of the nodes that are up, or are to be, by index.
    fn wanted_of(&self, component: &str) -> Vec<Ports> {
        let records = self.servers.values();
        let nodes = records.filter(|record| record.component == component && record.wanted);
        let nodes: BTreeMap<_, _> = nodes.map(|record| (record.index, &record.ports)).collect();
        nodes.into_values().cloned().collect()
    }

    /// The server of this name with all it has to know of the others.
    pub(crate) fn node<'a>(&self, home: &'a Home, name: &'a str) -> Result<Node<'a>, Error> {
        let record = self.get(name)?;
        let component: &'static Component = find(&record.component)?;
        Ok(Node {
            home,
            component,
            name,
            index: record.index,
            of: record.of,
            nodes: self.nodes_of(component.name, record.of),
            needs: component
                .needs
                .iter()
                .map(|need| (*need, self.wanted_of(need)))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(component: &str, index: u8, of: u8, port: u16) -> Record {
        let ports = Ports::from([("client".to_owned(), port)]);
        Record {
            component: component.to_owned(),
            index,
            of,
            ports,
            wanted: true,
            process: None,
        }
    }

    fn state() -> State {
        State {
            servers: BTreeMap::from([
                (
                    "kafka".to_owned(),
                    Record {
                        wanted: false,
                        ..record("kafka", 1, 1, 1)
                    },
                ),
                ("kafka-1".to_owned(), record("kafka", 1, 3, 11)),
                ("kafka-2".to_owned(), record("kafka", 2, 3, 12)),
                ("epmd".to_owned(), record("epmd", 1, 1, 5)),
                ("rabbitmq".to_owned(), record("rabbitmq", 1, 1, 6)),
            ]),
        }
    }

    fn scratch(name: &str) -> Home {
        let dir = std::env::temp_dir().join(format!("herald-stack-{}-{name}", std::process::id()));
        Home::at(dir).unwrap()
    }

    #[test]
    fn state_survives_a_round_trip_and_is_empty_before_the_first() {
        let home = scratch("round-trip");
        assert_eq!(State::load(&home).unwrap(), State::default());
        state().save(&home).unwrap();
        assert_eq!(State::load(&home).unwrap(), state());
        fs::write(home.state_file(), "{").unwrap();
        assert!(matches!(State::load(&home), Err(Error::State { .. })));
        fs::remove_dir_all(home.dir()).unwrap();
    }

    #[test]
    fn a_node_knows_its_peers_and_what_it_needs() {
        let (home, state) = (scratch("peers"), state());
        let node = state.node(&home, "kafka-2").unwrap();
        assert_eq!((node.port("client"), node.port_of(1, "client")), (12, 11));
        assert_eq!(state.node(&home, "kafka").unwrap().nodes.len(), 1);
        assert_eq!(
            state
                .node(&home, "rabbitmq")
                .unwrap()
                .needed_port("epmd", "client"),
            5
        );
    }

    #[test]
    fn a_component_stands_for_its_wanted_nodes() {
        let state = state();
        assert_eq!(
            state.named("kafka").unwrap(),
            ["kafka", "kafka-1", "kafka-2"]
        );
        assert_eq!(state.named("kafka-2").unwrap(), ["kafka-2"]);
        assert!(
            state.named("mail").unwrap().is_empty(),
            "a component that was never started"
        );
        assert!(state.named("kafka-9").is_err());
    }
}
