//! Mailpit: an SMTP server that keeps what it gets, shows it over HTTP, and fails on request.

use std::process::Command;

use super::Setting;
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::{Installer, fill, holds};
use crate::probe::{self, Answer};
use crate::tool::Tool;
use crate::{Error, Home, home};

const VERSION: &str = "v1.27.11";

pub(crate) static COMPONENT: Component = Component {
    name: "mail",
    product: "Mailpit 1.27.11",
    ports: &[
        Port {
            name: "smtp",
            preferred: 21025,
        },
        Port {
            name: "http",
            preferred: 21026,
        },
    ],
    cluster: 1,
    needs: &[],
    server: &Mail,
};

struct Mail;

/// A run's mails are counted, so none may be dropped; faults are injected over HTTP.
const SETTINGS: &[Setting] = &[
    ("max", "200000"),
    ("disable-version-check", "true"),
    ("enable-chaos", "true"),
    ("smtp-disable-rdns", "true"),
];

fn package() -> String {
    format!("github.com/axllent/mailpit@{VERSION}")
}

impl Server for Mail {
    fn tools(&self) -> &'static [Tool] {
        &[]
    }

    fn builders(&self) -> &'static [Tool] {
        &[Tool::Go]
    }

    fn fetched(&self, home: &Home) -> bool {
        holds(&home.dist("mail"), &package())
    }

    fn fetch(&self, installer: &Installer<'_>) -> Result<(), Error> {
        let package = package();
        fill(&installer.home.dist("mail"), &package, |folder| {
            installer.go_install(&package, folder)
        })
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let data = node.data();
        home::create_dir(&data)?;
        let mut command = Command::new(node.home.dist("mail").join("mailpit"));
        command.arg("--database").arg(data.join("mail.db"));
        command.args(["--smtp", &format!("127.0.0.1:{}", node.port("smtp"))]);
        command.args(["--listen", &format!("127.0.0.1:{}", node.port("http"))]);
        command.args(
            SETTINGS
                .iter()
                .map(|(key, value)| format!("--{key}={value}")),
        );
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        probe::smtp::greet(node.port("smtp"))?;
        let body = probe::http::get(node.port("http"), "/api/v1/info", None)?;
        let info: serde_json::Value = serde_json::from_slice(&body)
            .map_err(|error| probe::Trouble::odd(error.to_string()))?;
        Ok(format!("{} mails", info["Messages"]))
    }

    fn compose(&self) -> Option<Service> {
        let [smtp, http] = COMPONENT.ports else {
            return None;
        };
        let mut command: Vec<_> = SETTINGS
            .iter()
            .map(|(key, value)| format!("--{key}={value}"))
            .collect();
        command.extend(["--database=/data/mail.db".to_owned()]);
        command.extend(
            [("smtp", smtp), ("listen", http)]
                .map(|(flag, port)| format!("--{flag}=0.0.0.0:{}", port.preferred)),
        );
        Some(Service {
            image: format!("axllent/mailpit:{VERSION}"),
            command,
            environment: Vec::new(),
            files: Vec::new(),
            ports: &["smtp", "http"],
            data: "/data",
            health: format!("wget -qO- http://127.0.0.1:{}/readyz", http.preferred),
            user: "",
            memory: 128,
        })
    }
}
