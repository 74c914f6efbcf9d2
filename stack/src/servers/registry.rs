//! Apicurio Registry with the Confluent API at `/apis/ccompat/v7`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Setting, java};
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::{Installer, fill, holds};
use crate::probe::{self, Answer};
use crate::tool::{Jdk, Tool, jdk};
use crate::{Error, Home, home, install};

/// Path of the Confluent API.
pub(crate) const API: &str = "/apis/ccompat/v7";
const HEAP: u32 = 256;

/// What one generation of the registry is called and runs on.
struct Edition {
    version: &'static str,
    jar: &'static str,
    /// Its names for the database's address and for the pool of connections.
    database: &'static str,
    pool: &'static str,
    /// Whether health and metrics have a listener of their own.
    management: bool,
}

const NEWEST: Edition = Edition {
    version: "3.3.3",
    jar: "quarkus-run.jar",
    database: "apicurio.datasource.url",
    pool: "apicurio.datasource.jdbc",
    management: true,
};
/// The last one for Java 17.
const JAVA_17: Edition = Edition {
    version: "2.6.13.Final",
    jar: "apicurio-registry-app-2.6.13.Final-runner.jar",
    database: "quarkus.datasource.jdbc.url",
    pool: "quarkus.datasource.jdbc",
    management: false,
};
const NEWEST_NEEDS: u32 = 21;

pub(crate) static COMPONENT: Component = Component {
    name: "registry",
    product: "Apicurio Registry",
    ports: &[
        Port {
            name: "http",
            preferred: 21081,
        },
        Port {
            name: "management",
            preferred: 21082,
        },
    ],
    cluster: 1,
    needs: &[],
    server: &Registry,
};

struct Registry;

/// Of the pool: the defaults are made for a large installation.
const POOL: &[Setting] = &[("initial-size", "2"), ("min-size", "2"), ("max-size", "10")];

const JAVA_17_ONLY: &[Setting] = &[
    // Opening the file after a kill can take longer than the default of 5 s.
    ("quarkus.datasource.jdbc.acquisition-timeout", "60"),
    // The default tells its process from others by a listener on a port of chance.
    (
        "CoreEnvironmentBean.processImplementationClassName",
        "com.arjuna.ats.internal.arjuna.utils.UuidProcessId",
    ),
];

/// Without `WRITE_DELAY=0` a kill right after a registration loses the schema.
fn database(file: &Path) -> String {
    format!("jdbc:h2:file:{};WRITE_DELAY=0", file.display())
}

fn edition(jdk: &Jdk) -> &'static Edition {
    if jdk.release >= NEWEST_NEEDS {
        &NEWEST
    } else {
        &JAVA_17
    }
}

impl Edition {
    fn artifact(&self) -> String {
        format!(
            "io.apicurio:apicurio-registry-app:{}:tar.gz:all",
            self.version
        )
    }

    /// What holds here and in a container; `schemas` is the database's file.
    fn settings(&self, schemas: &Path) -> Vec<(String, String)> {
        let mut settings: Vec<_> = POOL
            .iter()
            .map(|(key, value)| (format!("{}.{key}", self.pool), (*value).to_owned()))
            .collect();
        settings.push((self.database.to_owned(), database(schemas)));
        settings.push((
            "quarkus.http.access-log.enabled".to_owned(),
            "false".to_owned(),
        ));
        settings
    }

    fn dist(&self, home: &Home) -> PathBuf {
        home.dist(&format!("registry-{}", self.version))
    }
}

impl Server for Registry {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::Jdk]
    }

    fn builders(&self) -> &'static [Tool] {
        &[Tool::Maven]
    }

    fn fetched(&self, home: &Home) -> bool {
        jdk().is_some_and(|jdk| {
            let edition = edition(&jdk);
            let dist = edition.dist(home);
            holds(&dist, &edition.artifact()) && dist.join(edition.jar).is_file()
        })
    }

    fn fetch(&self, installer: &Installer<'_>) -> Result<(), Error> {
        let edition = edition(&install::jdk()?);
        let artifact = edition.artifact();
        fill(&edition.dist(installer.home), &artifact, |folder| {
            installer.unpack(&artifact, folder)
        })
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let jdk = install::jdk()?;
        let edition = edition(&jdk);
        let dist = edition.dist(node.home);
        // Schemas of one generation are not readable by the other.
        let data = node.data().join(edition.version);
        home::create_dir(&data)?;
        let mut command = java::command(&jdk, HEAP);
        java::with_archive(&mut command, node, &jdk, &dist)?;
        let mut settings = edition.settings(&data.join("schemas"));
        settings.push(("quarkus.http.host".to_owned(), "127.0.0.1".to_owned()));
        settings.push((
            "quarkus.http.port".to_owned(),
            node.port("http").to_string(),
        ));
        if edition.management {
            settings.push(("quarkus.management.host".to_owned(), "127.0.0.1".to_owned()));
            settings.push((
                "quarkus.management.port".to_owned(),
                node.port("management").to_string(),
            ));
        } else {
            settings.extend(
                JAVA_17_ONLY
                    .iter()
                    .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
            );
        }
        command.args(
            settings
                .iter()
                .map(|(key, value)| format!("-D{key}={value}")),
        );
        command.arg("-jar").arg(dist.join(edition.jar));
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        let body = probe::http::get(node.port("http"), &format!("{API}/subjects"), None)?;
        let subjects: Vec<String> = serde_json::from_slice(&body)
            .map_err(|error| probe::Trouble::odd(error.to_string()))?;
        Ok(format!("{} subjects", subjects.len()))
    }

    fn compose(&self) -> Option<Service> {
        let [http, management] = COMPONENT.ports else {
            return None;
        };
        let data = "/var/lib/registry";
        let mut settings = NEWEST.settings(&Path::new(data).join("schemas"));
        settings.push(("quarkus.http.port".to_owned(), http.preferred.to_string()));
        settings.push((
            "quarkus.management.port".to_owned(),
            management.preferred.to_string(),
        ));
        // Quarkus reads A_B_C for the property a.b-c.
        let variable =
            |(key, value): (String, String)| (key.to_uppercase().replace(['.', '-'], "_"), value);
        let mut environment: Vec<_> = settings.into_iter().map(variable).collect();
        environment.push(("JAVA_OPTS_APPEND".to_owned(), format!("-Xmx{HEAP}m")));
        Some(Service {
            image: format!("apicurio/apicurio-registry:{}", NEWEST.version),
            command: Vec::new(),
            environment,
            files: Vec::new(),
            ports: &["http", "management"],
            data,
            health: format!("curl -fs http://127.0.0.1:{}{API}/subjects", http.preferred),
            user: "0:0",
            memory: 512,
        })
    }
}
