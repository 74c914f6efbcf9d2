//! The document store: the MongoDB protocol on an H2 file, or a server of the user's own.
//!
//! `mongod` itself is in no package registry, so `up` runs mongo-java-server; `MONGODB_URI` names a real one instead.

use std::env;
use std::path::Path;
use std::process::Command;

use super::java;
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::{Installer, fill, holds};
use crate::probe::{self, Answer};
use crate::tool::Tool;
use crate::{Error, Home, home, install};

const VERSION: &str = "1.47.0";
const HEAP: u32 = 256;
const POM: &str = include_str!("../../recipes/mongodb/pom.xml");
const PROGRAM: &str = include_str!("../../recipes/mongodb/DocumentServer.java");
/// Of the official image; its set must have a name.
pub(crate) const REPLICA_SET: &str = "herald";

pub(crate) static COMPONENT: Component = Component {
    name: "mongodb",
    product: "mongo-java-server 1.47",
    ports: &[Port {
        name: "mongodb",
        preferred: 21017,
    }],
    cluster: 1,
    needs: &[],
    server: &MongoDb,
};

/// The user's own server, which is used as it is and never started or stopped.
pub(crate) fn own_server() -> Option<String> {
    env::var("MONGODB_URI").ok().filter(|uri| !uri.is_empty())
}

struct MongoDb;

impl MongoDb {
    fn content() -> String {
        POM.replace("@VERSION@", VERSION) + PROGRAM
    }
}

fn build(installer: &Installer<'_>, folder: &Path) -> Result<(), Error> {
    let lib = folder.join("lib");
    installer.libraries(&POM.replace("@VERSION@", VERSION), &lib)?;
    let source = folder.join("DocumentServer.java");
    home::write(&source, PROGRAM)?;
    let mut compile = Command::new(install::jdk()?.program("javac"));
    compile
        .arg("-cp")
        .arg(java::class_path(&lib)?)
        .arg("-d")
        .arg(folder.join("classes"))
        .args(["--release", "17"])
        .arg(source);
    installer.run("compiling", compile)
}

impl Server for MongoDb {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::Jdk]
    }

    fn builders(&self) -> &'static [Tool] {
        &[Tool::Maven]
    }

    fn fetched(&self, home: &Home) -> bool {
        holds(&home.dist("mongodb"), &Self::content())
    }

    fn fetch(&self, installer: &Installer<'_>) -> Result<(), Error> {
        fill(
            &installer.home.dist("mongodb"),
            &Self::content(),
            |folder| build(installer, folder),
        )
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let dist = node.home.dist("mongodb");
        let class_path = format!(
            "{}:{}",
            java::class_path(&dist.join("lib"))?,
            dist.join("classes").display()
        );
        let data = node.data();
        home::create_dir(&data)?;
        let mut command = java::command(&install::jdk()?, HEAP);
        command
            .args([
                "-cp",
                &class_path,
                "DocumentServer",
                &node.port("mongodb").to_string(),
            ])
            .arg(data.join("documents.mv"));
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        Ok(format!(
            "wire version {}",
            probe::mongodb::hello(node.port("mongodb"))?
        ))
    }

    fn compose(&self) -> Option<Service> {
        let port = COMPONENT.ports.first()?.preferred;
        let member = format!("{{_id: 0, host: '127.0.0.1:{port}'}}");
        let initiate = format!("rs.initiate({{_id: '{REPLICA_SET}', members: [{member}]}})");
        let check = format!(
            "try {{ rs.status() }} catch (e) {{ {initiate} }}; quit(db.hello().isWritablePrimary ? 0 : 1)"
        );
        Some(Service {
            image: "mongo:7.0".to_owned(),
            command: [
                "mongod",
                "--replSet",
                REPLICA_SET,
                "--bind_ip_all",
                "--port",
                &port.to_string(),
                "--wiredTigerCacheSizeGB",
                "0.25",
            ]
            .map(str::to_owned)
            .into(),
            environment: Vec::new(),
            files: Vec::new(),
            ports: &["mongodb"],
            data: "/data/db",
            // A replica set exists from the first health check on; no other container has to make it.
            health: format!("mongosh --quiet --port {port} --eval \"{check}\""),
            user: "",
            memory: 768,
        })
    }
}
