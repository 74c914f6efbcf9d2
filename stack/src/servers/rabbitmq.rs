//! RabbitMQ with management and metrics.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use super::{Setting, lines};
use crate::certificates::{self, Certificates};
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::require;
use crate::probe::{self, Answer, Trouble};
use crate::tool::{self, Tool};
use crate::{Error, Home, home};

/// The administrator, for loopback only.
pub(crate) const USER: &str = "herald";
pub(crate) const PASSWORD: &str = "herald";

pub(crate) static COMPONENT: Component = Component {
    name: "rabbitmq",
    product: "RabbitMQ 3.10",
    ports: &[
        Port {
            name: "amqp",
            preferred: 21672,
        },
        Port {
            name: "management",
            preferred: 21673,
        },
        Port {
            name: "metrics",
            preferred: 21674,
        },
        Port {
            name: "distribution",
            preferred: 21675,
        },
        Port {
            name: "tls",
            preferred: 21671,
        },
    ],
    cluster: 3,
    needs: &["epmd"],
    server: &RabbitMq,
};

struct RabbitMq;

const PLUGINS: &str = "[rabbitmq_management,rabbitmq_prometheus].\n";
const SETTINGS: &[Setting] = &[
    ("default_user", USER),
    ("default_pass", PASSWORD),
    ("vm_memory_high_watermark.absolute", "512MB"),
    ("disk_free_limit.absolute", "50MB"),
    ("log.file.level", "warning"),
    ("cluster_partition_handling", "pause_minority"),
];
/// How long a dead letter that a full queue refused waits for its next try: 20 s
/// in place of the broker's 3 min. `rabbitmq.conf` has no name for it, so it is an
/// argument.
const DEAD_LETTERS: &str = "-rabbit dead_letter_worker_publisher_confirm_timeout 20000";
/// One scheduler that sleeps when idle: the servers of a laptop share its cores.
const ERLANG: &str =
    "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none";

fn own_settings(node: &Node<'_>, certificates: &Certificates) -> Vec<(String, String)> {
    let path = |path: &std::path::Path| path.display().to_string();
    let mut settings: Vec<(String, String)> = [
        (
            "listeners.tcp.default",
            format!("127.0.0.1:{}", node.port("amqp")),
        ),
        ("management.tcp.ip", "127.0.0.1".to_owned()),
        ("management.tcp.port", node.port("management").to_string()),
        ("prometheus.tcp.ip", "127.0.0.1".to_owned()),
        ("prometheus.tcp.port", node.port("metrics").to_string()),
        ("log.console", "false".to_owned()),
        (
            "listeners.ssl.default",
            format!("127.0.0.1:{}", node.port("tls")),
        ),
        ("ssl_options.cacertfile", path(&certificates.authority)),
        ("ssl_options.certfile", path(&certificates.server)),
        ("ssl_options.keyfile", path(&certificates.key)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    if node.of > 1 {
        settings.push((
            "cluster_formation.peer_discovery_backend".to_owned(),
            "classic_config".to_owned(),
        ));
        settings.push((
            "cluster_formation.randomized_startup_delay_range.min".to_owned(),
            "0".to_owned(),
        ));
        settings.push((
            "cluster_formation.randomized_startup_delay_range.max".to_owned(),
            "2".to_owned(),
        ));
        for index in 1..=node.of {
            settings.push((
                format!("cluster_formation.classic_config.nodes.{index}"),
                erlang_name(index),
            ));
        }
    }
    settings
}

fn erlang_name(index: u8) -> String {
    format!("herald{index}@localhost")
}

/// Nodes of one cluster share a secret; made here, since three nodes that start at once would each make one.
fn cookie(home: &Home) -> Result<std::path::PathBuf, Error> {
    let folder = home.conf("rabbitmq-home");
    let path = folder.join(".erlang.cookie");
    if path.exists() {
        return Ok(folder);
    }
    let mut random = [0; 16];
    let source = "/dev/urandom";
    fs::File::open(source)
        .and_then(|mut file| file.read_exact(&mut random))
        .map_err(Error::io("read", source))?;
    let draft = folder.join(format!("cookie-{:?}", std::thread::current().id()));
    home::write(&draft, &random.map(|byte| format!("{byte:02X}")).concat())?;
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o400))
        .map_err(Error::io("protect", &draft))?;
    // Of several nodes the first one wins.
    match fs::hard_link(&draft, &path) {
        Err(error) if !path.exists() => return Err(Error::io("create", path)(error)),
        _ => fs::remove_file(&draft).map_err(Error::io("remove", draft))?,
    }
    Ok(folder)
}

