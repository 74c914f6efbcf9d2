//! The Compose file for those who have Docker: the same table, versions, ports and settings, as official images.

mod check;
mod yaml;

use crate::component::{COMPONENTS, Component};
use yaml::Yaml;

pub use check::check_compose;

const HEADER: &str = "\
# @generated from stack/src/servers, by `cargo run -p stack -- compose`. DO NOT EDIT.
# The servers of `cargo xtask up` as official images, on the same ports of 127.0.0.1:
#     docker compose -f stack/compose.yaml up --wait     (Compose 2.23.1 or newer)
";

/// One server as a container.
pub(crate) struct Service {
    pub(crate) image: String,
    pub(crate) command: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    /// Inline files: path in the container, content.
    pub(crate) files: Vec<(&'static str, String)>,
    /// Names of listeners to publish; each has the same number inside and outside.
    pub(crate) ports: &'static [&'static str],
    /// The folder that keeps its data.
    pub(crate) data: &'static str,
    /// A shell command that succeeds when the server serves.
    pub(crate) health: String,
    /// The user inside, where the image's own cannot write to a fresh volume.
    pub(crate) user: &'static str,
    /// Megabytes.
    pub(crate) memory: u32,
}

/// The text of `stack/compose.yaml`.
pub fn compose() -> String {
    let services: Vec<_> = COMPONENTS
        .iter()
        .filter_map(|component| Some((*component, component.server.compose()?)))
        .collect();
    let mut configs = Vec::new();
    for (component, service) in &services {
        for (number, (_, content)) in service.files.iter().enumerate() {
            let content = Yaml::map([("content", Yaml::Block(escape(content)))]);
            configs.push((config_name(component, number), content));
        }
    }
    let volumes = services
        .iter()
        .map(|(component, _)| (component.name.to_owned(), Yaml::Map(Vec::new())));
    let file = Yaml::map([
        ("name", Yaml::text("herald")),
        (
            "services",
            Yaml::Map(
                services
                    .iter()
                    .map(|(c, s)| (c.name.to_owned(), service(c, s)))
                    .collect(),
            ),
        ),
        ("configs", Yaml::Map(configs)),
        ("volumes", Yaml::Map(volumes.collect())),
    ]);
    format!("{HEADER}{file}")
}

fn service(component: &Component, service: &Service) -> Yaml {
    let words =
        |list: &[String]| Yaml::List(list.iter().map(|word| Yaml::text(escape(word))).collect());
    let published = component
        .ports
        .iter()
        .filter(|port| service.ports.contains(&port.name));
    let published = published.map(|port| Yaml::text(format!("127.0.0.1:{0}:{0}", port.preferred)));
    let environment = service
        .environment
        .iter()
        .map(|(key, value)| (key.clone(), Yaml::text(escape(value))));
    let volume = Yaml::text(format!("{}:{}", component.name, service.data));
    let entries = [
        ("image", Yaml::text(service.image.as_str())),
        // Data is filed under the name of the host (RabbitMQ).
        ("hostname", Yaml::text(component.name)),
        ("user", Yaml::text(service.user)),
        ("command", words(&service.command)),
        ("environment", Yaml::Map(environment.collect())),
        ("configs", files(component, service)),
        ("ports", Yaml::List(published.collect())),
        ("volumes", Yaml::List(vec![volume])),
        ("mem_limit", Yaml::text(format!("{}m", service.memory))),
        ("healthcheck", health(service)),
    ];
    Yaml::map(entries.into_iter().filter(|(_, value)| !value.is_empty()))
}

fn files(component: &Component, service: &Service) -> Yaml {
    let mount = |(number, (target, _)): (usize, &(&str, String))| {
        Yaml::map([
            ("source", Yaml::text(config_name(component, number))),
            ("target", Yaml::text(*target)),
        ])
    };
    Yaml::List(service.files.iter().enumerate().map(mount).collect())
}

fn health(service: &Service) -> Yaml {
    Yaml::map([
        (
            "test",
            Yaml::List(vec![
                Yaml::text("CMD-SHELL"),
                Yaml::text(escape(&service.health)),
            ]),
        ),
        ("interval", Yaml::text("5s")),
        ("timeout", Yaml::text("10s")),
        ("retries", Yaml::text("60")),
    ])
}

fn config_name(component: &Component, number: usize) -> String {
    format!("{}-{}", component.name, number + 1)
}

/// Compose would put variables where a `$` stands.
fn escape(text: &str) -> String {
    text.replace('$', "$$")
}
