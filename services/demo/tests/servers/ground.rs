//! Servers and services of one test, stopped and gone when it ends.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use demo::client::Client;
use demo::doors::{self, Doors};
use demo::shop::Name;
use demo::socket::Connections;
use herald::World;
use herald::registry::confluent::{ConfluentRegistry, RegistrySettings};
use herald::topology::Topology;
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::rabbitmq::{Rabbitmq, RabbitmqSettings};
use herald::transport::{Log, QueueSpec, Queues, TopicSpec};
use rustix::process::{Pid, Signal, kill_process};
use stack::{Endpoints, Home, Options, Silent};
use tokio::process::{Child, Command};

/// First port that is tried for a service; the ephemeral range lies above.
const PORTS: std::ops::Range<u16> = 24_100..32_768;
/// Longer than anything that is waited for takes.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Ground {
    pub(crate) world: World,
    pub(crate) doors: Doors,
    pub(crate) endpoints: Endpoints,
    pub(crate) home: Home,
    children: Mutex<BTreeMap<String, Child>>,
}

pub(crate) fn topology() -> &'static Topology {
    generated::topology::topology("demo").unwrap()
}

impl Ground {
    /// Fresh servers with the shop's topics and queues, and no service yet.
    pub(crate) async fn up() -> Self {
        let ground = Self::servers(&[]).await;
        let topics = TopicSpec::all_of(topology());
        ground.kafka().declare(&topics).await.unwrap();
        let queues = QueueSpec::all_of(topology());
        ground.rabbitmq().await.declare(&queues).await.unwrap();
        ground
    }

    /// Fresh servers of these names, or all, with nothing on them.
    pub(crate) async fn servers(names: &[&str]) -> Self {
        let components = names.iter().map(|name| (*name).to_owned()).collect();
        let options = Options {
            components,
            ..Options::default()
        };
        let started = tokio::task::spawn_blocking(move || {
            let developers = Home::find().unwrap();
            let home = Home::at(developers.dir().join("shop-tests")).unwrap();
            let home = home.with_downloads_of(&developers);
            stack::down(&home, &[], &Silent).unwrap();
            stack::wipe(&home).unwrap();
            // In case of a panic between here and the end.
            let guard = Down(home.clone());
            stack::up(&home, &options, &Silent).unwrap();
            let endpoints = stack::endpoints(&home).unwrap();
            std::mem::forget(guard);
            (home, endpoints)
        });
        let (home, endpoints) = started.await.unwrap();
        Self {
            world: herald::world::real::world(),
            doors: Doors::default(),
            endpoints,
            home,
            children: Mutex::default(),
        }
    }

    pub(crate) fn kafka(&self) -> Kafka {
        let settings = KafkaSettings::at(self.endpoints.kafka.join(","));
        Kafka::connect(&settings, "test").unwrap()
    }

    pub(crate) async fn rabbitmq(&self) -> Rabbitmq {
        let settings = RabbitmqSettings::at(&self.endpoints.amqp[0]);
        Rabbitmq::connect(&settings, "test").await.unwrap()
    }

    pub(crate) fn registry(&self) -> ConfluentRegistry {
        let url = self.endpoints.registry.clone().unwrap();
        ConfluentRegistry::connect(&RegistrySettings::at(url)).unwrap()
    }

    /// Starts one instance of each service, and waits until they are ready.
    pub(crate) async fn open(&self) {
        for name in Name::ALL {
            let address = self.launch(name, name.as_str());
            self.doors.open_socket(name, address);
        }
        for name in Name::ALL {
            self.ready(name).await;
        }
    }

    /// Starts an instance of a service under a name of its own.
    pub(crate) fn launch(&self, service: Name, instance: &str) -> SocketAddr {
        let address = free();
        let path = self.home.log(instance);
        let log = File::options()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        let child = Command::new(program(service.as_str()))
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(self.environment(service, address))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        self.children().insert(instance.to_owned(), child);
        address
    }