impl RabbitMq {
    /// Nodes that run, as this node's management sees them.
    fn running(node: &Node<'_>) -> Result<usize, Trouble> {
        let body = probe::http::get(
            node.port("management"),
            "/api/nodes?columns=running",
            Some((USER, PASSWORD)),
        )?;
        let nodes: Vec<serde_json::Value> =
            serde_json::from_slice(&body).map_err(|error| Trouble::odd(error.to_string()))?;
        Ok(nodes.iter().filter(|node| node["running"] == true).count())
    }
}

impl Server for RabbitMq {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::RabbitMq]
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let program = require(Tool::RabbitMq, tool::rabbitmq())?.join("rabbitmq-server");
        let (config, plugins, data) = (
            node.conf("rabbitmq.conf"),
            node.conf("enabled_plugins"),
            node.data(),
        );
        let own = own_settings(node, &certificates::of(node.home)?);
        home::write(&config, &(lines(SETTINGS) + &lines(&own)))?;
        home::write(&plugins, PLUGINS)?;
        let mut command = Command::new(program);
        command
            .env("HOME", cookie(node.home)?)
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env(
                "ERL_EPMD_PORT",
                node.needed_port("epmd", "names").to_string(),
            )
            .env("RABBITMQ_NODENAME", erlang_name(node.index))
            .env("RABBITMQ_DIST_PORT", node.port("distribution").to_string())
            .env("RABBITMQ_MNESIA_BASE", data.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", data.join("log"))
            .env("RABBITMQ_PID_FILE", data.join("pid"))
            .env("RABBITMQ_CONFIG_FILE", config)
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", plugins)
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", node.conf("none.config"))
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                format!("{ERLANG} {DEAD_LETTERS}"),
            )
            // The script then becomes the server instead of waiting for it, so that the recorded pid is the server's.
            .env("RUNNING_UNDER_SYSTEMD", "1");
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        probe::amqp::log_in(node.port("amqp"), USER, PASSWORD)?;
        if node.of == 1 {
            Ok("log-in works".to_owned())
        } else {
            Ok(format!("{} of {} nodes", Self::running(node)?, node.of))
        }
    }

    fn ready(&self, node: &Node<'_>) -> Answer {
        let running = Self::running(node)?;
        if running == usize::from(node.of) {
            self.probe(node)
        } else {
            Err(Trouble::NotYet(format!("{running} of {} nodes", node.of)))
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_mins(4)
    }

    fn compose(&self) -> Option<Service> {
        let [amqp, management, metrics, ..] = COMPONENT.ports else {
            return None;
        };
        let mut settings: Vec<_> = SETTINGS
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        for (key, port) in [
            ("listeners.tcp.default", amqp),
            ("management.tcp.port", management),
            ("prometheus.tcp.port", metrics),
        ] {
            settings.push((key.to_owned(), port.preferred.to_string()));
        }
        Some(Service {
            image: "rabbitmq:3.10-management".to_owned(),
            command: Vec::new(),
            environment: vec![(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS".to_owned(),
                DEAD_LETTERS.to_owned(),
            )],
            files: vec![("/etc/rabbitmq/conf.d/20-herald.conf", lines(&settings)), ("/etc/rabbitmq/enabled_plugins", PLUGINS.to_owned())],
            ports: &["amqp", "management", "metrics"],
            data: "/var/lib/rabbitmq",
            health: "rabbitmq-diagnostics -q check_running && rabbitmq-diagnostics -q check_port_connectivity".to_owned(),
            user: "",
            memory: 768,
        })
    }
}
