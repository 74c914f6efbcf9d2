//! Logging in to real brokers, and TLS; what is wrong with settings is said in one line.
#![cfg(all(feature = "kafka", feature = "rabbitmq"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and names are new in each run"
)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::queues::QueueRole;
use herald::transport::rabbitmq::{Rabbitmq, RabbitmqSettings};
use herald::transport::{
    Headers, Log as _, NewMessage, NewRecord, QueueEvent, QueueMessage, QueueSpec, Queues as _,
    Route, TopicSpec, TransportError,
};

fn told(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("set {variable}: `stack run` does"))
}

fn unique(what: &str) -> String {
    format!("secured-{}-{what}", uuid::Uuid::now_v7().simple())
}

fn logging_in(mechanism: &str, password: &str) -> KafkaSettings {
    KafkaSettings {
        security_protocol: Some("sasl_plaintext".to_owned()),
        sasl_mechanism: Some(mechanism.to_owned()),
        sasl_username: Some("herald".to_owned()),
        sasl_password: Some(password.to_owned()),
        ..KafkaSettings::at(told("HERALD_TEST_KAFKA_SASL"))
    }
}

/// A record goes there and comes back.
async fn round_trip(settings: &KafkaSettings) {
    let kafka = Kafka::connect(settings, "test").unwrap();
    kafka.greet().await.unwrap();
    let topic = unique("topic");
    let specs = [TopicSpec::new(topic.clone(), 1)];
    kafka.declare(&specs).await.unwrap();
    let record = NewRecord {
        topic: topic.as_str().into(),
        partition: None,
        key: Some("k".into()),
        headers: Headers::new(),
        payload: Some("it".into()),
        timestamp: None,
    };
    for answer in kafka.publish(vec![record]).await {
        answer.unwrap();
    }
    let found = Arc::new(Mutex::new(Vec::new()));
    let into = found.clone();
    let each = move |record: herald::transport::Record| {
        into.lock().unwrap().push(record.payload.unwrap());
        true
    };
    kafka.read(&topic, each).await.unwrap();
    assert_eq!(*found.lock().unwrap(), ["it"]);
}

/// One line that says what is wrong, which settings to look at, and no secret.
fn taught(error: &TransportError, words: &[&str]) {
    let text = error.to_string();
    assert!(matches!(error, TransportError::Refused(_)), "{text}");
    for word in words {
        assert!(text.contains(word), "{word} is not in: {text}");
    }
    assert!(!text.contains('\n') && !text.contains("s3cret"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the real servers"]
async fn kafka_by_plain() {
    round_trip(&logging_in("PLAIN", "herald-secret")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the real servers"]
async fn a_password_that_kafka_does_not_take() {
    let kafka = Kafka::connect(&logging_in("PLAIN", "s3cret"), "test").unwrap();
    let error = kafka.greet().await.unwrap_err();
    taught(
        &error,
        &[
            "Authentication failed",
            "herald",
            "HERALD_KAFKA_SASL_PASSWORD",
        ],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the real servers"]
async fn a_cluster_that_is_down_is_no_refusal() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let kafka = Kafka::connect(&KafkaSettings::at(address.to_string()), "test").unwrap();
    kafka.greet().await.unwrap();
}

#[cfg(not(feature = "kafka-tls"))]
#[test]
#[ignore = "needs the real servers"]
fn without_openssl_it_is_said_how_to_have_it() {
    for settings in [logging_in("SCRAM-SHA-512", "s3cret"), by_tls(None)] {
        let error = Kafka::connect(&settings, "test").err().unwrap();
        taught(&error, &["--features servers,herald/kafka-tls"]);
    }
}

fn by_tls(authority: Option<PathBuf>) -> KafkaSettings {
    KafkaSettings {
        security_protocol: Some("ssl".to_owned()),
        ssl_ca_location: authority,
        ..KafkaSettings::at(told("HERALD_TEST_KAFKA_TLS"))
    }
}

#[cfg(feature = "kafka-tls")]
mod by_openssl {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs the real servers"]
    async fn kafka_by_scram() {
        for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
            round_trip(&logging_in(mechanism, "herald-secret")).await;
            let kafka = Kafka::connect(&logging_in(mechanism, "s3cret"), "test").unwrap();
            let error = kafka.greet().await.unwrap_err();
            taught(&error, &["herald", "HERALD_KAFKA_SASL_PASSWORD"]);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs the real servers"]
    async fn kafka_by_tls() {
        round_trip(&by_tls(Some(told("HERALD_TEST_CA").into()))).await;
        let kafka = Kafka::connect(&by_tls(None), "test").unwrap();
        let error = kafka.greet().await.unwrap_err();
        taught(&error, &["certificate", "HERALD_KAFKA_SSL_CA_LOCATION"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the real servers"]
async fn rabbitmq_by_tls() {
    let settings = RabbitmqSettings {
        ca_file: Some(told("HERALD_TEST_CA").into()),
        ..RabbitmqSettings::at(told("HERALD_TEST_AMQPS"))
    };
    let rabbitmq = Rabbitmq::connect(&settings, "test").await.unwrap();
    let queue = unique("queue");
    let spec = QueueSpec::new(queue.clone(), QueueRole::Work);
    rabbitmq.declare(&[spec]).await.unwrap();
    let message = NewMessage {
        route: Route::queue(&queue),
        message: QueueMessage {
            payload: "it".into(),
            ..QueueMessage::default()
        },
    };
    for answer in rabbitmq.publish(vec![message]).await {
        answer.unwrap();
    }
    let consumer = rabbitmq.consume(&queue, 1).await.unwrap();
    let QueueEvent::Delivery(delivery) = consumer.next().await else {
        panic!("nothing comes");
    };
    assert_eq!(delivery.message.payload, "it");
    consumer.ack(delivery.tag).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the real servers"]
async fn what_rabbitmq_does_not_take() {
    let unknown = RabbitmqSettings::at(told("HERALD_TEST_AMQPS"));
    let error = Rabbitmq::connect(&unknown, "test").await.err().unwrap();
    taught(&error, &["certificate", "HERALD_RABBITMQ_CA_FILE"]);
    let wrong = told("HERALD_TEST_AMQP").replace("herald:herald@", "herald:s3cret@");
    let error = Rabbitmq::connect(&RabbitmqSettings::at(wrong), "test").await;
    taught(
        &error.err().unwrap(),
        &["ACCESS_REFUSED", "HERALD_RABBITMQ_PASSWORD_FILE"],
    );
}