    /// Waits until the instance behind a service's door is ready.
    pub(crate) async fn ready(&self, name: Name) {
        let mut connections = Connections::default();
        self.until(&format!("{} is ready", name.as_str()), async || {
            let request = doors::get("/health/ready");
            let answer = self.doors.ask(&mut connections, name, request).await;
            answer.is_ok_and(|answer| answer.status.is_success())
        })
        .await;
    }

    /// Sends a signal to an instance.
    pub(crate) fn signal(&self, instance: &str, signal: Signal) {
        let pid = self.children()[instance].id().unwrap();
        let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits until an instance has ended.
    pub(crate) async fn ended(&self, instance: &str) {
        let child = self.children().remove(instance);
        child.unwrap().wait().await.unwrap();
    }

    /// Waits until something holds.
    pub(crate) async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let begin = self.world.now();
        while !holds().await {
            let waited = self.world.now().duration_since(begin).unsigned_abs();
            assert!(waited < PATIENCE, "not within {PATIENCE:?}: {what}");
            self.world.sleep(Duration::from_millis(100)).await;
        }
    }

    /// The sum of a metric's series whose labels contain all of these.
    pub(crate) async fn metric(&self, name: Name, metric: &str, labels: &[&str]) -> u64 {
        let mut connections = Connections::default();
        let answer = self
            .doors
            .ask(&mut connections, name, doors::get("/metrics"));
        let text = answer.await.unwrap().body;
        let text = String::from_utf8_lossy(&text).into_owned();
        let series = text.lines().filter(|line| {
            let rest = line.strip_prefix(metric);
            rest.is_some_and(|rest| rest.starts_with(['{', ' ']))
                && labels.iter().all(|label| line.contains(label))
        });
        let values = series.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
        values.sum::<f64>() as u64
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.world.clone(), self.doors.clone())
    }

    /// Addresses of the servers as every program of Herald is told them.
    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        let registry = self.endpoints.registry.clone();
        vec![
            ("HERALD_ENVIRONMENT", "demo".to_owned()),
            ("HERALD_KAFKA_BROKERS", self.endpoints.kafka.join(",")),
            ("HERALD_RABBITMQ_URL", self.endpoints.amqp[0].clone()),
            ("HERALD_REGISTRY_URL", registry.unwrap()),
        ]
    }

    fn environment(&self, service: Name, address: SocketAddr) -> Vec<(&'static str, String)> {
        let mut environment = self.addresses();
        environment.push(("HERALD_LISTEN", address.to_string()));
        environment.push(("HERALD_REGISTER", "true".to_owned()));
        let mongodb = self.endpoints.mongodb.as_deref().unwrap_or_default();
        environment.push(match service {
            Name::Order => (
                "HERALD_MONGODB_URL",
                format!("{}/order", mongodb.trim_end_matches('/')),
            ),
            _ => (
                "HERALD_POSTGRES_URL",
                self.endpoints.postgres[service.as_str()].clone(),
            ),
        });
        if service == Name::Notification {
            let smtp = self.endpoints.smtp.as_deref().unwrap_or_default();
            environment.push(("HERALD_SMTP_URL", format!("smtp://{smtp}")));
        }
        environment
    }

    fn children(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Child>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // Their children are killed when dropped.
        self.children().clear();
        drop(Down(self.home.clone()));
    }
}

/// Stops the servers of a home when dropped.
struct Down(Home);

impl Drop for Down {
    fn drop(&mut self) {
        if let Err(error) = stack::down(&self.0, &[], &Silent) {
            eprintln!("the servers of {}: {error}", self.0.dir().display());
        }
    }
}

/// An address that nobody listens on, and nobody else is given.
pub(crate) fn free() -> SocketAddr {
    static NEXT: Mutex<u16> = Mutex::new(PORTS.start);
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let mut ports = *next..PORTS.end;
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let port = ports.find(free).unwrap();
    *next = port + 1;
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// A program of the workspace, where cargo puts it.
pub(crate) fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = built.join(name);
    let missing = "is missing: `cargo xtask test --servers` builds what this needs";
    assert!(program.exists(), "{} {missing}", program.display());
    program
}
