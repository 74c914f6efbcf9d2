//! Access control lists on a real broker: what they let a service do, and what they do not.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "real_access/ground.rs"]
mod ground;

use ground::{Ground, ORDER, PAYMENT, secret};
use provision::{
    Error,
    kafka::{
        Step,
        acl::{Acl, Operation, Pattern, Resource},
    },
};
use rdkafka::types::RDKafkaErrorCode;

fn rule(principal: &str, operation: Operation, topic: &str) -> Acl {
    Acl {
        principal: format!("User:{principal}"),
        resource: Resource::Topic,
        name: topic.to_owned(),
        pattern: Pattern::Literal,
        operation,
        host: "*".to_owned(),
        allows: true,
    }
}

/// One test, since a principal is one for the whole broker.
#[tokio::test]
#[ignore = "needs the real servers"]
async fn a_principal_may_do_what_its_service_declares_and_nothing_else() {
    let ground = Ground::new();
    ground.revoke().await;
    let refused = RDKafkaErrorCode::TopicAuthorizationFailed;
    let (happened, gone) = (ground.topic("happened"), ground.topic("gone"));
    let text = ground.plan().await;
    assert!(text.contains("+ acl User:order\n"), "{text}");
    assert!(
        text.contains(&format!("write topic {happened}\n")),
        "{text}"
    );
    assert!(text.contains(&format!("read topic {happened}\n")), "{text}");
    ground.apply(&[]).await;
    assert_eq!(ground.plan().await, "");

    // What is declared works, by the settings that services have.
    ground.publish(ORDER, &happened).await.unwrap();
    let group = format!("{}-watcher", ground.system);
    assert_eq!(ground.read(PAYMENT, &group, &happened).await, Ok(1));
    let rebuilding = format!("{group}.g1");
    assert_eq!(ground.read(PAYMENT, &rebuilding, &happened).await, Ok(1));
    let dead = format!("{happened}.{group}.dlt");
    ground.publish(PAYMENT, &dead).await.unwrap();

    // What is not declared is refused by the broker.
    assert_eq!(ground.publish(PAYMENT, &happened).await, Err(refused));
    assert_eq!(ground.publish(ORDER, &gone).await, Err(refused));
    let no_member = Err(RDKafkaErrorCode::GroupAuthorizationFailed);
    assert_eq!(ground.read(ORDER, &group, &happened).await, no_member);
    let strange = ground.read(PAYMENT, "another-group", &happened).await;
    assert_eq!(strange, no_member);
    assert_eq!(ground.read(PAYMENT, &group, &gone).await, Err(refused));

    drifts(&ground, &happened, &gone).await;
    ground.clean().await;
}

/// Drifts are found, named and mended; what is another's is left alone.
async fn drifts(ground: &Ground, happened: &str, gone: &str) {
    let stranger = rule("stranger", Operation::Write, happened);
    ground.kafka(Step::Allow(vec![stranger.clone()])).await;
    assert_eq!(ground.plan().await, "");

    let missing = rule(ORDER, Operation::Write, happened);
    ground.kafka(Step::Revoke(missing)).await;
    let text = ground.plan().await;
    let line = format!("+ acl User:order\n      write topic {happened}\n");
    assert!(text.contains(&line), "{text}");
    ground.apply(&[]).await;
    assert_eq!(ground.plan().await, "");

    let stray = rule(ORDER, Operation::Write, gone);
    let name = stray.to_string();
    ground.kafka(Step::Allow(vec![stray])).await;
    ground.publish(ORDER, gone).await.unwrap();
    let text = ground.plan().await;
    assert!(text.contains(&format!("- acl {name}\n")), "{text}");
    assert_eq!(ground.apply(&[]).await, 1);
    assert_eq!(ground.plan().await, text, "deleted without being named");
    assert_eq!(ground.apply(&[&name]).await, 0);
    assert_eq!(ground.plan().await, "");
    let refused = RDKafkaErrorCode::TopicAuthorizationFailed;
    assert_eq!(ground.publish(ORDER, gone).await, Err(refused));
    ground.kafka(Step::Revoke(stranger)).await;
}

/// By an authority that is trusted it works; by another it does not, and it is said why.
#[cfg(feature = "kafka-tls")]
#[tokio::test]
#[ignore = "needs the real servers"]
async fn a_certificate_is_checked() {
    let ground = Ground::new();
    let trusted = std::env::var("HERALD_TEST_CA").unwrap();
    let plan = ground.plan_by_tls(&trusted).await.unwrap();
    assert!(plan.text().contains("+ topic"));
    let stranger = "/etc/ssl/certs/ca-certificates.crt";
    let text = ground.plan_by_tls(stranger).await.unwrap_err().to_string();
    assert!(text.contains("certificate"), "{text}");
    assert!(text.contains("HERALD_KAFKA_SSL_CA_LOCATION"), "{text}");
}

/// Whoever may not look at rules is told what is missing; who may not log in, why.
#[tokio::test]
#[ignore = "needs the real servers"]
async fn a_login_that_does_not_suffice_is_told_so() {
    let ground = Ground::new();
    let error = ground
        .plan_as(ORDER, &secret(ORDER), "PLAIN")
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::KafkaRules { .. }), "{text}");
    assert!(text.contains("Describe and Alter on the cluster"), "{text}");

    let scram = ground
        .plan_as("herald", &secret("herald"), "SCRAM-SHA-512")
        .await;
    if cfg!(feature = "kafka-tls") {
        assert!(scram.unwrap().text().contains("+ topic"));
        let wrong = ground.plan_as("herald", "wrong", "SCRAM-SHA-512").await;
        assert!(matches!(wrong, Err(Error::KafkaLogin { .. })));
    } else {
        assert!(matches!(scram, Err(Error::NoOpenSsl)));
    }

    let error = ground.plan_as(ORDER, "wrong", "PLAIN").await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::KafkaLogin { .. }), "{text}");
    assert!(text.contains("does not take user order by PLAIN"), "{text}");
    assert!(!text.contains("wrong"), "{text}");

    let error = ground
        .plan_as(ORDER, &secret(ORDER), "GSSAPI")
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("SCRAM-SHA-512 are there"), "{text}");
}
