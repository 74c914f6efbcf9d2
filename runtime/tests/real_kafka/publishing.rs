//! A broker that does not answer, and what the clients count.

use std::time::Duration;

use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::{Log as _, PublishError, TopicSpec};

use crate::cluster::{Cluster, record, run};

/// Nobody listens: publishing fails for now, within the timeouts.
#[test]
#[ignore = "needs the real servers"]
fn an_absent_cluster_is_unavailable() {
    run(async |_| {
        // Nothing listens on the discard port.
        let kafka = Kafka::connect(&KafkaSettings::at("127.0.0.1:9"), "test").unwrap();
        let topic = "nowhere".into();
        let answers = kafka.publish(vec![record(&topic, "k", "0")]).await;
        assert!(
            matches!(answers[..], [Err(PublishError::Unavailable(_))]),
            "{answers:?}"
        );
    });
}

/// A topic's own limit counts, whatever the brokers' default.
#[test]
#[ignore = "needs the real servers"]
fn a_topic_has_its_own_limit() {
    run(async |_| {
        let cluster = Cluster::here();
        let kafka = cluster.kafka();
        let name = format!("{}limit", cluster.prefix);
        let spec = TopicSpec {
            max_message_bytes: Some(3 << 20),
            ..TopicSpec::new(name.clone(), 1)
        };
        kafka.declare(&[spec]).await.unwrap();
        let topic = name.into();
        // Random enough not to be compressed below the default limit.
        let mut state = 1_u64;
        let noise = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as u8
        });
        let noise: Vec<u8> = noise.take(2 << 20).collect();
        let beyond = vec![0; (3 << 20) + 1];
        let records = vec![record(&topic, "k", noise), record(&topic, "k", beyond)];
        let answers = kafka.publish(records).await;
        assert!(answers[0].is_ok(), "{answers:?}");
        assert!(matches!(answers[1], Err(PublishError::TooLarge { .. })));
    });
}

/// Statistics tell what was sent, and that the broker is up.
#[test]
#[ignore = "needs the real servers"]
fn statistics_count_records() {
    run(async |world| {
        let mut cluster = Cluster::here();
        cluster.settings.statistics_interval = Duration::from_millis(200);
        let kafka = cluster.kafka();
        let topic = cluster.topic(&kafka, "counted", 1).await;
        for answer in kafka.publish(vec![record(&topic, "k", "0"); 7]).await {
            answer.unwrap();
        }
        let counted = async {
            while kafka.statistics().sent < 7 {
                tokio::task::yield_now().await;
            }
        };
        let patience = Duration::from_secs(10);
        assert!(world.timeout(patience, counted).await.is_some());
        let statistics = kafka.statistics();
        let (up, brokers) = (|broker: &_| is_up(broker), statistics.brokers);
        assert!(brokers.values().any(up), "{brokers:?}");
    });
}

fn is_up(broker: &herald::transport::kafka::BrokerStatistics) -> bool {
    broker.up && broker.round_trip > Duration::ZERO
}
