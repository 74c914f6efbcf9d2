//! The catalog's streams on Kafka Streams: the project that `gen` writes, built here and run as it is.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::java;
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::{Installer, fill, holds};
use crate::probe::{self, Answer};
use crate::tool::Tool;
use crate::{Error, Home, home, install};

const HEAP: u32 = 256;
/// Where `gen` writes the project, in the workspace.
const PROJECT: &str = "generated/streams";

pub(crate) static COMPONENT: Component = Component {
    name: "streams",
    product: "Kafka Streams 4.3.1 (generated/streams)",
    ports: &[Port {
        name: "http",
        preferred: 21095,
    }],
    cluster: 2,
    needs: &["kafka", "registry"],
    server: &Streams,
};

struct Streams;

/// The application, once it is built. Where it runs is what environment variables say.
///
/// # Errors
/// If it was not built, or there is no JDK.
pub fn streams_program(home: &Home) -> Result<Command, Error> {
    let target = home.dist("streams").join("target");
    let mut command = java::command(&install::jdk()?, HEAP);
    command
        .arg("-cp")
        .arg(format!(
            "{}:{}",
            target.join("classes").display(),
            java::class_path(&target.join("lib"))?
        ))
        .arg("herald.streams.App");
    Ok(command)
}

/// What the project consists of: paths below its folder, sorted, and their texts.
struct Sources(Vec<(PathBuf, String)>);

impl Sources {
    fn read(home: &Home) -> Result<Self, Error> {
        let project = home.workspace()?.join(PROJECT);
        let mut found = Vec::new();
        for part in ["pom.xml", "src"] {
            collect(&project, Path::new(part), &mut found)?;
        }
        found.sort();
        Ok(Self(found))
    }

    /// Names exactly these sources.
    fn mark(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

fn collect(project: &Path, part: &Path, found: &mut Vec<(PathBuf, String)>) -> Result<(), Error> {
    let path = project.join(part);
    if !path.is_dir() {
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        found.push((part.to_owned(), text));
        return Ok(());
    }
    for entry in fs::read_dir(&path).map_err(Error::io("read", &path))? {
        let name = entry.map_err(Error::io("read", &path))?.file_name();
        collect(project, &part.join(name), found)?;
    }
    Ok(())
}

/// Built beside the downloads: the repository stays as it is.
fn build(installer: &Installer<'_>, sources: &Sources, folder: &Path) -> Result<(), Error> {
    for (path, text) in &sources.0 {
        home::write(&folder.join(path), text)?;
    }
    installer.package(folder)
}

impl Server for Streams {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::Jdk]
    }

    fn builders(&self) -> &'static [Tool] {
        &[Tool::Maven]
    }

    fn only_by_name(&self) -> bool {
        true
    }

    fn fetched(&self, home: &Home) -> bool {
        Sources::read(home).is_ok_and(|sources| holds(&home.dist("streams"), &sources.mark()))
    }

    fn fetch(&self, installer: &Installer<'_>) -> Result<(), Error> {
        let sources = Sources::read(installer.home)?;
        fill(&installer.home.dist("streams"), &sources.mark(), |folder| {
            build(installer, &sources, folder)
        })
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let data = node.data();
        home::create_dir(&data)?;
        let brokers = node.needed_ports("kafka", "client");
        let brokers: Vec<_> = brokers.map(|port| format!("127.0.0.1:{port}")).collect();
        let registry = node.needed_port("registry", "http");
        let api = super::registry::API;
        let mut command = streams_program(node.home)?;
        command
            .env("HERALD_KAFKA_BROKERS", brokers.join(","))
            .env(
                "HERALD_REGISTRY_URL",
                format!("http://127.0.0.1:{registry}{api}"),
            )
            .env("HERALD_STATE_DIR", &data)
            .env("HERALD_LISTEN", format!("127.0.0.1:{}", node.port("http")))
            // A copy of the state needs a second instance to hold it.
            .env("HERALD_STANDBY_REPLICAS", (node.of - 1).to_string());
        node.home.tell_environment(&mut command);
        Ok(command)
    }

    /// Alive is enough: without the catalog's topics, which `provision apply` makes, streams wait.
    fn probe(&self, node: &Node<'_>) -> Answer {
        let body = probe::http::get(node.port("http"), "/health/live", None)?;
        let text = String::from_utf8_lossy(&body).trim().replace('\n', ", ");
        Ok(text)
    }

    fn compose(&self) -> Option<Service> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_or_another_path_is_another_mark() {
        let sources = |path: &str, text: &str| Sources(vec![(path.into(), text.to_owned())]).mark();
        assert_eq!(sources("pom.xml", "a"), sources("pom.xml", "a"));
        assert_ne!(sources("pom.xml", "a"), sources("pom.xml", "b"));
        assert_ne!(sources("pom.xml", "a"), sources("src/pom.xml", "a"));
    }

    #[test]
    fn the_projects_sources_are_found_and_nothing_that_was_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let home = Home::at(root.join(".stack")).unwrap();
        let sources = Sources::read(&home).unwrap();
        let names: Vec<_> = sources.0.iter().map(|(path, _)| path).collect();
        assert!(names.contains(&&PathBuf::from("pom.xml")));
        assert!(names.iter().any(|path| path.ends_with("App.java")));
        assert!(!names.iter().any(|path| path.starts_with("target")));
    }
}
