//! PostgreSQL with a database and a role for each service that keeps tables.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use super::Setting;
use super::user::{User, instead_of_root};
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::{require, run};
use crate::probe::postgres::Session;
use crate::probe::{Answer, Trouble};
use crate::report::Silent;
use crate::tool::{self, Tool};
use crate::{Error, home, process};

/// The owner of the server; connections from loopback are trusted.
pub(crate) const ADMIN: &str = "herald";
/// A database each, owned by a role of the same name.
pub(crate) const DATABASES: &[&str] = &["payment", "inventory", "notification", "analytics"];
const SYSTEM_USER: &str = "postgres";
const MAJOR: u32 = 15;

pub(crate) static COMPONENT: Component = Component {
    name: "postgres",
    product: "PostgreSQL 15",
    ports: &[Port {
        name: "sql",
        preferred: 21432,
    }],
    cluster: 1,
    needs: &[],
    server: &Postgres,
};

struct Postgres;

const SETTINGS: &[Setting] = &[
    ("max_connections", "200"),
    ("shared_buffers", "64MB"),
    ("max_wal_size", "512MB"),
    ("huge_pages", "off"),
    ("log_min_messages", "warning"),
    ("log_checkpoints", "off"),
];

/// What `initdb` gets, here and in a container.
const INITDB: [&str; 3] = ["-E", "UTF8", "--locale=C.UTF-8"];

/// Statements that make a role and its database.
fn create(name: &str) -> [String; 2] {
    [
        format!("CREATE ROLE {name} LOGIN"),
        format!("CREATE DATABASE {name} OWNER {name}"),
    ]
}

fn as_user(command: &mut Command, user: Option<User>) {
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
}

/// Programs of the version that made the data, whatever newer one was installed since.
fn programs(data: &Path) -> Result<PathBuf, Error> {
    let major = fs::read_to_string(data.join("PG_VERSION"))
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let found = match major {
        Some(major) => tool::postgres(Some(major)),
        None => tool::postgres(Some(MAJOR)).or_else(|| tool::postgres(None)),
    };
    require(Tool::Postgres, found)
}

/// Under another name first: a folder that bears the right one is complete.
fn initialise(node: &Node<'_>, bin: &Path, user: Option<User>) -> Result<(), Error> {
    let data = node.data();
    let draft = data.with_extension("new");
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(Error::io("remove", &draft))?;
    }
    home::create_dir(&draft)?;
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o700))
        .map_err(Error::io("protect", &draft))?;
    user.map_or(Ok(()), |user| user.own(&draft, SYSTEM_USER))?;
    let mut command = Command::new(bin.join("initdb"));
    command
        .args(["-U", ADMIN, "--auth=trust", "--no-sync", "-D"])
        .arg(&draft);
    command.args(INITDB).current_dir("/");
    as_user(&mut command, user);
    run(
        "initialising",
        command,
        &node.home.log("postgres-initdb"),
        node.name,
        &Silent,
    )?;
    fs::rename(&draft, &data).map_err(Error::io("rename", draft))
}

/// Backends outlive a killed postmaster for a moment, and the next one refuses to start beside them.
fn wait_for_orphans(data: &Path) -> Result<(), Error> {
    for orphan in process::working_in(data) {
        orphan.wait_gone(Duration::from_secs(10))?;
    }
    Ok(())
}

impl Server for Postgres {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::Postgres]
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let data = node.data();
        let (bin, user) = (programs(&data)?, instead_of_root(SYSTEM_USER)?);
        if !data.exists() {
            initialise(node, &bin, user)?;
        }
        wait_for_orphans(&data)?;
        let mut command = Command::new(bin.join("postgres"));
        command
            .arg("-D")
            .arg(&data)
            .args(["-p", &node.port("sql").to_string()]);
        command.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ]);
        command.args(
            SETTINGS
                .iter()
                .flat_map(|(key, value)| ["-c".to_owned(), format!("{key}={value}")]),
        );
        as_user(&mut command, user);
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        let mut session = Session::open(node.port("sql"), ADMIN, "postgres")?;
        let databases = session.query(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'",
        )?;
        Ok(format!("{} databases", databases.len()))
    }

    fn furnish(&self, node: &Node<'_>) -> Result<(), Error> {
        let make = || -> Result<(), Trouble> {
            let mut session = Session::open(node.port("sql"), ADMIN, "postgres")?;
            let mut there = session.query("SELECT rolname FROM pg_roles")?;
            there.extend(session.query("SELECT 'database ' || datname FROM pg_database")?);
            for name in DATABASES {
                for (label, statement) in [(*name).to_owned(), format!("database {name}")]
                    .into_iter()
                    .zip(create(name))
                {
                    if !there.contains(&label) {
                        session.query(&statement)?;
                    }
                }
            }
            Ok(())
        };
        make().map_err(|trouble| node.refused(trouble.to_string()))
    }

    /// Ends open sessions, in order; SIGTERM would wait for them.
    fn stop_signal(&self) -> Signal {
        Signal::INT
    }

    fn compose(&self) -> Option<Service> {
        let port = COMPONENT.ports.first()?.preferred;
        let mut command = vec!["postgres".to_owned(), "-p".to_owned(), port.to_string()];
        command.extend(
            SETTINGS
                .iter()
                .flat_map(|(key, value)| ["-c".to_owned(), format!("{key}={value}")]),
        );
        let sql: String = DATABASES
            .iter()
            .flat_map(|name| create(name))
            .map(|statement| statement + ";\n")
            .collect();
        let initdb = INITDB.join(" ");
        Some(Service {
            image: format!("postgres:{MAJOR}"),
            command,
            environment: [
                ("POSTGRES_USER", ADMIN),
                ("POSTGRES_HOST_AUTH_METHOD", "trust"),
                ("POSTGRES_INITDB_ARGS", initdb.as_str()),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
            files: vec![("/docker-entrypoint-initdb.d/databases.sql", sql)],
            ports: &["sql"],
            data: "/var/lib/postgresql/data",
            health: format!("pg_isready -h 127.0.0.1 -p {port} -U {ADMIN}"),
            user: "",
            memory: 512,
        })
    }
}
