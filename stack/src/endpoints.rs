//! How to reach the servers: what configuration of services and tests is made of.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use crate::component::{COMPONENTS, Ports};
use crate::servers::{mongodb, postgres, rabbitmq, registry};
use crate::state::{Record, State};
use crate::{Error, Home, certificates};

/// Addresses of the servers between `up` and `down`; absent where a server is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Endpoints {
    /// Kafka's bootstrap servers, `host:port`.
    pub kafka: Vec<String>,
    /// The same of the listeners that ask for a login by PLAIN or SCRAM; user `payment`, for one, has
    /// the password `payment-secret`.
    pub kafka_sasl: Vec<String>,
    /// The same of the listeners that speak TLS.
    pub kafka_tls: Vec<String>,
    /// AMQP URLs with user and virtual host `/`, one a node.
    pub amqp: Vec<String>,
    /// The same by TLS.
    pub amqps: Vec<String>,
    /// The PEM file of the authority that TLS listeners are checked against.
    pub authority: Option<PathBuf>,
    /// Base URLs of RabbitMQ's management API, with user, one a node.
    pub rabbitmq_management: Vec<String>,
    /// PostgreSQL URLs by database; the role is the database's owner.
    pub postgres: BTreeMap<String, String>,
    /// PostgreSQL URL of the administrator.
    pub postgres_admin: Option<String>,
    /// MongoDB URI: `$MONGODB_URI` where it is set.
    pub mongodb: Option<String>,
    /// Base URL of the registry's Confluent API.
    pub registry: Option<String>,
    /// Base URLs of the streams' application, one an instance.
    pub streams: Vec<String>,
    /// The mail sink's SMTP address, `host:port`.
    pub smtp: Option<String>,
    /// Base URL of the mail sink's HTTP API.
    pub mail_api: Option<String>,
}

/// The addresses of the stack that is up.
pub fn endpoints(home: &Home) -> Result<Endpoints, Error> {
    let found = of(&State::load(home)?, mongodb::own_server());
    let secured = !found.kafka_tls.is_empty() || !found.amqps.is_empty();
    Ok(Endpoints {
        authority: secured.then(|| certificates::authority(home)),
        ..found
    })
}

/// The addresses of the servers of `stack/compose.yaml`.
pub fn compose_endpoints() -> Endpoints {
    let record = |name: &str, ports: Ports| Record {
        component: name.to_owned(),
        index: 1,
        of: 1,
        ports,
        wanted: true,
        process: None,
    };
    let containers = COMPONENTS.iter();
    let containers = containers.filter(|component| component.server.compose().is_some());
    let servers = containers.map(|component| {
        let ports = component
            .ports
            .iter()
            .map(|port| (port.name.to_owned(), port.preferred))
            .collect();
        (component.name.to_owned(), record(component.name, ports))
    });
    let mut found = of(
        &State {
            servers: servers.collect(),
        },
        None,
    );
    // They have no listeners of these kinds.
    for secured in [
        &mut found.kafka_sasl,
        &mut found.kafka_tls,
        &mut found.amqps,
    ] {
        secured.clear();
    }
    found.mongodb = found
        .mongodb
        .map(|uri| format!("{uri}?replicaSet={}", mongodb::REPLICA_SET));
    found
}

fn of(state: &State, own_mongodb: Option<String>) -> Endpoints {
    let login = format!("{}:{}", rabbitmq::USER, rabbitmq::PASSWORD);
    let all = |component: &str, port: &str, address: &dyn Fn(u16) -> String| -> Vec<String> {
        let wanted = state
            .servers
            .values()
            .filter(|record| record.wanted && record.component == component);
        wanted
            .filter_map(|record| record.ports.get(port).map(|port| address(*port)))
            .collect()
    };
    let one = |component: &str, port: &str, address: &dyn Fn(u16) -> String| {
        all(component, port, address).pop()
    };
    let plain = |port| format!("127.0.0.1:{port}");
    let sql = |role: &str, name: &str| {
        one("postgres", "sql", &|port| {
            format!("postgres://{role}@127.0.0.1:{port}/{name}")
        })
    };
    let database = |name: &&str| Some(((*name).to_owned(), sql(name, name)?));
    Endpoints {
        kafka: all("kafka", "client", &plain),
        kafka_sasl: all("kafka", "sasl", &plain),
        kafka_tls: all("kafka", "tls", &plain),
        amqps: all("rabbitmq", "tls", &|port| {
            format!("amqps://{login}@127.0.0.1:{port}/%2f")
        }),
        authority: None,
        amqp: all("rabbitmq", "amqp", &|port| {
            format!("amqp://{login}@127.0.0.1:{port}/%2f")
        }),
        rabbitmq_management: all("rabbitmq", "management", &|port| {
            format!("http://{login}@127.0.0.1:{port}")
        }),
        postgres: postgres::DATABASES.iter().filter_map(database).collect(),
        postgres_admin: sql(postgres::ADMIN, "postgres"),
        mongodb: own_mongodb.or_else(|| {
            one("mongodb", "mongodb", &|port| {
                format!("mongodb://127.0.0.1:{port}/")
            })
        }),
        registry: one("registry", "http", &|port| {
            format!("http://127.0.0.1:{port}{}", registry::API)
        }),
        streams: all("streams", "http", &|port| {
            format!("http://127.0.0.1:{port}")
        }),
        smtp: one("mail", "smtp", &plain),
        mail_api: one("mail", "http", &|port| format!("http://127.0.0.1:{port}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::select;
    use crate::plan::plan;

    #[test]
    fn a_cluster_lists_every_node_and_what_is_not_wanted_is_absent() {
        let mut state = State::default();
        let components = select(&["kafka".to_owned(), "postgres".to_owned()]).unwrap();
        plan(&mut state, &components, |_| true, |_| true).unwrap();
        let found = of(&state, None);
        assert_eq!(
            found.kafka,
            ["127.0.0.1:21092", "127.0.0.1:22092", "127.0.0.1:23092"]
        );
        assert_eq!(
            found.postgres["payment"],
            "postgres://payment@127.0.0.1:21432/payment"
        );
        assert_eq!(
            (found.amqp.len(), &found.mongodb, &found.smtp),
            (0, &None, &None)
        );
    }

    #[test]
    fn a_server_of_ones_own_goes_before_ours() {
        let own = of(&State::default(), Some("mongodb://db.example/".to_owned()));
        assert_eq!(own.mongodb.as_deref(), Some("mongodb://db.example/"));
    }

    #[test]
    fn containers_are_reached_on_the_preferred_ports() {
        let found = compose_endpoints();
        assert_eq!(
            found.mongodb.as_deref(),
            Some("mongodb://127.0.0.1:21017/?replicaSet=herald")
        );
        assert_eq!(found.amqp, ["amqp://herald:herald@127.0.0.1:21672/%2f"]);
        assert!(found.registry.unwrap().ends_with(":21081/apis/ccompat/v7"));
    }
}
