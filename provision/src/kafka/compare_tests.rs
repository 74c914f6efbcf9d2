use super::*;

fn declared(partitions: u32) -> desired::Topic {
    desired::Topic {
        partitions,
        replication: 1,
        config: pairs(&[
            ("cleanup.policy", "delete"),
            ("retention.ms", "1000"),
            ("min.insync.replicas", "1"),
        ]),
    }
}

fn pairs(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    of.iter().map(owned).collect()
}

fn desired(topics: &[(&str, desired::Topic)]) -> Desired {
    let topics = topics
        .iter()
        .map(|(name, topic)| ((*name).to_owned(), topic.clone()));
    Desired {
        topics: topics.collect(),
        ..crate::desired::tests::nothing("shop")
    }
}

/// The topic as `declared` makes it.
fn there(partitions: u32) -> Topic {
    let config = declared(partitions).config;
    Topic {
        partitions,
        replication: 1,
        own: config.keys().cloned().collect(),
        config,
    }
}

fn live(topics: &[(&str, Topic, Option<&str>)]) -> Live {
    let mut live = Live::default();
    for (name, topic, owner) in topics {
        live.topics.insert((*name).to_owned(), topic.clone());
        if let Some(owner) = owner {
            live.owners.insert((*name).to_owned(), (*owner).to_owned());
        }
    }
    live
}

/// The changes of topic `a`, declared with 6 partitions, that is there as given.
fn of(topic: Topic) -> Vec<Change<Step>> {
    compare(
        &desired(&[("a", declared(6))]),
        &live(&[("a", topic, Some("shop"))]),
    )
}

#[test]
fn what_is_as_declared_needs_nothing() {
    assert_eq!(of(there(6)), []);
}

#[test]
fn a_missing_topic_is_made() {
    let changes = compare(&desired(&[("a", declared(6))]), &Live::default());
    let step = Step::Create("a".to_owned(), declared(6));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].step, Some(step));
}

#[test]
fn partitions_grow_and_never_shrink() {
    let changes = of(there(3));
    assert_eq!(changes[0].step, Some(Step::Partitions("a".to_owned(), 6)));
    assert!(!changes[0].destructive);
    let changes = of(there(12));
    assert_eq!((changes.len(), &changes[0].step), (1, &None));
    assert!(changes[0].to_string().contains("takes no partition away"));
}

#[test]
fn a_shorter_retention_is_asked_for_by_name_and_a_longer_is_not() {
    let with = |value: &str| {
        let mut topic = there(6);
        topic
            .config
            .insert("retention.ms".to_owned(), value.to_owned());
        of(topic)
    };
    for longer_now in ["2000", "-1"] {
        let changes = with(longer_now);
        assert!(changes[0].destructive, "{longer_now}");
        assert_eq!(changes[0].allowed(&BTreeSet::new()), None);
        assert!(changes[0].allowed(&["a".to_owned()].into()).is_some());
    }
    assert!(!with("500")[0].destructive);
}

#[test]
fn another_cleanup_loses_records() {
    let mut topic = there(6);
    topic
        .config
        .insert("cleanup.policy".to_owned(), "compact".to_owned());
    let changes = of(topic);
    assert!(changes[0].destructive && changes[0].why.as_ref().unwrap().contains("lost"));
}

#[test]
fn keys_set_by_hand_go_back_to_the_default() {
    let mut topic = there(6);
    topic.config.insert("segment.ms".to_owned(), "7".to_owned());
    // The broker's own value of a key that is not set on the topic is no difference.
    topic
        .config
        .insert("segment.bytes".to_owned(), "8".to_owned());
    topic.own.insert("segment.ms".to_owned());
    let changes = of(topic);
    let step = configure("a", BTreeMap::new(), ["segment.ms".to_owned()].into());
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].step, Some(step));
}

#[test]
fn a_retention_set_by_hand_may_hold_what_the_default_would_delete() {
    let mut topic = there(6);
    topic
        .config
        .insert("retention.bytes".to_owned(), "-1".to_owned());
    topic.own.insert("retention.bytes".to_owned());
    assert!(of(topic)[0].destructive);
}

#[test]
fn replicas_are_not_moved() {
    let changes = of(Topic {
        replication: 3,
        ..there(6)
    });
    assert_eq!((changes.len(), &changes[0].step), (1, &None));
}

#[test]
fn only_marked_topics_are_deleted_and_only_by_name() {
    let foreign = live(&[("b", there(6), None), ("c", there(6), Some("other"))]);
    assert_eq!(compare(&desired(&[]), &foreign), []);
    let ours = live(&[("b", there(6), Some("shop"))]);
    let changes = compare(&desired(&[]), &ours);
    assert_eq!(changes[0].step, Some(Step::Delete("b".to_owned())));
    assert!(changes[0].destructive);
}

#[test]
fn a_topic_of_another_system_is_refused_and_one_of_nobody_is_marked() {
    let wanted = desired(&[("a", declared(6))]);
    let changes = compare(&wanted, &live(&[("a", there(6), Some("other"))]));
    assert_eq!(
        (changes[0].action, &changes[0].step),
        (crate::change::Action::Refused, &None)
    );
    let changes = compare(&wanted, &live(&[("a", there(6), None)]));
    assert_eq!(changes[0].step, Some(Step::Mark("a".to_owned())));
}
