//! Erlang's port mapper, of our own: the one of the machine may serve a developer's own nodes.

use std::process::Command;

use crate::Error;
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::require;
use crate::probe::{self, Answer};
use crate::tool::{self, Tool};

pub(crate) static COMPONENT: Component = Component {
    name: "epmd",
    product: "Erlang port mapper",
    ports: &[Port {
        name: "names",
        preferred: 21369,
    }],
    cluster: 1,
    needs: &[],
    server: &Epmd,
};

struct Epmd;

impl Server for Epmd {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::RabbitMq]
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let mut command = Command::new(require(Tool::RabbitMq, tool::epmd())?);
        command.args([
            "-address",
            "127.0.0.1",
            "-port",
            &node.port("names").to_string(),
        ]);
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        let nodes = probe::epmd::nodes(node.port("names"))?;
        Ok(format!("{} node(s)", nodes.len()))
    }

    /// The image runs its own inside the container.
    fn compose(&self) -> Option<Service> {
        None
    }
}
