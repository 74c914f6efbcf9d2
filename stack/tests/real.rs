//! Real servers, from installing to stopping. Run with `cargo test -p stack --test real -- --ignored --test-threads 1`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod machine;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use machine::{client, left_running, listeners};
use stack::{Console, Health, Home, Options, Row};

/// Beside the developer's own stack, on other ports, with the same downloads.
fn home(name: &str) -> Home {
    let main = Home::find().unwrap();
    let home = Home::at(main.dir().join(name))
        .unwrap()
        .with_downloads_of(&main);
    stack::down(&home, &[], &Console::new()).unwrap();
    stack::wipe(&home).unwrap();
    home
}

fn up(home: &Home, components: &[&str], cluster: bool) -> Vec<Row> {
    let components = components.iter().map(|name| (*name).to_owned()).collect();
    let rows = stack::up(
        home,
        &Options {
            components,
            cluster,
        },
        &Console::new(),
    )
    .unwrap_or_else(|error| panic!("{error}"));
    assert!(rows.iter().all(|row| row.health.is_healthy()), "{rows:#?}");
    rows
}

fn pids(rows: &[Row]) -> BTreeMap<String, i32> {
    rows.iter()
        .map(|row| (row.name.clone(), row.pid.unwrap()))
        .collect()
}

fn port(rows: &[Row], server: &str, listener: &str) -> u16 {
    rows.iter().find(|row| row.name == server).unwrap().ports[listener]
}

fn health(home: &Home, name: &str) -> Health {
    stack::status(home)
        .unwrap()
        .into_iter()
        .find(|row| row.name == name)
        .unwrap()
        .health
}

/// Asks until the answer is this one.
fn until_says(home: &Home, name: &str, text: &str) {
    let end = Instant::now() + Duration::from_mins(1);
    while Instant::now() < end {
        if matches!(health(home, name), Health::Healthy(said) if said.contains(text)) {
            return;
        }
    }
    panic!("{name} never said {text:?}: {:?}", health(home, name));
}

fn take_down(home: &Home) {
    let stopped = stack::down(home, &[], &Console::new()).unwrap();
    assert!(stopped.iter().all(|server| server.in_order), "{stopped:#?}");
    // A server's helpers end by themselves once it is gone.
    let end = Instant::now() + Duration::from_secs(20);
    while !left_running(home.dir()).is_empty() && Instant::now() < end {}
    assert_eq!(left_running(home.dir()), Vec::<String>::new());
    assert!(stack::status(home).unwrap().is_empty());
}

fn listens_where_status_says_and_nowhere_else(row: &Row) {
    let found = listeners(row.pid.unwrap());
    assert!(
        found.iter().all(|listener| listener.loopback),
        "{}: {found:?}",
        row.name
    );
    let ports: BTreeSet<u16> = found.iter().map(|listener| listener.port).collect();
    let mut expected: BTreeSet<u16> = row.ports.values().copied().collect();
    // The registry for Java 17 answers health checks on its only listener.
    if row.name == "registry" && ports.len() == 1 {
        expected.remove(&row.ports["management"]);
    }
    assert_eq!(ports, expected, "{}", row.name);
}

fn survives_a_kill(home: &Home, name: &str) {
    let before = health(home, name);
    stack::kill_one(home, name).unwrap();
    assert_eq!(health(home, name), Health::Stopped);
    stack::start_one(home, name).unwrap();
    assert_eq!(
        health(home, name),
        before,
        "{name} comes back with its data"
    );
}

fn loses_and_regains_a_node(home: &Home, component: &str) {
    let (survivor, victim) = (format!("{component}-1"), format!("{component}-2"));
    until_says(home, &survivor, "3 of 3");
    stack::kill_one(home, &victim).unwrap();
    until_says(home, &survivor, "2 of 3");
    stack::start_one(home, &victim).unwrap();
    until_says(home, &survivor, "3 of 3");
}

#[test]
#[ignore = "installs and starts real servers; run with --ignored"]
fn every_server_comes_up_once_stays_on_loopback_survives_faults_and_goes() {
    let home = home("test");
    // A developer's own server on a port we would like.
    let preferred = 21025;
    let occupied = TcpListener::bind((Ipv4Addr::UNSPECIFIED, preferred));
    let rows = up(&home, &[], false);
    // All but the application of streams, which starts by its name.
    assert_eq!(rows.len(), stack::COMPONENTS.len() - 1);
    assert_ne!(port(&rows, "mail", "smtp"), preferred);
    drop(occupied);
    rows.iter()
        .for_each(listens_where_status_says_and_nowhere_else);
    assert_eq!(
        pids(&up(&home, &[], false)),
        pids(&rows),
        "a second `up` starts nothing"
    );

    client::register_schema(port(&rows, "registry", "http"));
    client::send_mail(port(&rows, "mail", "smtp"));
    until_says(&home, "registry", "1 subjects");
    until_says(&home, "mail", "1 mails");
    for name in [
        "postgres", "mongodb", "kafka", "registry", "rabbitmq", "mail",
    ] {
        survives_a_kill(&home, name);
    }
    stack::stop_one(&home, "postgres").unwrap();
    assert!(
        stack::endpoints(&home)
            .unwrap()
            .postgres
            .contains_key("payment"),
        "a stopped server keeps its address"
    );
    stack::start_one(&home, "postgres").unwrap();
    stack::pause_one(&home, "mail").unwrap();
    assert_eq!(health(&home, "mail"), Health::Paused);
    stack::resume_one(&home, "mail").unwrap();
    assert!(health(&home, "mail").is_healthy());
    take_down(&home);
}

#[test]
#[ignore = "starts clusters of real servers; run with --ignored"]
fn a_cluster_of_three_loses_a_node_and_gets_it_back() {
    let home = home("test-cluster");
    let rows = up(&home, &["kafka", "rabbitmq"], true);
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "epmd",
            "kafka-1",
            "kafka-2",
            "kafka-3",
            "rabbitmq-1",
            "rabbitmq-2",
            "rabbitmq-3"
        ]
    );
    assert_eq!(stack::endpoints(&home).unwrap().kafka.len(), 3);
    loses_and_regains_a_node(&home, "kafka");
    loses_and_regains_a_node(&home, "rabbitmq");
    assert_eq!(
        up(&home, &["kafka"], false).len(),
        7,
        "a running cluster stays a cluster"
    );
    take_down(&home);
    assert_eq!(
        up(&home, &["rabbitmq"], true).len(),
        4,
        "the cluster forms again from its data"
    );
    take_down(&home);
}
