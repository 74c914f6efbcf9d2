//! Static members.

use herald::transport::kafka::KafkaSettings;
use herald::transport::{CommitError, Log as _, LogEvent};

use crate::cluster::{Cluster, PATIENCE, join, read, record, run};

/// A static member whose id another instance took is a zombie: it cannot commit,
/// is told so, and joins again once the other is gone.
#[test]
#[ignore = "needs the real servers"]
fn a_second_member_of_the_same_id_fences_the_first() {
    run(async |world| {
        let mut cluster = Cluster::here();
        cluster.settings = KafkaSettings {
            group_instance_id: Some("one".to_owned()),
            ..cluster.settings
        };
        let kafka = cluster.kafka();
        let topic = cluster.topic(&kafka, "fenced", 1).await;
        let records = (0..5).map(|i: u32| record(&topic, "k", i.to_string()));
        for answer in kafka.publish(records.collect()).await {
            answer.unwrap();
        }
        let first = join(&kafka, &topic, "a").await;
        let records = read(&*first, 5).await;
        let second = join(&kafka, &topic, "b").await;
        assert_eq!(read(&*second, 5).await.len(), 5);

        let at = records[0].topic_partition();
        let refused = first.commit(vec![(at.clone(), 5)]).await;
        assert_eq!(refused, Err(CommitError::Fenced(at.clone())));
        let told = async {
            loop {
                if let LogEvent::Lost(lost) = first.next().await {
                    return lost;
                }
            }
        };
        assert_eq!(world.timeout(PATIENCE, told).await, Some(vec![at]));
        second.close().await;
        assert_eq!(read(&*first, 5).await.len(), 5);
        first.close().await;
    });
}
