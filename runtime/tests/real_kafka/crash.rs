//! A member that is killed.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use herald::transport::Log as _;

use crate::cluster::{Cluster, join, read, record, run};

const TOPIC: &str = "HERALD_TEST_CHILD_TOPIC";

/// Not a test by itself: the program that `a_killed_member_is_replaced` kills.
#[test]
#[ignore = "needs the real servers"]
fn member() {
    let Ok(topic) = std::env::var(TOPIC) else {
        return;
    };
    run(async move |_| {
        let kafka = Cluster::here().kafka();
        let consumer = join(&kafka, &topic.into(), "killed").await;
        loop {
            consumer.next().await;
        }
    });
}

fn spawn_member(topic: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "crash::member"])
        .env(TOPIC, topic)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// After kill -9 nothing is idle longer than the session timeout and the time
/// the others take to hear of it.
#[test]
#[ignore = "needs the real servers"]
fn a_killed_member_is_replaced() {
    run(async |world| {
        let cluster = Cluster::here();
        let kafka = cluster.kafka();
        let topic = cluster.topic(&kafka, "killed", 4).await;
        let survivor = join(&kafka, &topic, "survivor").await;
        let mut has = 0;
        let mut child = None;
        let mut killed = None;
        let rebalanced = async {
            loop {
                match survivor.next().await {
                    herald::transport::LogEvent::Assigned(parts) => has += parts.len(),
                    herald::transport::LogEvent::Revoked(parts, _) => has -= parts.len(),
                    _ => {}
                }
                if has == 4 && child.is_none() {
                    child = Some(spawn_member(&topic));
                } else if has == 2 && killed.is_none() {
                    let child: &mut Child = child.as_mut().unwrap();
                    child.kill().unwrap();
                    child.wait().unwrap();
                    killed = Some(Instant::now());
                } else if has == 4 && killed.is_some() {
                    return;
                }
            }
        };
        let patience = Duration::from_mins(1);
        assert!(world.timeout(patience, rebalanced).await.is_some());
        let gap = killed.unwrap().elapsed();
        let bound = cluster.settings.session_timeout + Duration::from_secs(4);
        assert!(gap < bound, "idle for {gap:?}");
        survivor.close().await;
    });
}

/// A member that is dropped while it reads: what it did not commit comes to the
/// next, within the session timeout.
#[test]
#[ignore = "needs the real servers"]
fn a_dropped_member_is_replaced() {
    run(async |_| {
        let cluster = Cluster::here();
        let kafka = cluster.kafka();
        let topic = cluster.topic(&kafka, "dropped", 1).await;
        let records = (0..10).map(|i: u32| record(&topic, "k", i.to_string()));
        for answer in kafka.publish(records.collect()).await {
            answer.unwrap();
        }
        let first = join(&kafka, &topic, "a").await;
        let records = read(&*first, 10).await;
        let offsets = vec![(records[0].topic_partition(), 5)];
        first.commit(offsets).await.unwrap();
        drop(first);
        let began = Instant::now();
        let second = join(&kafka, &topic, "b").await;
        let again = read(&*second, 5).await;
        assert_eq!(again.first().map(|record| record.offset), Some(5));
        let bound = cluster.settings.session_timeout + Duration::from_secs(4);
        assert!(began.elapsed() < bound, "idle for {:?}", began.elapsed());
        second.close().await;
    });
}
