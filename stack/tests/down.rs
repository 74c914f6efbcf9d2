//! `down` by recorded identity, on processes of the test's own: no server is needed.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command};

use serde_json::json;
use stack::{Home, Identity, Silent};

struct Scratch {
    home: Home,
    child: Child,
}

impl Scratch {
    /// A stack whose record of Kafka names the process of a `sleep`, as `change` leaves it.
    fn new(name: &str, change: impl FnOnce(&mut Identity)) -> Self {
        let dir = std::env::temp_dir().join(format!("herald-stack-{}-{name}", std::process::id()));
        let child = Command::new("sleep").arg("600").spawn().unwrap();
        let mut process = Identity::of(child.id().cast_signed()).unwrap();
        change(&mut process);
        let ports = BTreeMap::from([("client", 1), ("controller", 2)]);
        let record = json!({"component": "kafka", "index": 1, "of": 1, "ports": ports, "wanted": true, "process": process});
        fs::create_dir_all(dir.join("data/kafka")).unwrap();
        fs::write(
            dir.join("state.json"),
            json!({"servers": {"kafka": record}}).to_string(),
        )
        .unwrap();
        Self {
            home: Home::at(dir).unwrap(),
            child,
        }
    }

    fn lives(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(self.home.dir());
    }
}

#[test]
fn what_was_started_is_stopped_and_its_data_and_ports_stay() {
    let mut scratch = Scratch::new("stops", |_| ());
    assert!(
        stack::wipe(&scratch.home).is_err(),
        "a running server keeps its data"
    );
    let stopped = stack::down(&scratch.home, &[], &Silent).unwrap();
    assert_eq!(stopped.len(), 1);
    assert!(stopped[0].in_order && stopped[0].name == "kafka");
    assert!(!scratch.lives());
    assert!(scratch.home.data("kafka").exists());
    assert!(stack::status(&scratch.home).unwrap().is_empty());
    assert!(
        stack::down(&scratch.home, &[], &Silent).unwrap().is_empty(),
        "a second time there is nothing to stop"
    );
    stack::wipe(&scratch.home).unwrap();
    assert!(!scratch.home.data("kafka").exists());
}

#[test]
fn stacks_in_its_folder_are_found_and_stopped_on_demand() {
    let mut outer = Scratch::new("outer", |_| ());
    let mut inner = Scratch::new("outer/demo", |_| ());
    let found = outer.home.inner().unwrap();
    let dirs: Vec<_> = found.iter().map(Home::dir).collect();
    assert_eq!(dirs, [inner.home.dir()]);
    assert_eq!(stack::running(&found[0]).unwrap(), ["kafka"]);
    assert_eq!(stack::down(&outer.home, &[], &Silent).unwrap().len(), 1);
    assert!(!outer.lives() && inner.lives());
    assert_eq!(stack::down_all(&outer.home, &Silent).unwrap().len(), 1);
    assert!(!inner.lives());
    assert!(stack::running(&found[0]).unwrap().is_empty());
}

#[test]
fn a_process_that_was_given_the_pid_later_is_left_alone() {
    let mut scratch = Scratch::new("reused", |process| process.started -= 1);
    assert!(
        stack::down(&scratch.home, &["kafka".to_owned()], &Silent)
            .unwrap()
            .is_empty()
    );
    assert!(matches!(
        stack::kill_one(&scratch.home, "kafka"),
        Err(stack::Error::NotRunning(_))
    ));
    assert!(scratch.lives());
}

#[test]
fn a_process_of_an_earlier_boot_is_left_alone() {
    let mut scratch = Scratch::new("boot", |process| process.boot = "an earlier one".to_owned());
    assert!(stack::down(&scratch.home, &[], &Silent).unwrap().is_empty());
    assert!(scratch.lives());
}

#[test]
fn a_paused_server_is_shown_and_can_still_be_stopped() {
    let scratch = Scratch::new("paused", |_| ());
    stack::pause_one(&scratch.home, "kafka").unwrap();
    let row = stack::status(&scratch.home).unwrap().remove(0);
    assert_eq!(
        (row.health, row.pid),
        (
            stack::Health::Paused,
            Some(scratch.child.id().cast_signed())
        )
    );
    stack::resume_one(&scratch.home, "kafka").unwrap();
    let row = stack::status(&scratch.home).unwrap().remove(0);
    assert!(
        matches!(row.health, stack::Health::Unhealthy(_)),
        "sleep speaks no Kafka"
    );
    stack::pause_one(&scratch.home, "kafka").unwrap();
    assert!(stack::down(&scratch.home, &[], &Silent).unwrap()[0].in_order);
}

#[test]
fn a_name_that_is_no_server_is_an_error() {
    let scratch = Scratch::new("unknown", |_| ());
    let error = stack::down(&scratch.home, &["kafak".to_owned()], &Silent)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("kafak") && error.contains("kafka"),
        "{error}"
    );
}
