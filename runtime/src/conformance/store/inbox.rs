//! Units of work: seen or fresh, done or undone.

use std::time::Duration;

use bytes::Bytes;

use super::{Subject, commit, fresh, outgoing, sending, unit};
use crate::World;
use crate::store::{Answer, Begun, Broker, Committed, Effects, Store, StoreError, Unit};

/// A committed unit is seen, by its whole name.
pub async fn a_unit_is_seen_once_it_is_committed<S: Subject>(world: World, subject: S) {
    let first = unit(&world, "1", "a");
    commit(&subject, &first, "one", Effects::default()).await;
    assert!(matches!(
        subject.store().begin(&first).await,
        Ok(Begun::Seen(None))
    ));
    let mut others = vec![unit(&world, "2", "a")];
    for change in 0..3 {
        let mut other = first.clone();
        let inbox = other.inbox.as_mut().unwrap();
        match change {
            0 => inbox.consumer = "service/other".into(),
            1 => "/system/third".clone_into(&mut inbox.source),
            _ => inbox.generation = 1,
        }
        others.push(other);
    }
    for other in others {
        commit(&subject, &other, "more", Effects::default()).await;
    }
    assert_eq!(
        subject.read("a").await,
        ["one", "more", "more", "more", "more"]
    );
}

/// A unit that is not committed leaves no writes, no messages and no inbox row.
pub async fn what_is_dropped_leaves_nothing<S: Subject>(world: World, subject: S) {
    let dropped = unit(&world, "1", "a");
    let mut tx = fresh(&subject, &dropped).await;
    subject.write(&mut tx, "a", "dropped").await.unwrap();
    drop(tx);
    assert_eq!(subject.read("a").await, [""; 0]);
    commit(&subject, &dropped, "done", Effects::default()).await;
    assert_eq!(subject.read("a").await, ["done"]);
}

/// When two instances do the same unit, the effects of one remain.
pub async fn of_two_at_once_one_is_done<S: Subject>(world: World, subject: S) {
    let unit = unit(&world, "1", "a");
    let first = fresh(&subject, &unit).await;
    let second = fresh(&subject, &unit).await;
    let effects = || sending(vec![outgoing(&world, "topic", "a")]);
    let mut outcomes = Vec::new();
    for (mut tx, text) in [(first, "first"), (second, "second")] {
        subject.write(&mut tx, "a", text).await.unwrap();
        outcomes.push(subject.store().commit(&unit, tx, effects()).await);
    }
    assert_eq!(outcomes[0], Ok(Committed::Done));
    let beaten = [Ok(Committed::Seen(None)), Err(StoreError::Conflict)];
    assert!(beaten.contains(&outcomes[1]), "{:?}", outcomes[1]);
    assert_eq!(subject.read("a").await, ["first"]);
    assert_eq!(subject.store().outbox_depth(Broker::Log).await, Ok(1));
}

/// Requests without an `Idempotency-Key` have no inbox row.
pub async fn a_unit_without_inbox_row_is_done_each_time<S: Subject>(world: World, subject: S) {
    let unit = Unit {
        inbox: None,
        ..unit(&world, "", "a")
    };
    commit(&subject, &unit, "one", Effects::default()).await;
    commit(&subject, &unit, "two", Effects::default()).await;
    assert_eq!(subject.read("a").await, ["one", "two"]);
}

/// A repeated request gets the answer that was kept.
pub async fn answers_are_repeated<S: Subject>(world: World, subject: S) {
    let unit = unit(&world, "key", "a");
    let answer = Answer {
        status: 201,
        body: Bytes::from_static(b"{}"),
        request: u64::MAX,
    };
    let effects = Effects {
        answer: Some(answer.clone()),
        ..Effects::default()
    };
    commit(&subject, &unit, "done", effects).await;
    match subject.store().begin(&unit).await {
        Ok(Begun::Seen(Some(kept))) => assert_eq!(kept, answer),
        other => panic!("{:?}", other.map(|_| "not seen")),
    }
}

/// Pruning forgets what is older, and nothing else.
pub async fn rows_are_forgotten_by_age_alone<S: Subject>(world: World, subject: S) {
    let old = unit(&world, "old", "a");
    commit(&subject, &old, "old", Effects::default()).await;
    world.sleep(Duration::from_millis(20)).await;
    let limit = world.now();
    world.sleep(Duration::from_millis(20)).await;
    let young = unit(&world, "young", "a");
    commit(&subject, &young, "young", Effects::default()).await;
    assert_eq!(subject.store().prune(limit).await, Ok(1));
    assert!(matches!(
        subject.store().begin(&old).await,
        Ok(Begun::Fresh(_))
    ));
    assert!(matches!(
        subject.store().begin(&young).await,
        Ok(Begun::Seen(_))
    ));
}

/// Two units that overlap on one key: none overwrites what the other wrote.
pub async fn units_of_one_key_do_not_lose_each_others_writes<S: Subject>(world: World, subject: S) {
    let (first, second) = (unit(&world, "1", "a"), unit(&world, "2", "a"));
    let mut tx = fresh(&subject, &first).await;
    let late = fresh(&subject, &second).await;
    subject.write(&mut tx, "a", "one").await.unwrap();
    let done = subject.store().commit(&first, tx, Effects::default()).await;
    assert_eq!(done, Ok(Committed::Done));
    let mut tx = late;
    loop {
        subject.write(&mut tx, "a", "two").await.unwrap();
        match subject
            .store()
            .commit(&second, tx, Effects::default())
            .await
        {
            Ok(Committed::Done) => break,
            Err(StoreError::Conflict) => tx = fresh(&subject, &second).await,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(subject.read("a").await, ["one", "two"]);
}
